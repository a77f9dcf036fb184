package dev.rote.data;

import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A CSV file of image paths and labels, with the header {@code path,label} or {@code
 * path,label,original_label}, in any order. Other columns are passed over, unless one seems to be a
 * mistyped name.
 *
 * <p>Paths are relative to the CSV file. Labels are class indices where all of them are integers (K
 * is then the largest plus 1), else class names, which count in sorted order. Sample ids are
 * positions among the rows.
 */
final class ImageManifest {
  private static final List<String> COLUMNS = List.of("path", "label", "original_label");

  private ImageManifest() {}

  static ReadDataSet read(Path csv, int channels, int size, UnreadableFiles whereUnreadable) {
    if (!Files.isRegularFile(csv)) {
      throw new InputException(
          csv + " is no file; data set manifest needs a CSV file with the header path,label");
    }
    List<CsvRow> rows;
    try {
      rows = CsvRow.parse(Files.readAllBytes(csv), csv.toString());
    } catch (IOException e) {
      throw InputException.cannotRead(csv, e);
    }
    List<String> header = rows.isEmpty() ? List.of() : rows.get(0).cells();
    requireHeader(csv, header);
    List<CsvRow> body = rows.subList(1, rows.size());
    if (body.isEmpty()) {
      throw new InputException("manifest " + csv + " has a header but no rows");
    }
    List<String> labels = column(csv, header, body, "label");
    Optional<List<String>> originals =
        header.contains("original_label")
            ? Optional.of(column(csv, header, body, "original_label"))
            : Optional.empty();
    List<String> classes = classes(csv, body, labels, originals);
    LabelledImages.requireClasses("manifest " + csv, classes.size());

    List<String> paths = column(csv, header, body, "path");
    List<ImageFile> files = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      String where =
          "manifest %s row %d: image %s".formatted(csv, body.get(i).number(), paths.get(i));
      files.add(file(csv, paths.get(i), where));
    }
    List<UnreadableFile> unreadable = new ArrayList<>();
    LabelledImages images =
        new LabelledFiles(
                "manifest " + csv,
                classes,
                files,
                indices(labels, classes),
                originals.map(o -> indices(o, classes)))
            .read(channels, size, whereUnreadable, true, unreadable);
    return new ReadDataSet(new DataSet("manifest", images, Optional.empty()), unreadable);
  }

  private static void requireHeader(Path csv, List<String> header) {
    for (String column : header) {
      boolean mistyped =
          !COLUMNS.contains(column)
              && Names.nearest(column, COLUMNS).filter(name -> !header.contains(name)).isPresent();
      if (mistyped) {
        throw new InputException(
            "manifest " + csv + " row 1: " + Names.unknown("column", column, COLUMNS));
      }
    }
    if (!header.contains("path")
        || !header.contains("label")
        || header.stream().distinct().count() < header.size()) {
      throw new InputException(
          "manifest %s row 1: the header is '%s'; it needs path and label, once each"
              .formatted(csv, String.join(",", header)));
    }
  }

  private static List<String> column(
      Path csv, List<String> header, List<CsvRow> body, String name) {
    int index = header.indexOf(name);
    List<String> values = new ArrayList<>();
    for (CsvRow row : body) {
      if (row.cells().size() != header.size()) {
        throw new InputException(
            "manifest %s row %d has %d values under a header of %d"
                .formatted(csv, row.number(), row.cells().size(), header.size()));
      }
      if (row.cells().get(index).isEmpty()) {
        throw new InputException(
            "manifest %s row %d: %s is empty".formatted(csv, row.number(), name));
      }
      values.add(row.cells().get(index));
    }
    return values;
  }

  private static List<String> classes(
      Path csv, List<CsvRow> body, List<String> labels, Optional<List<String>> originals) {
    List<String> all =
        Stream.concat(labels.stream(), originals.stream().flatMap(List::stream)).toList();
    if (!all.stream().allMatch(label -> label.matches("-?\\d+"))) {
      return List.copyOf(new TreeSet<>(all));
    }
    int largest = 0;
    for (int i = 0; i < all.size(); i++) {
      String label = all.get(i);
      if (label.startsWith("-")
          || label.length() > 9
          || Integer.parseInt(label) >= LabelledImages.MAX_CLASSES) {
        throw new InputException(
            "manifest %s row %d: label %s is outside [0, %d)"
                .formatted(
                    csv, body.get(i % body.size()).number(), label, LabelledImages.MAX_CLASSES));
      }
      largest = Math.max(largest, Integer.parseInt(label));
    }
    return IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList();
  }

  private static int[] indices(List<String> labels, List<String> classes) {
    Map<String, Integer> index = new HashMap<>();
    for (int k = 0; k < classes.size(); k++) {
      index.put(classes.get(k), k);
    }
    // 007 is class 7 where labels are integers
    return labels.stream()
        .mapToInt(label -> index.containsKey(label) ? index.get(label) : Integer.parseInt(label))
        .toArray();
  }

  private static ImageFile file(Path csv, String path, String where) {
    try {
      Path file = csv.resolveSibling(path);
      return Files.isRegularFile(file)
          ? new ImageFile(path, where, Optional.of(file), Optional.empty())
          : ImageFile.unreadable(path, where, "does not exist");
    } catch (InvalidPathException e) {
      return ImageFile.unreadable(path, where, "is no path: " + e.getReason());
    }
  }
}
