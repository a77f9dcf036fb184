package dev.rote.report.audit;

import java.util.List;
import java.util.Objects;

/**
 * A plain table at the end of the page: calibration, settings, files that were left out.
 *
 * @param heading of its section
 * @param caption what it shows and how to read it
 * @param columns their names
 * @param rows one cell per column each
 * @param pictures PNG or JPEG files that the first cell of each row shows; may have fewer rows
 */
public record FactTable(
    String heading,
    String caption,
    List<String> columns,
    List<List<String>> rows,
    List<List<byte[]>> pictures) {
  /** Creates a table without pictures. */
  public FactTable(String heading, String caption, List<String> columns, List<List<String>> rows) {
    this(heading, caption, columns, rows, List.of());
  }

  public FactTable {
    Objects.requireNonNull(heading);
    Objects.requireNonNull(caption);
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    pictures = pictures.stream().map(List::copyOf).toList();
    for (List<String> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(
            "table '%s' has a row of %d cells under %d columns"
                .formatted(heading, row.size(), columns.size()));
      }
    }
  }
}
