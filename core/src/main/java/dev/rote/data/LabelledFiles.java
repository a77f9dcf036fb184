package dev.rote.data;

import dev.rote.text.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Image files with their labels, before any is read.
 *
 * @param source what an error calls them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LabelledFiles(
    String source,
    List<String> classNames,
    List<ImageFile> files,
    int[] labels,
    Optional<int[]> original) {

  /**
   * Reads all files that can be read; ids are positions among the files.
   *
   * @param everyClass whether each class that has files needs one that can be read
   * @param unreadable receives those that cannot be read
   */
  LabelledImages read(DataSpec spec, boolean everyClass, List<UnreadableFile> unreadable) {
    int channels = spec.imageFiles().channels();
    int size = spec.imageFiles().side();
    ImageFile.Pixels read =
        ImageFile.readAll(files, channels, size, spec.imageFiles().unreadable());
    List<UnreadableFile> leftOut =
        read.problems().entrySet().stream().map(e -> leftOut(e.getKey(), e.getValue())).toList();
    unreadable.addAll(leftOut);
    int[] positions = read.positions();
    if (positions.length == 0) {
      throw noneReadable(source, files.size(), leftOut.get(0));
    }
    int[] chosen = pick(labels, positions);
    if (everyClass && !leftOut.isEmpty()) {
      requireEveryClass(chosen, leftOut);
    }
    return new LabelledImages(
        ImageShape.square(channels, size),
        classNames,
        read.pixels(),
        chosen,
        original.map(o -> pick(o, positions)),
        Arrays.stream(positions).asLongStream().toArray(),
        Optional.of(Arrays.stream(positions).mapToObj(i -> files.get(i).path()).toList()));
  }

  private UnreadableFile leftOut(int at, String problem) {
    return new UnreadableFile(at, files.get(at).path(), labels[at], problem);
  }

  private void requireEveryClass(int[] readable, List<UnreadableFile> unreadable) {
    for (int k = 0; k < classNames.size(); k++) {
      int label = k;
      long before = Arrays.stream(labels).filter(l -> l == label).count();
      if (before > 0 && Arrays.stream(readable).noneMatch(l -> l == label)) {
        throw noneReadable(
            "class '" + classNames.get(k) + "' of " + source,
            before,
            unreadable.stream().filter(f -> f.label() == label).findFirst().orElseThrow());
      }
    }
  }

  private static InputException noneReadable(String whose, long files, UnreadableFile first) {
    return new InputException(
        "none of the %d images of %s can be read; the first, %s, %s"
            .formatted(files, whose, first.path(), first.reason()));
  }

  private static int[] pick(int[] values, int[] positions) {
    return Arrays.stream(positions).map(p -> values[p]).toArray();
  }
}
