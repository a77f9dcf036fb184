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
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Reads and writes tables in a format that needs a library of its own: Apache Parquet. {@link
 * ServiceLoader} finds it, so that only programs that use it carry that library.
 */
public interface TableFormat {
  /** Receives the rows of a table. */
  interface Receiver {
    /**
     * Takes the names of the columns, once, before the rows; a field of a struct is {@code a.b}.
     */
    void columns(List<String> names);

    /**
     * Takes a row.
     *
     * @param cells each a {@code String}, {@code Long}, {@code Double}, {@code Boolean}, {@code
     *     float[]} (a list of numbers), {@code byte[]}, or null
     */
    void row(Object[] cells);
  }

  /**
   * Reads a table row by row. Class labels that are stored as numbers with names beside them, as
   * Hugging Face does, are given by name.
   */
  void read(Path file, Receiver receiver) throws IOException;

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
   * Returns the rows of a Parquet file as those of a CSV file, with a header; nothing if the file
   * is not Parquet. Columns of bytes and of lists are left out.
   */
  static Optional<List<CsvRow>> textRows(Path file) throws IOException {
    if (!isParquet(file)) {
      return Optional.empty();
    }
    List<CsvRow> rows = new ArrayList<>();
    parquet()
        .read(
            file,
            new Receiver() {
              private List<String> names;
              private boolean[] left;

              @Override
              public void columns(List<String> columns) {
                names = columns;
                left = new boolean[columns.size()];
              }

              @Override
              public void row(Object[] cells) {
                if (rows.isEmpty()) {
                  for (int c = 0; c < cells.length; c++) {
                    left[c] = cells[c] instanceof byte[] || cells[c] instanceof float[];
                  }
                  add(names.toArray());
                }
                add(cells);
              }

              private void add(Object[] cells) {
                List<String> texts = new ArrayList<>();
                for (int c = 0; c < cells.length; c++) {
                  if (!left[c]) {
                    texts.add(text(cells[c]));
                  }
                }
                rows.add(new CsvRow(rows.size() + 1L, texts, ""));
              }
            });
    if (rows.isEmpty()) {
      throw new InputException(file + " has no rows");
    }
    return Optional.of(rows);
  }

  private static String text(Object cell) {
    if (cell instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
      return Long.toString(number.longValue());
    }
    return Objects.toString(cell, "");
  }
}
