package dev.rote.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Cifar10Test {
  private static final int RECORD = 3073;

  @TempDir private Path root;
  private Path directory;

  @BeforeEach
  void writeSmallFiles() throws IOException {
    directory = Files.createDirectory(root.resolve("cifar-10-batches-bin"));
    for (int i = 1; i <= 5; i++) {
      Files.write(directory.resolve("data_batch_" + i + ".bin"), records(i, i + 1));
    }
    Files.write(directory.resolve("test_batch.bin"), records(9));
  }

  /** Red planes of 200, green of the label, blue of 3. */
  private static byte[] records(int... labels) {
    byte[] bytes = new byte[RECORD * labels.length];
    for (int i = 0; i < labels.length; i++) {
      bytes[i * RECORD] = (byte) labels[i];
      Arrays.fill(bytes, i * RECORD + 1, i * RECORD + 1025, (byte) 200);
      Arrays.fill(bytes, i * RECORD + 1025, i * RECORD + 2049, (byte) labels[i]);
      Arrays.fill(bytes, i * RECORD + 2049, (i + 1) * RECORD, (byte) 3);
    }
    return bytes;
  }

  private void refused(String... messages) {
    assertThatThrownBy(() -> DataSets.load(RealData.spec("cifar10", root)))
        .isInstanceOf(InputException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(messages).doesNotContain("\n"));
  }

  @Test
  void readsTheBatchesInOrder() {
    DataSet data = DataSets.load(RealData.spec("cifar10", root));
    LabelledImages train = data.train();
    assertThat(train.labels()).containsExactly(1, 2, 2, 3, 3, 4, 4, 5, 5, 6);
    assertThat(train.ids()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(train.classNames().get(9)).isEqualTo("truck");
    assertThat(train.pixels()[7 * 3072]).isEqualTo((byte) 200);
    assertThat(train.pixels()[7 * 3072 + 1024]).isEqualTo((byte) 5);
    assertThat(train.pixels()[8 * 3072 - 1]).isEqualTo((byte) 3);
    assertThat(data.test().orElseThrow().labels()).containsExactly(9);
  }

  @Test
  void brokenBatchesAreRefused() throws IOException {
    Path batch = directory.resolve("data_batch_3.bin");
    for (int length : new int[] {0, 1, RECORD - 1, RECORD + 1}) {
      Files.write(batch, Arrays.copyOf(records(1, 2), length));
      refused("data_batch_3.bin", "truncated or corrupt", length + " bytes");
    }
    Files.write(batch, records(1, 10));
    refused("data_batch_3.bin", "label 10 of record 1 is outside [0, 10)");
    Files.delete(batch);
    refused("data_batch_3.bin is missing", "./rote data fetch cifar10");
    Files.delete(directory.resolve("data_batch_1.bin"));
    refused("looked for data_batch_1.bin in", "./rote data fetch cifar10");
  }

  @Test
  void theRealFilesAreReadWhole() throws IOException, InterruptedException {
    DataSet data = DataSets.load(RealData.spec("cifar10", RealData.cifar10()));
    assertThat(RealData.counts(data.train())).containsOnly(5000);
    assertThat(RealData.counts(data.test().orElseThrow())).containsOnly(1000);
    // the first images of the Python release: frog, truck, truck, deer, automobile
    assertThat(Arrays.copyOf(data.train().labels(), 5)).containsExactly(6, 9, 9, 4, 1);
    ChannelStatistics stated = ChannelStatistics.of(data);
    ChannelStatistics computed = ChannelStatistics.computed(data.train());
    for (int c = 0; c < 3; c++) {
      // these pixels may have gone through JPEG once more
      assertThat(computed.mean()[c]).isCloseTo(stated.mean()[c], within(2e-3f));
      assertThat(computed.std()[c]).isCloseTo(stated.std()[c], within(2e-3f));
    }
  }
}
