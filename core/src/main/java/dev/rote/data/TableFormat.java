package dev.rote.data;

import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/**
 * Reads and writes tables in a format that needs a library of its own: Apache Parquet. {@link
 * ServiceLoader} finds it, so that only programs that use it carry that library.
 */
public interface TableFormat {
  /** Name of the column in which pandas stores an index that has no name. */
  String PANDAS_INDEX = "__index_level_0__";

  /** What the cells of a column hold. */
  enum Kind {
    /** Text, a number, a truth value, a date or a time. */
    VALUE("values"),
    /** Bytes. */
    BYTES("bytes"),
    /** A list of numbers. */
    NUMBERS("lists"),
    /** Something that is not read, such as a list of texts. */
    OTHER("lists of text, maps or another type that is not read");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** In words, for messages. */
    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * A column that is read.
   *
   * @param name its name; a field of a struct is {@code a.b}
   */
  record Column(String name, Kind kind) {}

  /** Receives the rows of a table. */
  interface Receiver {
    /** Takes the columns, once, before the rows. */
    void columns(List<Column> columns);

    /**
     * Takes a row.
     *
     * @param cells each a {@code String}, {@code Long}, {@code Double}, {@code Boolean}, {@code
     *     float[]} (a list of numbers), {@code byte[]}, or null; dates and times are text, and
     *     cells of {@link Kind#OTHER} are null
     */
    void row(Object[] cells);
  }

  /**
   * A column to be written.
   *
   * @param type {@code String}, {@code Long}, {@code Double} or {@code Boolean}
   */
  record Field(String name, Class<?> type) {}

  /**
   * Reads a table row by row. Class labels that are stored as numbers with names beside them, as
   * Hugging Face does, are given by name.
   */
  void read(Path file, Receiver receiver) throws IOException;

  /**
   * Writes a table.
   *
   * @param rows a value of the column's type, or null, for each column
   */
  void write(Path out, List<Field> fields, List<Object[]> rows) throws IOException;

  /** What becomes of a row. */
  interface Change {
    /**
     * Returns the cells that change, by the name of their column; nothing to leave the row out.
     *
     * @param row from 0
     */
    Optional<Map<String, String>> of(long row);
  }

  /**
   * Writes a table with other cells. Types, compression, metadata and all columns stay.
   *
   * @throws InputException if a column cannot hold the text that it is to hold
   */
  void rewrite(Path in, Path out, Change change) throws IOException;

  /**
   * Writes labelled images as Hugging Face's data sets are stored: {@code image} with its bytes and
   * its path, and {@code label} with the names of the classes.
   *
   * @param files the image files
   * @param paths their paths, as they are stored
   * @param labels name of the class of each
   */
  void writeImages(
      Path out, List<Path> files, List<String> paths, List<String> labels, List<String> classNames)
      throws IOException;

  /**
   * Returns the format for Parquet files.
   *
   * @throws InputException if the module that reads them is not on the class path
   */
  static TableFormat parquet() {
    return ServiceLoader.load(TableFormat.class)
        .findFirst()
        .orElseThrow(
            () -> new InputException("Parquet files need rote-parquet on the class path; add it"));
  }

  /** Returns whether a file is Parquet, by its first bytes. */
  static boolean isParquet(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(4), new byte[] {'P', 'A', 'R', '1'});
    }
  }

  /**
   * Returns the rows of a table in Parquet or CSV, its header first; blank rows of CSV are left
   * out. See {@link #forEachRow}.
   */
  static List<CsvRow> rows(Path file) throws IOException {
    List<CsvRow> rows = new ArrayList<>();
    boolean parquet = isParquet(file);
    forEachRow(
        file,
        row -> {
          if (parquet || !row.isBlank()) {
            rows.add(row);
          }
        });
    return rows;
  }

  /**
   * Passes on the rows of a table in Parquet or CSV, its header first, one after another. A row of
   * Parquet has the text that it would have in CSV; columns of bytes and of lists are left out.
   *
   * @throws InputException if a Parquet file has no rows, or the file is neither Parquet nor CSV
   */
  static void forEachRow(Path file, Consumer<CsvRow> action) throws IOException {
    if (!isParquet(file)) {
      CsvRow.forEach(Files.readAllBytes(file), file.toString(), action);
      return;
    }
    TextRows rows = new TextRows(file, action);
    parquet().read(file, rows);
    if (rows.passed == 0) {
      throw new InputException(file + " has no rows");
    }
  }

  /** Columns that cannot be left out. */
  List<String> NEEDED = List.of("label", "original_label", "path", "file_name", "id");

  /** Passes on rows as text. */
  final class TextRows implements Receiver {
    private final Path file;
    private final Consumer<CsvRow> action;
    private List<Column> columns = List.of();
    private long passed;

    private TextRows(Path file, Consumer<CsvRow> action) {
      this.file = file;
      this.action = action;
    }

    @Override
    public void columns(List<Column> all) {
      columns = all;
      for (Column column : all) {
        if (column.kind() != Kind.VALUE && NEEDED.contains(column.name())) {
          throw new InputException(
              "%s: column %s holds %s; it needs text or numbers%s"
                  .formatted(
                      file,
                      column.name(),
                      column.kind(),
                      column.kind() == Kind.BYTES
                          ? ""
                          : ", and the labels of a sample that has several are text such as 'cat;dog', with --multi-label"));
        }
      }
    }

    @Override
    public void row(Object[] cells) {
      if (passed == 0) {
        pass(columns.stream().map(Column::name).toArray());
      }
      pass(cells);
    }

    private void pass(Object[] cells) {
      List<String> texts = new ArrayList<>();
      for (int c = 0; c < cells.length; c++) {
        if (columns.get(c).kind() == Kind.VALUE) {
          texts.add(text(cells[c]));
        }
      }
      action.accept(new CsvRow(++passed, texts, CsvRow.line(texts)));
    }
  }

  private static String text(Object cell) {
    if (cell instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
      return Long.toString(number.longValue());
    }
    return Objects.toString(cell, "");
  }
}
