package dev.rote.data;

import dev.rote.text.InputException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * MNIST (LeCun, Cortes, Burges) and the data sets that were made after it, from their published IDX
 * files, gzipped or not: Fashion-MNIST, KMNIST, QMNIST and the parts of EMNIST. Files in the layout
 * of MNIST with ten classes are read as {@code mnist}.
 */
final class Mnist implements DataSource {
  private static final List<String> DIGITS =
      IntStream.range(0, 10).mapToObj(Integer::toString).toList();

  private static final List<String> GARMENTS =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private static final String CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private static final List<String> AS_LARGE_AS_MNIST = List.of("mnist", "fashion-mnist", "kmnist");

  private final Variant variant;

  /**
   * What tells the data sets apart.
   *
   * @param folders places below a directory of data
   * @param training what the names of the training files begin with
   * @param test what the names of the test files begin with
   * @param firstLabel label of the first class in the files
   * @param transposed whether the files hold columns first, as those of EMNIST
   */
  private record Variant(
      String name,
      List<String> folders,
      String training,
      String test,
      List<String> classes,
      int firstLabel,
      boolean transposed) {}

  private Mnist(Variant variant) {
    this.variant = variant;
  }

  /** Returns all sources of this kind. */
  static List<DataSource> all() {
    List<DataSource> all = new ArrayList<>();
    all.add(like("mnist", List.of("mnist", "MNIST/raw"), DIGITS));
    all.add(
        like("fashion-mnist", List.of("fashion-mnist", "FashionMNIST/raw", "fashion"), GARMENTS));
    all.add(like("kmnist", List.of("kmnist", "KMNIST/raw"), DIGITS));
    all.add(
        new Mnist(
            new Variant(
                "qmnist",
                List.of("qmnist", "QMNIST/raw"),
                "qmnist-train",
                "qmnist-test",
                DIGITS,
                0,
                false)));
    String small = CAPITALS.toLowerCase(Locale.ROOT);
    all.add(emnist("balanced", "0123456789" + CAPITALS + "abdefghnqrt", 0));
    all.add(emnist("bymerge", "0123456789" + CAPITALS + "abdefghnqrt", 0));
    all.add(emnist("byclass", "0123456789" + CAPITALS + small, 0));
    all.add(emnist("letters", small, 1));
    all.add(emnist("digits", "0123456789", 0));
    all.add(emnist("mnist", "0123456789", 0));
    return List.copyOf(all);
  }

  private static Mnist like(String name, List<String> folders, List<String> classes) {
    return new Mnist(new Variant(name, folders, "train", "t10k", classes, 0, false));
  }

  private static Mnist emnist(String part, String classes, int firstLabel) {
    return new Mnist(
        new Variant(
            "emnist-" + part,
            List.of("emnist", "gzip", "emnist/gzip", "EMNIST/raw"),
            "emnist-" + part + "-train",
            "emnist-" + part + "-test",
            List.of(classes.split("")),
            firstLabel,
            true));
  }

  @Override
  public String name() {
    return variant.name();
  }

  @Override
  public Optional<DataSpec.Subset> published() {
    return AS_LARGE_AS_MNIST.contains(name())
        ? Optional.of(new DataSpec.Subset(Optional.of(60_000), Optional.of(10_000)))
        : Optional.empty();
  }

  @Override
  public Place place() {
    return Place.HOME;
  }

  @Override
  public ReadDataSet read(Path root, DataSpec spec) {
    Path directory =
        SourceDirectory.find(
            root, name(), variant.folders(), names(variant.training() + "-images", 3, "ubyte"));
    return ReadDataSet.whole(
        new DataSet(
            name(),
            part(directory, variant.training()),
            Optional.of(part(directory, variant.test()))));
  }

  private LabelledImages part(Path directory, String part) {
    Path imageFile = file(directory, names(part + "-images", 3, "ubyte"));
    List<String> labelNames = new ArrayList<>(names(part + "-labels", 1, "ubyte"));
    labelNames.addAll(names(part + "-labels", 2, "int"));
    Path labelFile = file(directory, labelNames);
    IdxFile images = IdxFile.read(imageFile, 3);
    int[] labels = labels(labelFile);
    int n = images.sizes()[0];
    if (labels.length != n) {
      throw new InputException(
          "%s has %d images, but %s has %d labels"
              .formatted(imageFile, n, labelFile, labels.length));
    }
    if (n == 0 || images.data().length == 0) {
      throw new InputException(imageFile + " holds no images");
    }
    int classes = variant.classes().size();
    int first = variant.firstLabel();
    for (int i = 0; i < n; i++) {
      if (labels[i] < first || labels[i] >= first + classes) {
        throw new InputException(
            "%s: label %d of image %d is outside [%d, %d)"
                .formatted(labelFile, labels[i], i, first, first + classes));
      }
      labels[i] -= first;
    }
    int height = images.sizes()[1];
    int width = images.sizes()[2];
    return new LabelledImages(
        variant.transposed() ? new ImageShape(1, width, height) : new ImageShape(1, height, width),
        variant.classes(),
        variant.transposed() ? transposed(images.data(), height, width) : images.data(),
        labels,
        Optional.empty(),
        LongStream.range(0, n).toArray(),
        Optional.empty());
  }

  /** Reads labels: bytes, or for QMNIST the first of several big-endian integers. */
  private static int[] labels(Path file) {
    if (file.getFileName().toString().contains("idx2-int")) {
      IdxFile numbers = IdxFile.readIntegers(file, 2);
      int columns = numbers.sizes()[1];
      ByteBuffer values = ByteBuffer.wrap(numbers.data());
      return IntStream.range(0, numbers.sizes()[0])
          .map(i -> values.getInt(4 * i * columns))
          .toArray();
    }
    byte[] labels = IdxFile.read(file, 1).data();
    return IntStream.range(0, labels.length).map(i -> Byte.toUnsignedInt(labels[i])).toArray();
  }

  private static byte[] transposed(byte[] pixels, int height, int width) {
    byte[] upright = new byte[pixels.length];
    int size = height * width;
    for (int i = 0; i < pixels.length; i++) {
      int at = i % size;
      upright[i - at + at % width * height + at / width] = pixels[i];
    }
    return upright;
  }

  private Path file(Path directory, List<String> names) {
    return SourceDirectory.file(directory, names)
        .orElseThrow(
            () ->
                new InputException(
                    "%s is incomplete: %s has none of %s%s"
                        .formatted(
                            name(),
                            directory,
                            String.join(", ", names),
                            PublicData.NAMES.contains(name())
                                ? "; " + PublicData.fetchCommand(name()) + " gets it"
                                : "")));
  }

  private static List<String> names(String stem, int dimensions, String type) {
    String dashed = stem + "-idx" + dimensions + "-" + type;
    String dotted = stem + ".idx" + dimensions + "-" + type;
    return List.of(dashed, dashed + ".gz", dotted, dotted + ".gz");
  }
}
