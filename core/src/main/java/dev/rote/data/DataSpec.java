package dev.rote.data;

import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which images a run trains on.
 *
 * @param dataset one of {@link DataSets#names}
 * @param path directory or file of the source; none for {@code glyphs}; public data sets without
 *     one are looked for in {@link DataSets#home}
 * @param split which parts of a source with folders such as {@code train} and {@code test} are the
 *     training images, separated by commas; none: {@code train} or {@code training}
 * @param subset which part of the images
 * @param dataSeed seed of the subset draw and of {@code glyphs}; part of the data, not of a run
 * @param imageFiles how image files are read
 * @param fold the part of the training images that is held out, and takes the place of the test
 *     images; none: the source's own test images
 */
public record DataSpec(
    String dataset,
    Optional<String> path,
    Optional<String> split,
    Subset subset,
    long dataSeed,
    ImageFiles imageFiles,
    Optional<Fold> fold) {
  /**
   * How many images are drawn, class-balanced and seeded.
   *
   * @param train number of training images; none: all (glyphs: its default size)
   * @param test likewise of test images
   * @param subsample share of the training images, in (0, 1), that each run trains on, drawn by its
   *     own seed ({@code RunSpec.trainedOn}); all of them are measured; none: each run trains on
   *     all
   */
  public record Subset(
      Optional<Integer> train, Optional<Integer> test, Optional<Double> subsample) {
    /** Images that every run trains on. */
    Subset(Optional<Integer> train, Optional<Integer> test) {
      this(train, test, Optional.empty());
    }

    public Subset {
      train.ifPresent(n -> requirePositive("subset", n));
      test.ifPresent(n -> requirePositive("test subset", n));
      subsample.ifPresent(
          share -> {
            if (!(share > 0 && share < 1)) {
              throw new InputException("subsample " + share + " is outside (0, 1)");
            }
          });
    }
  }

  /**
   * How image files are read.
   *
   * @param size height and width that they are resized to, 1 to 1024; none: 32
   * @param grey whether they are read as grey
   * @param unreadable what happens to those that cannot be read: broken, truncated, absent, of
   *     another format, too large
   */
  public record ImageFiles(Optional<Integer> size, boolean grey, UnreadableFiles unreadable) {
    public ImageFiles {
      size.ifPresent(
          n -> {
            if (n < 1 || n > MAX_IMAGE_SIZE) {
              throw new InputException(
                  "image size " + n + " is outside [1, " + MAX_IMAGE_SIZE + "]");
            }
          });
    }

    /** Returns the number of channels. */
    int channels() {
      return grey ? 1 : 3;
    }

    /** Returns the height and width. */
    int side() {
      return size.orElse(DEFAULT_IMAGE_SIZE);
    }
  }

  private static final int MAX_IMAGE_SIZE = 1024;
  private static final int DEFAULT_IMAGE_SIZE = 32;

  public DataSpec {
    DataSource source = DataSets.source(dataset);
    if (source.place() == DataSource.Place.NONE && path.isPresent()) {
      throw new InputException(
          dataset + " reads no files, but the data path '" + path.get() + "' is given");
    }
  }

  /**
   * Checks that the place of the images is stated. A record that is passed on does without.
   *
   * @throws InputException if this source needs a path and has none
   */
  DataSpec requirePlace() {
    DataSource source = DataSets.source(dataset);
    if (source.place() == DataSource.Place.GIVEN && path.isEmpty()) {
      throw new InputException("data set " + dataset + " needs " + source.needs());
    }
    return this;
  }

  /**
   * Refuses results in the folder that the images are read from, where a later call would take them
   * for images and directories of classes.
   *
   * @param out directory of the results
   * @throws InputException if {@code out} is the folder of the images, or below it
   */
  public void requireApart(Path out) {
    if (dataset.equals("folder") && path.isPresent()) {
      Path images = Path.of(path.get());
      if (real(out).startsWith(real(images))) {
        throw new InputException(
            "the results would be among the images in %s; choose another --out than %s"
                .formatted(images, out));
      }
    }
  }

  /** Returns the path without links, as far as it exists. */
  private static Path real(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    try {
      return Files.exists(absolute) || absolute.getParent() == null
          ? absolute.toRealPath()
          : real(absolute.getParent()).resolve(absolute.getFileName());
    } catch (IOException e) {
      return absolute;
    }
  }

  /**
   * Returns all images of a source; one that cannot be read is refused.
   *
   * @param path see {@link DataSpec#path}
   * @throws InputException if the source needs a path and has none, or the other way round
   */
  public static DataSpec of(String dataset, Optional<String> path) {
    return new DataSpec(
            dataset,
            path,
            Optional.empty(),
            new Subset(Optional.empty(), Optional.empty()),
            0,
            new ImageFiles(Optional.empty(), false, UnreadableFiles.REFUSE),
            Optional.empty())
        .requirePlace();
  }

  /** Returns as many of these images. */
  public DataSpec withSubset(Optional<Integer> train, Optional<Integer> test) {
    return new DataSpec(dataset, path, split, new Subset(train, test), dataSeed, imageFiles, fold);
  }

  /** Returns images drawn with another seed. */
  public DataSpec withDataSeed(long seed) {
    return new DataSpec(dataset, path, split, subset, seed, imageFiles, fold);
  }

  /** Returns these images with another size and number of channels; see {@link ImageFiles}. */
  public DataSpec withImages(Optional<Integer> size, boolean grey) {
    ImageFiles files = new ImageFiles(size, grey, imageFiles.unreadable);
    return new DataSpec(dataset, path, split, subset, dataSeed, files, fold);
  }

  /** Returns these images with a fold held out. */
  public DataSpec withFold(Fold held) {
    Subset training = new Subset(subset.train, Optional.empty());
    return new DataSpec(dataset, path, split, training, dataSeed, imageFiles, Optional.of(held));
  }

  /** Returns these images, of which each run trains on a share of its own. */
  public DataSpec withSubsample(Optional<Double> share) {
    Subset sampled = new Subset(subset.train, subset.test, share);
    return new DataSpec(dataset, path, split, sampled, dataSeed, imageFiles, fold);
  }

  /** Returns the same images at another place, or at one that is not stated. */
  public DataSpec withPath(Optional<String> newPath) {
    return new DataSpec(dataset, newPath, split, subset, dataSeed, imageFiles, fold);
  }

  /** Returns these images without those that cannot be read. */
  public DataSpec leavingOutUnreadable() {
    ImageFiles readable =
        new ImageFiles(imageFiles.size, imageFiles.grey, UnreadableFiles.LEAVE_OUT);
    return new DataSpec(dataset, path, split, subset, dataSeed, readable, fold);
  }

  /** Returns the images of other parts of the source. */
  public DataSpec withSplit(Optional<String> parts) {
    return new DataSpec(dataset, path, parts, subset, dataSeed, imageFiles, fold);
  }

  /**
   * Returns a share of these images: of the subset that is asked for or, where none is, of what was
   * published.
   *
   * @param share in (0, 1]
   * @throws InputException if it is not known how many images there are
   */
  public DataSpec scaled(double share) {
    Optional<Subset> published = DataSets.source(dataset).published();
    Optional<Integer> train = subset.train.or(() -> published.flatMap(Subset::train));
    if (train.isEmpty()) {
      throw new InputException(
          "--scale needs --subset, since " + dataset + " has no fixed number of images");
    }
    Optional<Integer> test = subset.test.or(() -> published.flatMap(Subset::test));
    Subset scaled =
        new Subset(train.map(n -> part(n, share)), test.map(n -> part(n, share)), subset.subsample);
    return new DataSpec(dataset, path, split, scaled, dataSeed, imageFiles, fold);
  }

  /**
   * Returns a share of a number of images or epochs, rounded, and 1 at the least.
   *
   * @param share in (0, 1]
   */
  public static int part(int whole, double share) {
    return (int) Math.max(1, Math.round(whole * share));
  }

  private static void requirePositive(String what, int n) {
    if (n < 1) {
      throw new InputException(what + " " + n + " holds no image; give a number from 1");
    }
  }
}
