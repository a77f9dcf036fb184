package dev.rote.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.text.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistTest {
  @TempDir private Path directory;

  @BeforeEach
  void writeSmallFiles() throws IOException {
    for (String part : new String[] {"train", "t10k"}) {
      write(part + "-images-idx3-ubyte", images(3, 2, 2));
      write(part + "-labels-idx1-ubyte", labels(7, 0, 9));
    }
  }

  private void write(String name, byte[] content) throws IOException {
    Files.write(directory.resolve(name), content);
  }

  /** Pixels count up from 250, so that some are above 127 and some wrap around. */
  private static byte[] images(int n, int height, int width) {
    ByteBuffer buffer = ByteBuffer.allocate(16 + n * height * width);
    buffer.putInt(0x803).putInt(n).putInt(height).putInt(width);
    for (int i = 0; i < n * height * width; i++) {
      buffer.put((byte) (250 + i));
    }
    return buffer.array();
  }

  private static byte[] labels(int... labels) {
    ByteBuffer buffer = ByteBuffer.allocate(8 + labels.length);
    buffer.putInt(0x801).putInt(labels.length);
    for (int label : labels) {
      buffer.put((byte) label);
    }
    return buffer.array();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private DataSet load() {
    return DataSets.load(RealData.spec("mnist", directory));
  }

  private void refused(String... messages) {
    assertThatThrownBy(this::load)
        .isInstanceOf(InputException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(messages).doesNotContain("\n"));
  }

  @Test
  void readsPlainFiles() {
    LabelledImages train = load().train();
    assertThat(train.labels()).containsExactly(7, 0, 9);
    assertThat(train.ids()).containsExactly(0, 1, 2);
    assertThat(train.shape().height()).isEqualTo(2);
    assertThat(train.pixels()).containsExactly(250, 251, 252, 253, 254, 255, 0, 1, 2, 3, 4, 5);
    assertThat(train.classNames())
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
  }

  @Test
  void readsGzippedFilesInASubdirectoryAlike() throws IOException {
    String digest = load().digest();
    Path below = Files.createDirectory(directory.resolve("mnist"));
    for (String part : new String[] {"train", "t10k"}) {
      Files.delete(directory.resolve(part + "-images-idx3-ubyte"));
      Files.delete(directory.resolve(part + "-labels-idx1-ubyte"));
      Files.write(below.resolve(part + "-images-idx3-ubyte.gz"), gzip(images(3, 2, 2)));
      Files.write(below.resolve(part + "-labels-idx1-ubyte.gz"), gzip(labels(7, 0, 9)));
    }
    assertThat(load().digest()).isEqualTo(digest);
  }

  @Test
  void aTruncatedFileIsRefusedWhereverItEnds() throws IOException {
    byte[] whole = images(3, 2, 2);
    for (int length = 0; length < whole.length; length++) {
      write("train-images-idx3-ubyte", Arrays.copyOf(whole, length));
      refused("train-images-idx3-ubyte", "truncated");
    }
  }

  @Test
  void aTruncatedGzipStreamIsRefused() throws IOException {
    byte[] whole = gzip(images(3, 2, 2));
    for (int length = 2; length < whole.length; length++) {
      write("train-images-idx3-ubyte", Arrays.copyOf(whole, length));
      refused("train-images-idx3-ubyte", "truncated");
    }
  }

  @Test
  void aCorruptGzipStreamIsRefused() throws IOException {
    byte[] zipped = gzip(images(3, 2, 2));
    zipped[zipped.length - 6] ^= 1; // the checksum
    write("train-images-idx3-ubyte", zipped);
    refused("train-images-idx3-ubyte", "corrupt");
  }

  @Test
  void filesThatDoNotFitAreRefused() throws IOException {
    write("train-labels-idx1-ubyte", labels(1, 2));
    refused("3 images", "2 labels");
    write("train-labels-idx1-ubyte", labels(1, 2, 10));
    refused("label 10 of image 2 is outside [0, 10)");
    write("train-labels-idx1-ubyte", images(3, 2, 2));
    refused("begins with 0x00000803, not 0x00000801");
    write("train-labels-idx1-ubyte", Arrays.copyOf(labels(1, 2, 3), 12));
    refused("corrupt", "more than the 3 bytes");
    write("train-labels-idx1-ubyte", labels(1, 2, 3));
    write("t10k-images-idx3-ubyte", images(3, 3, 2));
    refused("differ from training images");
    byte[] huge = images(1, 1, 1);
    ByteBuffer.wrap(huge).putInt(4, Integer.MAX_VALUE).putInt(8, Integer.MAX_VALUE);
    write("train-images-idx3-ubyte", huge);
    refused("more than 2 GiB");
    byte[] negative = images(1, 1, 1);
    ByteBuffer.wrap(negative).putInt(4, -1);
    write("train-images-idx3-ubyte", negative);
    refused("corrupt");
    write("train-images-idx3-ubyte", images(0, 2, 2));
    write("train-labels-idx1-ubyte", labels());
    refused("holds no images");
  }

  @Test
  void missingFilesAreNamedWithTheRemedy() throws IOException {
    Files.delete(directory.resolve("t10k-labels-idx1-ubyte"));
    refused("t10k-labels-idx1-ubyte", "./rote data fetch mnist");
    Files.delete(directory.resolve("train-images-idx3-ubyte"));
    refused(
        "train-images-idx3-ubyte",
        directory.toString(),
        directory.resolve("mnist").toString(),
        "./rote data fetch mnist");
    assertThatThrownBy(() -> DataSets.load(RealData.spec("mnist", directory.resolve("absent"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("absent")
        .hasMessageContaining("./rote data fetch mnist");
  }

  @Test
  void theRealFilesAreReadWhole() {
    DataSet mnist = DataSets.load(RealData.spec("mnist", RealData.directory("mnist")));
    LabelledImages train = mnist.train();
    LabelledImages test = mnist.test().orElseThrow();
    // as published: labels, and how often each digit occurs
    assertThat(Arrays.copyOf(train.labels(), 5)).containsExactly(5, 0, 4, 1, 9);
    assertThat(Arrays.copyOf(test.labels(), 5)).containsExactly(7, 2, 1, 0, 4);
    assertThat(RealData.counts(train))
        .containsExactly(5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949);
    assertThat(RealData.counts(test))
        .containsExactly(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009);
    ChannelStatistics stated = ChannelStatistics.of(mnist);
    ChannelStatistics computed = ChannelStatistics.computed(train);
    assertThat(computed.mean()[0]).isCloseTo(stated.mean()[0], within(5e-5f));
    assertThat(computed.std()[0]).isCloseTo(stated.std()[0], within(5e-5f));
  }

  @Test
  void aSubsetOfTheRealFilesIsBalancedAndKeepsIds() {
    Path real = RealData.directory("mnist");
    LabelledImages all = DataSets.load(RealData.spec("mnist", real)).train();
    DataSpec spec =
        DataSpec.of("mnist", Optional.of(real.getParent().toString()))
            .withSubset(Optional.of(6000), Optional.of(500))
            .withDataSeed(1);
    DataSet subset = DataSets.load(spec);
    assertThat(RealData.counts(subset.train())).containsOnly(600);
    assertThat(RealData.counts(subset.test().orElseThrow())).containsOnly(50);
    for (int i = 0; i < 6000; i++) {
      int id = (int) subset.train().ids()[i];
      assertThat(subset.train().labels()[i]).isEqualTo(all.labels()[id]);
      assertThat(
              Arrays.equals(
                  subset.train().pixels(),
                  i * 784,
                  (i + 1) * 784,
                  all.pixels(),
                  id * 784,
                  (id + 1) * 784))
          .isTrue();
    }
  }

  @Test
  void emnistIsTurnedUprightAndItsLettersCountFromOne() throws IOException {
    write("emnist-letters-train-images-idx3-ubyte", images(3, 2, 3));
    write("emnist-letters-train-labels-idx1-ubyte", labels(1, 26, 2));
    write("emnist-letters-test-images-idx3-ubyte.gz", gzip(images(1, 2, 3)));
    write("emnist-letters-test-labels-idx1-ubyte.gz", gzip(labels(26)));
    DataSet data = DataSets.load(RealData.spec("emnist-letters", directory));
    LabelledImages train = data.train();
    assertThat(train.labels()).containsExactly(0, 25, 1);
    assertThat(train.classNames()).hasSize(26).startsWith("a", "b").endsWith("z");
    assertThat(train.shape().height()).isEqualTo(3);
    assertThat(train.shape().width()).isEqualTo(2);
    // rows 250 251 252 and 253 254 255 become columns
    assertThat(Arrays.copyOf(train.pixels(), 6)).containsExactly(250, 253, 251, 254, 252, 255);
    write("emnist-letters-train-labels-idx1-ubyte", labels(1, 0, 2));
    assertThatThrownBy(() -> DataSets.load(RealData.spec("emnist-letters", directory)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("label 0 of image 1 is outside [1, 27)");
  }

  @Test
  void labelsOfQmnistAreTheFirstOfTheirColumns() throws IOException {
    for (String part : new String[] {"train", "test"}) {
      write("qmnist-" + part + "-images-idx3-ubyte", images(2, 2, 2));
      ByteBuffer extended = ByteBuffer.allocate(12 + 2 * 8 * 4);
      extended.putInt(0xc02).putInt(2).putInt(8);
      for (int i = 0; i < 16; i++) {
        extended.putInt(i == 0 ? 7 : i == 8 ? 3 : 1000 + i);
      }
      write("qmnist-" + part + "-labels-idx2-int", extended.array());
    }
    assertThat(DataSets.load(RealData.spec("qmnist", directory)).train().labels())
        .containsExactly(7, 3);
  }

  @Test
  void fashionMnistHasNamesForItsClasses() {
    LabelledImages train = DataSets.load(RealData.spec("fashion-mnist", directory)).train();
    assertThat(train.labels()).containsExactly(7, 0, 9);
    assertThat(train.classNames()).startsWith("T-shirt/top").endsWith("Ankle boot");
  }

  @Test
  void kmnistLiesWhereTorchvisionPutsIt() throws IOException {
    Path raw = Files.createDirectories(directory.resolve("home/KMNIST/raw"));
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.move(file, raw.resolve(file.getFileName()));
      }
    }
    LabelledImages train =
        DataSets.load(RealData.spec("kmnist", directory.resolve("home"))).train();
    assertThat(train.labels()).containsExactly(7, 0, 9);
  }
}
