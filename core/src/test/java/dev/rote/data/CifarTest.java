package dev.rote.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.text.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarTest {
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

  private static LabelledImages train(String dataset, Path place) {
    return DataSets.load(RealData.spec(dataset, place)).train();
  }

  private Path resource(String name) throws IOException {
    Path file = root.resolve(name);
    try (InputStream in = CifarTest.class.getResourceAsStream(name)) {
      Files.copy(in, file);
    }
    return file;
  }

  @Test
  void thePythonReleaseGivesTheSameImagesFromItsArchive() throws IOException {
    // pickled by Python 3 in the protocols 2 and 4, packed by its tarfile
    Path archive = resource("cifar-10-python.tar.gz");
    LabelledImages python = train("cifar10", archive);
    LabelledImages binary = train("cifar10", directory);
    assertThat(python.labels()).containsExactly(binary.labels());
    assertThat(python.pixels()).isEqualTo(binary.pixels());
    assertThat(DataSets.load(RealData.spec("cifar10", archive)).test().orElseThrow().labels())
        .containsExactly(9);
  }

  @Test
  void cifar100IsReadFromBothReleases() throws IOException {
    Path archive = resource("cifar-100-python.tar.gz");
    LabelledImages python = train("cifar100", root); // finds the archive in a directory
    assertThat(archive).exists();
    assertThat(python.labels()).containsExactly(98, 1, 52);
    assertThat(python.classNames()).hasSize(100).doesNotHaveDuplicates().isSorted();
    assertThat(python.classNames().get(98)).isEqualTo("woman");
    Path folder = Files.createDirectory(root.resolve("cifar-100-binary"));
    byte[] records = new byte[2 * 3074];
    records[0] = 4;
    records[1] = 72;
    records[2] = 17;
    records[3075] = 99;
    Files.write(folder.resolve("train.bin"), records);
    Files.write(folder.resolve("test.bin"), Arrays.copyOf(records, 3074));
    LabelledImages binary = train("cifar100", root);
    assertThat(binary.labels()).containsExactly(72, 99);
    assertThat(binary.pixels()[0]).isEqualTo((byte) 17);
    Files.write(folder.resolve("train.bin"), Arrays.copyOf(records, 3073));
    assertThatThrownBy(() -> train("cifar100", root))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not whole records of 3074");
  }

  /** A batch as Python 2 pickled the published ones, with text of bytes. */
  private static byte[] pythonTwo(int label, String function) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] data = new byte[3072];
    Arrays.fill(data, 0, 1024, (byte) 200);
    out.writeBytes(latin("\u0080\u0002}q\u0001(U\u000bbatch_labelq\u0002U\u0004testq\u0003"));
    out.writeBytes(latin("U\u0006labelsq\u0004]q\u0005K" + (char) label + "aU\u0004dataq\u0006"));
    out.writeBytes(latin("c" + function + "\nq\u0007cnumpy\nndarray\nq\u0008K\u0000\u0085q\u0009"));
    out.writeBytes(latin("U\u0001b\u0087Rq\u000b(K\u0001K\u0001M\u0000\u000c\u0086q\u000c"));
    out.writeBytes(
        latin("cnumpy\ndtype\nq\rU\u0002u1K\u0000K\u0001\u0087Rq\u000f(K\u0003U\u0001|NNN"));
    out.writeBytes(latin("J\u00ff\u00ff\u00ff\u00ffJ\u00ff\u00ff\u00ff\u00ffK\u0000tb\u0089"));
    out.writeBytes(latin("T\u0000\u000c\u0000\u0000"));
    out.writeBytes(data);
    out.writeBytes(latin("tbu."));
    return out.toByteArray();
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void batchesOfPythonTwoAreRead() throws IOException {
    Path folder = Files.createDirectory(root.resolve("py"));
    for (int i = 1; i <= 5; i++) {
      Files.write(
          folder.resolve("data_batch_" + i), pythonTwo(i, "numpy.core.multiarray\n_reconstruct"));
    }
    Files.write(folder.resolve("test_batch"), pythonTwo(0, "numpy.core.multiarray\n_reconstruct"));
    LabelledImages images = train("cifar10", folder);
    assertThat(images.labels()).containsExactly(1, 2, 3, 4, 5);
    assertThat(images.pixels()[1023]).isEqualTo((byte) 200);
    assertThat(images.pixels()[1024]).isZero();
  }

  @Test
  void picklesRunNothing() throws IOException {
    for (String function : new String[] {"os\nsystem", "builtins\neval", "numpy\nload"}) {
      assertThatThrownBy(() -> Pickle.read(pythonTwo(1, function), "data_batch_1"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("data_batch_1 calls " + function.replace('\n', '.'));
    }
  }

  @Test
  void damagedPicklesAndArchivesAreRefused() throws IOException {
    byte[] whole = pythonTwo(1, "numpy.core.multiarray\n_reconstruct");
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = Arrays.copyOf(whole, i < 200 ? i : whole.length);
      if (i >= 200) {
        damaged[random.nextInt(200)] = (byte) random.nextInt();
      }
      try {
        Pickle.read(damaged, "batch");
      } catch (InputException e) {
        assertThat(e.getMessage()).contains("batch").doesNotContain("\n");
      }
    }
    byte[] archive = Files.readAllBytes(resource("cifar-10-python.tar.gz"));
    for (int length = 0; length < archive.length / 2; length += 41) {
      Path cut = Files.write(root.resolve("cut.tar.gz"), Arrays.copyOf(archive, length));
      assertThatThrownBy(() -> train("cifar10", cut))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("cut.tar.gz");
    }
  }
}
