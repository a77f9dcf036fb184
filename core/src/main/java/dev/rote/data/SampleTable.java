package dev.rote.data;

import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table with a row for each sample, from a CSV file with a header. Unlike a data set, it needs no
 * images.
 *
 * @param source name of the file, for errors
 * @param names of the columns
 * @param columns values of each column, in the order of the rows
 */
public record SampleTable(String source, List<String> names, List<List<String>> columns) {
  /** Columns with more distinct values are kept as they are read. */
  private static final int FEW = 1 << 16;

  /** Longest part of a cell that {@link #texts} shows. */
  private static final int LONGEST = 600;

  public SampleTable {
    names = List.copyOf(names);
    columns = List.copyOf(columns);
  }

  /**
   * Reads a table.
   *
   * @throws InputException if the file cannot be read, has no rows, names two columns alike, or has
   *     a row with more or fewer values than the header
   */
  public static SampleTable read(Path csv) {
    if (!Files.isRegularFile(csv)) {
      throw new InputException("manifest " + csv + " is no file; it is a CSV file with a header");
    }
    try {
      return read(csv.toString(), CsvRow.parse(Files.readAllBytes(csv), csv.toString()));
    } catch (IOException e) {
      throw InputException.cannotRead(csv, e);
    }
  }

  private static SampleTable read(String source, List<CsvRow> rows) {
    if (rows.size() < 2) {
      throw new InputException("manifest " + source + " has no rows");
    }
    List<String> header = rows.get(0).cells();
    if (header.stream().distinct().count() < header.size()) {
      throw new InputException(
          "manifest %s row 1: two columns have the same name: %s"
              .formatted(source, String.join(",", header)));
    }
    List<List<String>> columns = new ArrayList<>();
    List<Map<String, String>> seen = new ArrayList<>();
    for (int c = 0; c < header.size(); c++) {
      columns.add(new ArrayList<>(rows.size() - 1));
      seen.add(new HashMap<>());
    }
    for (CsvRow row : rows.subList(1, rows.size())) {
      if (row.cells().size() != header.size()) {
        throw new InputException(
            "manifest %s row %d has %d values under a header of %d"
                .formatted(source, row.number(), row.cells().size(), header.size()));
      }
      for (int c = 0; c < header.size(); c++) {
        String cell = row.cells().get(c);
        String kept = seen.get(c).get(cell);
        if (kept == null && seen.get(c).size() < FEW) {
          seen.get(c).put(cell, cell);
        }
        columns.get(c).add(kept == null ? cell : kept);
      }
    }
    return new SampleTable(source, header, columns);
  }

  /** Number of rows. */
  public int size() {
    return columns.get(0).size();
  }

  /** Returns a column, if the table has it. */
  public Optional<List<String>> column(String name) {
    int at = names.indexOf(name);
    return at < 0 ? Optional.empty() : Optional.of(columns.get(at));
  }

  /**
   * Returns a column.
   *
   * @throws InputException if the table does not have it
   */
  public List<String> require(String name) {
    return column(name)
        .orElseThrow(
            () ->
                new InputException(
                    "manifest " + source + ": " + Names.unknown("column", name, names)));
  }

  /**
   * Returns what a page shows of each sample: its text, then a line for each further column.
   *
   * @param text column that holds the text of each sample
   * @param shown further columns
   * @return nothing if neither is given
   * @throws InputException if the table does not have one of the columns
   */
  public Optional<List<String>> texts(Optional<String> text, List<String> shown) {
    if (text.isEmpty() && shown.isEmpty()) {
      return Optional.empty();
    }
    Optional<List<String>> main = text.map(this::require);
    List<List<String>> further = shown.stream().map(this::require).toList();
    List<String> texts = new ArrayList<>(size());
    for (int i = 0; i < size(); i++) {
      StringBuilder lines = new StringBuilder();
      if (main.isPresent()) {
        lines.append(shortened(main.get().get(i)));
      }
      for (int c = 0; c < shown.size(); c++) {
        lines
            .append(lines.length() == 0 ? "" : "\n")
            .append(shown.get(c))
            .append(": ")
            .append(shortened(further.get(c).get(i)));
      }
      texts.add(lines.toString());
    }
    return Optional.of(texts);
  }

  private static String shortened(String cell) {
    return cell.length() <= LONGEST
        ? cell
        : cell.substring(0, cell.offsetByCodePoints(0, cell.codePointCount(0, LONGEST))) + "…";
  }
}
