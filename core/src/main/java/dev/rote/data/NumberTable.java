package dev.rote.data;

import dev.rote.format.Npy;
import dev.rote.format.NpyArray;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A table of numbers from a file: an NPY or NPZ array {@code [N,D]}, Parquet, or CSV with or
 * without a header. A CSV column {@code id}, or one without a name as pandas writes it, numbers the
 * rows from 0 and is not part of the table.
 *
 * @param source name of the file, for errors
 * @param rows {@code [N][D]}
 * @param columns names of the D columns, if the file has them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record NumberTable(String source, float[][] rows, Optional<List<String>> columns) {
  private static final List<String> KEYS = List.of("path", "file_name");

  /**
   * Reads a table.
   *
   * @throws InputException if the file cannot be read or holds something else
   */
  public static NumberTable read(Path file) {
    try {
      if (TableFormat.isParquet(file)) {
        Columnar columnar = new Columnar(file.toString());
        TableFormat.parquet().read(file, columnar);
        return columnar.table();
      }
      return Npy.isNpy(file)
          ? npy(file)
          : csv(file.toString(), CsvRow.parse(Files.readAllBytes(file), file.toString()));
    } catch (IOException e) {
      throw InputException.cannotRead(file, e);
    }
  }

  /** Writes a table as an NPY file, {@code [N,D]} float32. */
  public static void write(Path file, float[][] rows) throws IOException {
    int width = rows[0].length;
    float[] all = new float[Math.multiplyExact(rows.length, width)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * width, width);
    }
    Npy.write(file, all, rows.length, width);
  }

  private static NumberTable npy(Path file) throws IOException {
    NpyArray array = Npy.read(file);
    int[] shape = array.shape();
    if (shape.length != 2) {
      throw new InputException(
          "%s has %d dimensions; two are needed, [N,D] with a row for each sample"
              .formatted(file, shape.length));
    }
    float[][] rows = new float[shape[0]][shape[1]];
    for (int i = 0; i < shape[0]; i++) {
      for (int d = 0; d < shape[1]; d++) {
        rows[i][d] = (float) array.doubleAt(i * shape[1] + d);
      }
    }
    return new NumberTable(file.toString(), rows, Optional.empty());
  }

  /** A Parquet table: numbers in columns, or a single list of numbers in each row. */
  private static final class Columnar implements TableFormat.Receiver {
    private final String source;
    private final List<float[]> rows = new ArrayList<>();
    private List<String> names = List.of();
    private int list = -1;
    private int[] taken = {};
    private int id = -1;

    Columnar(String source) {
      this.source = source;
    }

    @Override
    public void columns(List<TableFormat.Column> columns) {
      names = columns.stream().map(TableFormat.Column::name).toList();
      List<Integer> lists = new ArrayList<>();
      List<Integer> numbers = new ArrayList<>();
      for (int c = 0; c < columns.size(); c++) {
        TableFormat.Kind kind = columns.get(c).kind();
        if (names.get(c).equals("id") || names.get(c).equals(TableFormat.PANDAS_INDEX)) {
          id = c;
        } else if (kind == TableFormat.Kind.NUMBERS) {
          lists.add(c);
        } else if (kind == TableFormat.Kind.VALUE) {
          numbers.add(c);
        } else {
          throw new InputException(
              "%s: column %s holds %s, not numbers; leave that column out"
                  .formatted(source, names.get(c), kind));
        }
      }
      if (lists.size() == 1 && numbers.isEmpty()) {
        list = lists.get(0);
        return;
      }
      if (!lists.isEmpty() || numbers.isEmpty()) {
        throw new InputException(
            "%s has the columns %s; it needs one list of numbers and nothing else, or a number in each column"
                .formatted(source, String.join(", ", names)));
      }
      taken = numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public void row(Object[] cells) {
      if (id >= 0 && !Long.valueOf(rows.size()).equals(cells[id])) {
        throw new InputException(
            "%s row %d has the %s '%s'; rows must be in the order of the samples, whose ids are 0, 1, 2, ..."
                .formatted(source, rows.size(), names.get(id), cells[id]));
      }
      if (list >= 0) {
        if (!(cells[list] instanceof float[] row)
            || (!rows.isEmpty() && row.length != rows.get(0).length)) {
          throw new InputException(
              "%s row %d: %s is not a list of as many numbers as in the first row"
                  .formatted(source, rows.size(), names.get(list)));
        }
        rows.add(row);
        return;
      }
      float[] row = new float[taken.length];
      for (int d = 0; d < row.length; d++) {
        Object cell = cells[taken[d]];
        if (cell != null && !(cell instanceof Number)) {
          throw notANumber(taken[d], cell);
        }
        row[d] = cell == null ? Float.NaN : ((Number) cell).floatValue();
      }
      rows.add(row);
    }

    private InputException notANumber(int column, Object cell) {
      return new InputException(
          "%s row %d: '%s' in column %s is not a number; leave that column out"
              .formatted(source, rows.size(), cell, names.get(column)));
    }

    NumberTable table() {
      if (rows.isEmpty()) {
        throw new InputException(source + " has no rows");
      }
      return new NumberTable(
          source,
          rows.toArray(float[][]::new),
          list >= 0
              ? Optional.empty()
              : Optional.of(Arrays.stream(taken).mapToObj(names::get).toList()));
    }
  }

  private static NumberTable csv(String source, List<CsvRow> lines) {
    if (lines.isEmpty()) {
      throw new InputException(source + " is empty");
    }
    List<String> first = lines.get(0).cells();
    boolean headed = first.stream().anyMatch(cell -> number(cell) == null);
    if (headed && first.stream().anyMatch(KEYS::contains)) {
      throw new InputException(
          "%s has a column of paths; rows belong to the labels by position, so sort them like the labels and leave that column out"
              .formatted(source));
    }
    int skipped = headed && (first.get(0).isEmpty() || first.get(0).equals("id")) ? 1 : 0;
    List<CsvRow> body = headed ? lines.subList(1, lines.size()) : lines;
    float[][] rows = new float[body.size()][first.size() - skipped];
    for (int i = 0; i < rows.length; i++) {
      CsvRow line = body.get(i);
      if (line.cells().size() != first.size()) {
        throw new InputException(
            "%s row %d has %d values, row 1 has %d"
                .formatted(source, line.number(), line.cells().size(), first.size()));
      }
      if (skipped == 1 && !line.cells().get(0).equals(Integer.toString(i))) {
        throw new InputException(
            "%s row %d has the id '%s'; rows must be in the order of the samples, whose ids are 0, 1, 2, ..."
                .formatted(source, line.number(), line.cells().get(0)));
      }
      for (int d = 0; d < rows[i].length; d++) {
        String cell = line.cells().get(skipped + d);
        Float value = number(cell);
        if (value == null) {
          throw new InputException(
              "%s row %d: '%s' is not a number%s"
                  .formatted(
                      source,
                      line.number(),
                      cell,
                      first.size() == 1 ? "; separate numbers with commas" : ""));
        }
        rows[i][d] = value;
      }
    }
    List<String> names = first.subList(skipped, first.size());
    if (headed && names.stream().distinct().count() < names.size()) {
      throw new InputException(
          "%s has two columns of one name in its header: %s"
              .formatted(source, String.join(", ", names)));
    }
    return new NumberTable(source, rows, headed ? Optional.of(names) : Optional.empty());
  }

  private static Float number(String cell) {
    try {
      return cell.isEmpty() || Character.isLetter(cell.charAt(cell.length() - 1))
          ? (cell.equalsIgnoreCase("nan") ? Float.valueOf(Float.NaN) : null)
          : Float.valueOf(cell);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Returns the number of columns, D. */
  public int width() {
    return rows.length == 0 ? 0 : rows[0].length;
  }

  /**
   * Returns this table with the softmax of each row.
   *
   * @throws InputException if a value is not finite
   */
  public NumberTable softmax() {
    requireFinite();
    float[][] shares = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      float[] row = rows[i];
      double largest = Double.NEGATIVE_INFINITY;
      for (float value : row) {
        largest = Math.max(largest, value);
      }
      double[] exponentials = new double[row.length];
      for (int k = 0; k < row.length; k++) {
        exponentials[k] = Math.exp(row[k] - largest);
      }
      double sum = Arrays.stream(exponentials).sum();
      shares[i] = new float[row.length];
      for (int k = 0; k < row.length; k++) {
        shares[i][k] = (float) (exponentials[k] / sum);
      }
    }
    return new NumberTable(source, shares, columns);
  }

  /**
   * Returns this table with the logistic function 1/(1 + exp(−x)) of each value.
   *
   * @throws InputException if a value is not finite
   */
  public NumberTable logistic() {
    requireFinite();
    float[][] probabilities = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      probabilities[i] = new float[rows[i].length];
      for (int k = 0; k < rows[i].length; k++) {
        probabilities[i][k] = (float) (1 / (1 + Math.exp(-rows[i][k])));
      }
    }
    return new NumberTable(source, probabilities, columns);
  }

  private void requireFinite() {
    for (int i = 0; i < rows.length; i++) {
      for (float value : rows[i]) {
        if (!Float.isFinite(value)) {
          throw new InputException(
              "%s holds %s in row %d; logits must be finite".formatted(source, value, i));
        }
      }
    }
  }
}
