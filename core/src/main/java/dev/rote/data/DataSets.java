package dev.rote.data;

import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Loads data sets. */
public final class DataSets {
  /** All kinds of data sets: a new one is a class and a line here. */
  private static final List<DataSource> SOURCES =
      Stream.of(
              List.of(new Glyphs()),
              Mnist.all(),
              List.of(Cifar.ten(), Cifar.hundred(), new ImageFolder(), new ImageManifest()))
          .<DataSource>flatMap(List::stream)
          .toList();

  private DataSets() {}

  /** Returns the names of the sources that can be read. */
  public static List<String> names() {
    return SOURCES.stream().map(DataSource::name).toList();
  }

  /**
   * Returns the source of a name.
   *
   * @throws InputException if there is none
   */
  static DataSource source(String name) {
    return Stream.concat(SOURCES.stream(), Stream.of(new NoImages()))
        .filter(source -> source.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new InputException(Names.unknown("data set", name, names())));
  }

  /**
   * Loads the data set that {@code spec} names, and draws the subsets that it asks for. An image
   * that cannot be read is refused or left out, as {@code spec} says.
   *
   * @throws InputException if files are missing, damaged or do not fit together, or the data has
   *     fewer images than a subset asks for
   */
  public static DataSet load(DataSpec spec) {
    return read(spec).data();
  }

  /**
   * Loads a data set, with the images that were left out because they cannot be read, and with
   * notes. Subsets and folds are drawn from the readable images.
   *
   * @throws InputException as {@link #load}; also if a class has no image that can be read
   */
  public static ReadDataSet read(DataSpec spec) {
    spec.requirePlace();
    try {
      ReadDataSet whole = readWhole(spec);
      return spec.fold()
          .map(fold -> whole.with(fold.split(whole.data(), spec.dataSeed())))
          .orElse(whole);
    } catch (InvalidPathException e) {
      throw notInThisLocale(e.getInput(), e);
    }
  }

  private static ReadDataSet readWhole(DataSpec spec) {
    DataSource source = source(spec.dataset());
    requireUsed(source, spec);
    Path path = spec.path().map(DataSets::path).orElseGet(DataSets::home);
    if (source.place() != DataSource.Place.NONE && !Files.exists(path)) {
      throw new InputException(
          source.place() == DataSource.Place.HOME
              ? "looked for %s in %s, which does not exist; %s--data names another directory"
                  .formatted(
                      source.name(),
                      path,
                      PublicData.NAMES.contains(source.name())
                          ? PublicData.fetchCommand(source.name()) + " downloads it, "
                          : "")
              : path + " does not exist; check the path of the images");
    }
    ReadDataSet read = source.read(path, spec);
    return source.drawsSubsets() ? read : read.with(subsets(read.data(), path, spec));
  }

  /** Refuses what the source would ignore. */
  private static void requireUsed(DataSource source, DataSpec spec) {
    boolean ofFiles = spec.imageFiles().size().isPresent() || spec.imageFiles().grey();
    if (ofFiles && !source.readsImageFiles()) {
      throw new InputException(
          "--image-size and --grey are for folders and manifests; the images of %s are used as they are"
              .formatted(source.name()));
    }
    if (spec.split().isPresent() && !source.hasSplits()) {
      throw new InputException(
          "--split is for folders of images; %s has none to choose from".formatted(source.name()));
    }
  }

  private static DataSet subsets(DataSet all, Path path, DataSpec spec) {
    if (spec.subset().test().isPresent() && all.test().isEmpty()) {
      throw new InputException(
          "a test subset of %d was given, but %s has no test images"
              .formatted(spec.subset().test().get(), path));
    }
    LabelledImages train =
        spec.subset()
            .train()
            .map(n -> ClassBalancedSubset.draw(all.train(), n, spec.dataSeed(), "train"))
            .orElse(all.train());
    Optional<LabelledImages> test =
        all.test()
            .map(
                images ->
                    spec.subset()
                        .test()
                        .map(n -> ClassBalancedSubset.draw(images, n, spec.dataSeed(), "test"))
                        .orElse(images));
    return new DataSet(all.name(), train, test);
  }

  /**
   * Returns where data without a path is stored: the system property or environment variable {@code
   * ROTE_DATA}, else {@code .rote/data} in the user's home directory.
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
      throw representable(text)
          ? new InputException("data path '" + text + "' is not a path: " + e.getReason(), e)
          : notInThisLocale(text, e);
    }
  }

  /**
   * Returns the names of the folders of a data set that are splits, such as {@code train} and
   * {@code test}: those with images of a class in folders of their own, or with a {@code
   * metadata.csv}.
   *
   * @return none where the classes lie in {@code root} itself, or {@code root} is no directory
   */
  public static List<String> splits(Path root) {
    return ImageFolder.splits(root);
  }

  /**
   * Returns the error for a file name that this process cannot represent, as in containers without
   * a locale.
   */
  static InputException notInThisLocale(String name, Exception cause) {
    return new InputException(
        "the file name '%s' cannot be represented in this locale (%s); set LC_ALL=C.UTF-8 and try again"
            .formatted(name, System.getProperty("sun.jnu.encoding")),
        cause);
  }

  /** Returns whether a name can be one of this system's file names, going by the locale. */
  static boolean representable(String name) {
    String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
    Charset charset =
        Charset.isSupported(encoding) ? Charset.forName(encoding) : StandardCharsets.UTF_8;
    return charset.newEncoder().canEncode(name) && name.indexOf(0xfffd) < 0;
  }
}
