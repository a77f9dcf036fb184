package dev.rote.data;

import dev.rote.text.InputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * MNIST (LeCun, Cortes, Burges) from its four IDX files, gzipped or not. Any data set in that
 * layout with ten classes is read.
 */
final class Mnist implements DataSource {
  private static final int CLASSES = 10;

  @Override
  public String name() {
    return "mnist";
  }

  @Override
  public Place place() {
    return Place.HOME;
  }

  @Override
  public ReadDataSet read(Path root, DataSpec spec) {
    Path directory =
        SourceDirectory.find(
            root, "mnist", List.of("mnist", "MNIST/raw"), names("train-images", 3));
    return ReadDataSet.whole(
        new DataSet("mnist", part(directory, "train"), Optional.of(part(directory, "t10k"))));
  }

  private static LabelledImages part(Path directory, String part) {
    Path imageFile = file(directory, part + "-images", 3);
    Path labelFile = file(directory, part + "-labels", 1);
    IdxFile images = IdxFile.read(imageFile, 3);
    IdxFile labels = IdxFile.read(labelFile, 1);
    int n = images.sizes()[0];
    if (labels.sizes()[0] != n) {
      throw new InputException(
          "%s has %d images, but %s has %d labels"
              .formatted(imageFile, n, labelFile, labels.sizes()[0]));
    }
    if (n == 0 || images.data().length == 0) {
      throw new InputException(imageFile + " holds no images");
    }
    int[] classes = new int[n];
    for (int i = 0; i < n; i++) {
      classes[i] = Byte.toUnsignedInt(labels.data()[i]);
      if (classes[i] >= CLASSES) {
        throw new InputException(
            "%s: label %d of image %d is outside [0, %d)"
                .formatted(labelFile, classes[i], i, CLASSES));
      }
    }
    return new LabelledImages(
        1,
        images.sizes()[1],
        images.sizes()[2],
        IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList(),
        images.data(),
        classes,
        Optional.empty(),
        LongStream.range(0, n).toArray(),
        Optional.empty());
  }

  private static Path file(Path directory, String stem, int dimensions) {
    List<String> names = names(stem, dimensions);
    return SourceDirectory.file(directory, names)
        .orElseThrow(
            () ->
                new InputException(
                    "mnist is incomplete: %s has none of %s; './rote data fetch mnist' gets it"
                        .formatted(directory, String.join(", ", names))));
  }

  private static List<String> names(String stem, int dimensions) {
    String dashed = stem + "-idx" + dimensions + "-ubyte";
    String dotted = stem + ".idx" + dimensions + "-ubyte";
    return List.of(dashed, dashed + ".gz", dotted, dotted + ".gz");
  }
}
