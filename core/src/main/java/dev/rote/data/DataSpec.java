package dev.rote.data;

import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.util.List;
import java.util.Optional;

/**
 * Which images a run trains on.
 *
 * @param dataset {@code glyphs}, {@code mnist}, {@code cifar10}, {@code folder} or {@code manifest}
 * @param path directory or file of the source; none for {@code glyphs}; where {@code mnist} and
 *     {@code cifar10} have none they are looked for in {@link DataSets#home}
 * @param subset number of training images, class-balanced and seeded; none: all (glyphs: its
 *     default size)
 * @param testSubset likewise for the test images
 * @param imageSize height and width that {@code folder} and {@code manifest} images are resized to,
 *     1 to 1024; none: 32
 * @param grey whether {@code folder} and {@code manifest} images are read as grey
 * @param dataSeed seed of the subset draw and of {@code glyphs}; part of the data, not of a run
 * @param unreadable what becomes of {@code folder} and {@code manifest} images that cannot be read:
 *     broken, truncated, absent, of another format, too large
 * @param fold the part of the training images that is held out, and takes the place of the test
 *     images; none: the source's own test images
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
    Optional<Fold> fold) {
  /** Names of the sources, as {@code dataset} takes them. */
  public static final List<String> DATASETS =
      List.of("glyphs", "mnist", "cifar10", "folder", "manifest");

  private static final int MAX_IMAGE_SIZE = 1024;

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
        Optional.empty());
  }

  /** These images with a fold held out. */
  public DataSpec withFold(Fold held) {
    return new DataSpec(
        dataset,
        path,
        subset,
        Optional.empty(),
        imageSize,
        grey,
        dataSeed,
        unreadable,
        Optional.of(held));
  }

  /** All of the images. */
  public DataSpec withoutSubset() {
    return new DataSpec(
        dataset,
        path,
        Optional.empty(),
        Optional.empty(),
        imageSize,
        grey,
        dataSeed,
        unreadable,
        fold);
  }

  /** These images without those that cannot be read. */
  public DataSpec leavingOutUnreadable() {
    return new DataSpec(
        dataset,
        path,
        subset,
        testSubset,
        imageSize,
        grey,
        dataSeed,
        UnreadableFiles.LEAVE_OUT,
        fold);
  }

  public DataSpec {
    // What records of older runs do not have.
    unreadable = unreadable == null ? UnreadableFiles.REFUSE : unreadable;
    fold = fold == null ? Optional.empty() : fold;
    if (!DATASETS.contains(dataset)) {
      throw new InputException(Names.unknown("data set", dataset, DATASETS));
    }
    if (dataset.equals("glyphs") && path.isPresent()) {
      throw new InputException(
          "glyphs are drawn and read no files, but the data path '" + path.get() + "' is given");
    }
    if ((dataset.equals("folder") || dataset.equals("manifest")) && path.isEmpty()) {
      throw new InputException(
          dataset.equals("folder")
              ? "data set folder needs its directory: --data DIR, with one folder of images per class"
              : "data set manifest needs its file: --data FILE.csv, with the header path,label");
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

  private static void requirePositive(String what, int n) {
    if (n < 1) {
      throw new InputException(what + " " + n + " holds no image; give a number from 1");
    }
  }
}
