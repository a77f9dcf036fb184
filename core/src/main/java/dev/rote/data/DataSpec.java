package dev.rote.data;

import dev.rote.text.InputException;
import java.util.Optional;

/**
 * Which images a run trains on.
 *
 * @param dataset one of {@link DataSets#names}
 * @param path directory or file of the source; none for {@code glyphs}; public data sets without
 *     one are looked for in {@link DataSets#home}
 * @param subset number of training images, class-balanced and seeded; none: all (glyphs: its
 *     default size)
 * @param testSubset likewise for the test images
 * @param imageSize height and width that image files are resized to, 1 to 1024; none: 32
 * @param grey whether image files are read as grey
 * @param dataSeed seed of the subset draw and of {@code glyphs}; part of the data, not of a run
 * @param unreadable what happens to image files that cannot be read: broken, truncated, absent, of
 *     another format, too large
 * @param fold the part of the training images that is held out, and takes the place of the test
 *     images; none: the source's own test images
 * @param split which parts of a source with folders such as {@code train} and {@code test} are the
 *     training images, separated by commas; none: {@code train} or {@code training}
 */
public record DataSpec(
    String dataset,
    Optional<String> path,
    Optional<Integer> subset,
    Optional<Integer> testSubset,
    Optional<Integer> imageSize,
    boolean grey,
    long dataSeed,
    UnreadableFiles unreadable,
    Optional<Fold> fold,
    Optional<String> split) {
  private static final int MAX_IMAGE_SIZE = 1024;
  private static final int DEFAULT_IMAGE_SIZE = 32;

  /** All training images, none held out; one that cannot be read is refused. */
  public DataSpec(
      String dataset,
      Optional<String> path,
      Optional<Integer> subset,
      Optional<Integer> testSubset,
      Optional<Integer> imageSize,
      boolean grey,
      long dataSeed) {
    this(
        dataset,
        path,
        subset,
        testSubset,
        imageSize,
        grey,
        dataSeed,
        UnreadableFiles.REFUSE,
        Optional.empty(),
        Optional.empty());
  }

  public DataSpec {
    unreadable = unreadable == null ? UnreadableFiles.REFUSE : unreadable;
    fold = fold == null ? Optional.empty() : fold;
    split = split == null ? Optional.empty() : split;
    DataSource source = DataSets.source(dataset);
    if (source.place() == DataSource.Place.NONE && path.isPresent()) {
      throw new InputException(
          dataset + " reads no files, but the data path '" + path.get() + "' is given");
    }
    if (source.place() == DataSource.Place.GIVEN && path.isEmpty()) {
      throw new InputException("data set " + dataset + " needs " + source.needs());
    }
    subset.ifPresent(n -> requirePositive("subset", n));
    testSubset.ifPresent(n -> requirePositive("test subset", n));
    imageSize.ifPresent(
        size -> {
          if (size < 1 || size > MAX_IMAGE_SIZE) {
            throw new InputException(
                "image size " + size + " is outside [1, " + MAX_IMAGE_SIZE + "]");
          }
        });
  }

  /** Returns these images with a fold held out. */
  public DataSpec withFold(Fold held) {
    return with(subset, Optional.empty(), unreadable, Optional.of(held), split);
  }

  /** Returns the same images at another place. */
  public DataSpec withPath(String newPath) {
    return new DataSpec(
        dataset,
        Optional.of(newPath),
        subset,
        testSubset,
        imageSize,
        grey,
        dataSeed,
        unreadable,
        fold,
        split);
  }

  /** Returns these images without those that cannot be read. */
  public DataSpec leavingOutUnreadable() {
    return with(subset, testSubset, UnreadableFiles.LEAVE_OUT, fold, split);
  }

  /** Returns the images of other parts of the source. */
  public DataSpec withSplit(Optional<String> parts) {
    return with(subset, testSubset, unreadable, fold, parts);
  }

  private DataSpec with(
      Optional<Integer> train,
      Optional<Integer> test,
      UnreadableFiles whereUnreadable,
      Optional<Fold> held,
      Optional<String> parts) {
    return new DataSpec(
        dataset, path, train, test, imageSize, grey, dataSeed, whereUnreadable, held, parts);
  }

  /** Number of channels that image files are read with. */
  int channels() {
    return grey ? 1 : 3;
  }

  /** Height and width that image files are resized to. */
  int side() {
    return imageSize.orElse(DEFAULT_IMAGE_SIZE);
  }

  private static void requirePositive(String what, int n) {
    if (n < 1) {
      throw new InputException(what + " " + n + " holds no image; give a number from 1");
    }
  }
}
