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
  private static final int FEW = 1 << 12;

  /** Longest part of a cell that {@link #texts} shows. */
  private static final int LONGEST = 600;

  public SampleTable {
    names = List.copyOf(names);
    columns = List.copyOf(columns);
  }

  /**
   * Reads a table from CSV or Parquet.
   *
   * @throws InputException if the file cannot be read, has no rows, names two columns alike, or has
   *     a row with more or fewer values than the header
   */
  public static SampleTable read(Path csv) {
    if (!Files.isRegularFile(csv)) {
      throw new InputException("manifest " + csv + " is not a file; give a CSV file with a header");
    }
    Reading reading = new Reading(csv.toString());
    try {
      TableFormat.forEachRow(csv, reading::add);
    } catch (IOException e) {
      throw InputException.cannotRead(csv, e);
    }
    return reading.table();
  }

  /** Takes one row after another; values that occur often are kept once. */
  private static final class Reading {
    private final String source;
    private List<String> header = List.of();
    private final List<List<String>> columns = new ArrayList<>();
    private final List<Map<String, String>> seen = new ArrayList<>();

    Reading(String source) {
      this.source = source;
    }

    void add(CsvRow row) {
      if (row.isBlank()) {
        return;
      }
      if (header.isEmpty()) {
        header = row.cells();
        for (int c = 0; c < header.size(); c++) {
          columns.add(new ArrayList<>());
          seen.add(new HashMap<>());
        }
        if (header.stream().distinct().count() < header.size()) {
          throw new InputException(
              "manifest %s row 1: two columns have the same name: %s"
                  .formatted(source, String.join(",", header)));
        }
        return;
      }
      if (row.cells().size() != header.size()) {
        throw new InputException(
            "manifest %s row %d has %d values under a header of %d"
                .formatted(source, row.number(), row.cells().size(), header.size()));
      }
      for (int c = 0; c < header.size(); c++) {
        String cell = row.cells().get(c);
        Map<String, String> known = seen.get(c);
        String kept = known.get(cell);
        if (kept == null && known.size() < FEW) {
          known.put(cell, cell);
        }
        columns.get(c).add(kept == null ? cell : kept);
      }
    }

    SampleTable table() {
      if (columns.isEmpty() || columns.get(0).isEmpty()) {
        throw new InputException("manifest " + source + " has no rows");
      }
      return new SampleTable(source, header, columns);
    }
  }

  /** Returns the number of rows. */
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
