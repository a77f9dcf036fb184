package dev.rote.data;

import dev.rote.text.InputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Loads data sets. */
public final class DataSets {
  private static final int DEFAULT_IMAGE_SIZE = 32;

  private DataSets() {}

  /**
   * The data set that {@code spec} names, with subsets drawn where it asks for them. An image that
   * cannot be read is refused or left out, as it says.
   *
   * @throws InputException where files are missing, truncated, corrupt or do not fit together, or
   *     the data has fewer images than a subset asks for
   */
  public static DataSet load(DataSpec spec) {
    return read(spec).data();
  }

  /**
   * The same, with the images that were left out because they cannot be read, where {@code spec}
   * says so. Subsets and folds are drawn from the others.
   *
   * @throws InputException also where a class has no image that can be read
   */
  public static ReadDataSet read(DataSpec spec) {
    ReadDataSet whole = readWhole(spec);
    return spec.fold()
        .map(fold -> fold.split(whole.data(), spec.dataSeed()))
        .map(split -> new ReadDataSet(split, whole.unreadable()))
        .orElse(whole);
  }

  private static ReadDataSet readWhole(DataSpec spec) {
    if (spec.dataset().equals("glyphs")) {
      return whole(
          Glyphs.draw(
              spec.subset().orElse(Glyphs.DEFAULT_TRAIN),
              spec.testSubset().orElse(Glyphs.DEFAULT_TEST),
              spec.dataSeed()));
    }
    Path path = spec.path().map(DataSets::path).orElseGet(DataSets::home);
    if (!Files.exists(path)) {
      String remedy =
          switch (spec.dataset()) {
            case "mnist", "cifar10" ->
                "; './rote data fetch "
                    + spec.dataset()
                    + "' gets the data, --data names another directory";
            default -> "; --data gives the place of the images";
          };
      throw new InputException(
          "looked for " + spec.dataset() + " in " + path + ", which does not exist" + remedy);
    }
    int channels = spec.grey() ? 1 : 3;
    int size = spec.imageSize().orElse(DEFAULT_IMAGE_SIZE);
    ReadDataSet read =
        switch (spec.dataset()) {
          case "mnist" -> whole(Mnist.read(path));
          case "cifar10" -> whole(Cifar10.read(path));
          case "folder" -> ImageFolder.read(path, channels, size, spec.unreadable());
          case "manifest" -> ImageManifest.read(path, channels, size, spec.unreadable());
          default -> throw new AssertionError(spec.dataset());
        };
    DataSet all = read.data();
    LabelledImages train =
        spec.subset()
            .map(n -> ClassBalancedSubset.draw(all.train(), n, spec.dataSeed(), "train"))
            .orElse(all.train());
    if (spec.testSubset().isPresent() && all.test().isEmpty()) {
      throw new InputException(
          "a test subset of "
              + spec.testSubset().get()
              + " is asked for, but "
              + path
              + " has no test images");
    }
    Optional<LabelledImages> test =
        all.test()
            .map(
                images ->
                    spec.testSubset()
                        .map(n -> ClassBalancedSubset.draw(images, n, spec.dataSeed(), "test"))
                        .orElse(images));
    return new ReadDataSet(new DataSet(all.name(), train, test), read.unreadable());
  }

  private static ReadDataSet whole(DataSet data) {
    return new ReadDataSet(data, List.of());
  }

  /**
   * Where data is kept that no path is given for: the system property or environment variable
   * {@code ROTE_DATA}, else {@code .rote/data} in the user's home directory.
   */
  public static Path home() {
    String named = System.getProperty("ROTE_DATA", System.getenv("ROTE_DATA"));
    return named != null && !named.isBlank()
        ? Path.of(named)
        : Path.of(System.getProperty("user.home"), ".rote", "data");
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new InputException("data path '" + text + "' is no path: " + e.getReason(), e);
    }
  }
}
