package dev.rote.data;

import dev.rote.format.AtomicFile;
import dev.rote.format.Npy;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Labels from a file: an NPY array of integers, whole floating-point numbers, booleans or text,
 * {@code [N]} or {@code [N,1]}; or CSV, one label a row, or with a header that names {@code label}
 * and, where rows are not in the order of the samples, {@code id} or {@code path}.
 *
 * @param source name of the file, for errors
 * @param values the labels as text
 * @param ids of the samples that they belong to, if the file has such a column
 * @param paths of the samples that they belong to, if the file has such a column
 */
public record LabelFile(
    String source, List<String> values, Optional<List<Long>> ids, Optional<List<String>> paths) {
  private static final List<String> PATHS = List.of("path", "file_name");

  public LabelFile {
    values = List.copyOf(values);
    ids = ids.map(List::copyOf);
    paths = paths.map(List::copyOf);
    if (values.isEmpty()) {
      throw new InputException(source + " holds no labels");
    }
  }

  /**
   * Reads a file of labels.
   *
   * @throws InputException if it cannot be read or holds something else
   */
  public static LabelFile read(Path file) {
    try {
      return Npy.isNpy(file)
          ? new LabelFile(file.toString(), Npy.readText(file), Optional.empty(), Optional.empty())
          : csv(file.toString(), TableFormat.rows(file));
    } catch (IOException e) {
      throw InputException.cannotRead(file, e);
    }
  }

  private static LabelFile csv(String source, List<CsvRow> rows) {
    if (rows.isEmpty()) {
      throw new InputException(source + " holds no labels");
    }
    List<String> header = rows.get(0).cells();
    boolean single = header.size() == 1;
    int label = header.indexOf("label");
    if (!single && label < 0) {
      throw new InputException(
          "%s has %d columns and none is named 'label' in a header; a table of zeros and ones, a column for each class, is audited with --multi-label"
              .formatted(source, header.size()));
    }
    boolean headed = label >= 0 || isHeader(rows);
    List<CsvRow> body = headed ? rows.subList(1, rows.size()) : rows;
    Optional<List<Long>> ids = Optional.empty();
    if (headed && header.contains("id")) {
      List<Long> numbers = new ArrayList<>();
      for (CsvRow row : body) {
        String cell = cell(source, row, header.indexOf("id"));
        if (!cell.matches("\\d{1,18}")) {
          throw new InputException(
              "%s row %d: id '%s' is not a sample id; ids are the positions in the data, from 0; use a column 'path' otherwise"
                  .formatted(source, row.number(), cell));
        }
        numbers.add(Long.valueOf(cell));
      }
      ids = Optional.of(numbers);
    }
    int index = header.indexOf(TableFormat.PANDAS_INDEX);
    if (index < 0 && headed && !single) {
      index = header.indexOf("");
    }
    if (index >= 0 && ids.isEmpty() && PATHS.stream().noneMatch(header::contains)) {
      requireOrder(source, body, index);
    }
    Optional<List<String>> paths =
        PATHS.stream()
            .filter(name -> headed && header.contains(name))
            .findFirst()
            .map(
                name -> body.stream().map(row -> cell(source, row, header.indexOf(name))).toList());
    List<String> values = body.stream().map(row -> cell(source, row, Math.max(label, 0))).toList();
    return new LabelFile(source, values, ids, paths);
  }

  /** Labels that belong to the samples by position must not have been sorted in another way. */
  private static void requireOrder(String source, List<CsvRow> body, int index) {
    for (int i = 0; i < body.size(); i++) {
      String cell = body.get(i).cells().size() > index ? body.get(i).cells().get(index) : "";
      if (!cell.equals(Integer.toString(i))) {
        throw new InputException(
            "%s row %d has '%s' in the column without a name, where the order of the samples has %d; name that column id or path to match labels by it, or leave it out (index=False)"
                .formatted(source, body.get(i).number(), cell, i));
      }
    }
  }

  /**
   * Returns whether the first row of a file with one column is a header: a word above nothing but
   * numbers. (A header {@code label} is one in any case.)
   */
  public static boolean isHeader(List<CsvRow> rows) {
    return !Classes.areIntegers(rows.get(0).cells())
        && rows.size() > 1
        && rows.subList(1, rows.size()).stream().allMatch(row -> Classes.areIntegers(row.cells()));
  }

  private static String cell(String source, CsvRow row, int column) {
    String cell = row.cells().size() > column ? row.cells().get(column) : "";
    if (cell.isEmpty()) {
      throw new InputException("%s row %d: a value is empty".formatted(source, row.number()));
    }
    return cell;
  }

  /**
   * Returns the label of each sample as a position among the classes. Labels are matched by {@code
   * id} or {@code path} where the file has such a column. Otherwise they belong to the samples by
   * position: one for each sample, or one for each image of the whole source, taken by sample id.
   *
   * @param sampleIds N sample ids
   * @param samplePaths their paths, where they have any
   * @param classNames names of the K classes; labels are names, or else positions from 0 to K−1
   * @throws InputException if a sample has no label or several, or a label is none of the classes
   */
  public int[] match(
      long[] sampleIds, Optional<List<String>> samplePaths, List<String> classNames) {
    int[] rows = rows(sampleIds, samplePaths);
    Map<String, Integer> index = Classes.index(classNames);
    boolean names = IntStream.of(rows).allMatch(row -> index.containsKey(values.get(row)));
    int[] labels = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      String value = values.get(rows[i]);
      Integer label = names ? index.get(value) : position(value, classNames.size());
      if (label == null) {
        throw new InputException(
            "%s: label %s at position %d is none of the %d classes, neither a name (%s) nor a position in [0, %d)"
                .formatted(
                    source,
                    value,
                    rows[i],
                    classNames.size(),
                    String.join(", ", classNames.subList(0, Math.min(5, classNames.size()))),
                    classNames.size()));
      }
      labels[i] = label;
    }
    return labels;
  }

  private static Integer position(String value, int classes) {
    return value.matches("\\d{1,9}") && Integer.parseInt(value) < classes
        ? Integer.valueOf(value)
        : null;
  }

  private int[] rows(long[] sampleIds, Optional<List<String>> samplePaths) {
    int n = sampleIds.length;
    if (ids.isPresent()) {
      Map<Long, Integer> row = rows("id", ids.get());
      return IntStream.range(0, n).map(i -> row(row, "id", sampleIds[i])).toArray();
    }
    if (paths.isPresent()) {
      if (samplePaths.isEmpty()) {
        throw new InputException(
            source + " matches labels by path, but the samples have no paths; use a column 'id'");
      }
      Map<String, Integer> row = rows("path", paths.get());
      return IntStream.range(0, n).map(i -> row(row, "path", samplePaths.get().get(i))).toArray();
    }
    if (values.size() == n) {
      return IntStream.range(0, n).toArray();
    }
    long largest = -1;
    for (long id : sampleIds) {
      largest = Math.max(largest, id);
    }
    if (largest >= values.size()) {
      throw new InputException(
          "%s has %d labels: neither one for each of the %d samples nor one for each image of the source (sample ids go up to %d)"
              .formatted(source, values.size(), n, largest));
    }
    return IntStream.range(0, n).map(i -> (int) sampleIds[i]).toArray();
  }

  private <T> Map<T, Integer> rows(String column, List<T> keys) {
    Map<T, Integer> rows = new HashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      if (rows.put(keys.get(i), i) != null) {
        throw new InputException(
            "%s has two labels for the %s %s".formatted(source, column, keys.get(i)));
      }
    }
    return rows;
  }

  private <T> int row(Map<T, Integer> rows, String column, T key) {
    Integer row = rows.get(key);
    if (row == null) {
      throw new InputException(
          "%s has no label for the sample with the %s %s".formatted(source, column, key));
    }
    return row;
  }

  /**
   * Writes labels as CSV with the columns {@code id} and {@code label}, which {@link #read} reads
   * and {@link #match} matches by id.
   *
   * @param labels positions among the classes
   */
  public static void write(Path file, long[] ids, int[] labels, List<String> classNames)
      throws IOException {
    StringBuilder text = new StringBuilder("id,label\n");
    for (int i = 0; i < ids.length; i++) {
      text.append(CsvRow.line(List.of(Long.toString(ids[i]), classNames.get(labels[i]))));
    }
    AtomicFile.writeString(file, text.toString());
  }
}
