package dev.rote.audit;

import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Labels without paths or other columns, which are corrected like those of a manifest. */
interface CorrectedLabels {
  /** Returns the rows of a manifest that says the same: the column {@code label}. */
  List<CsvRow> asManifest();

  /**
   * Writes the labels with others in their place, in a file of the same kind.
   *
   * @param cells of the manifest, by sample; nothing where the sample is left out
   * @throws InputException if the name of {@code out} is that of another kind of file
   */
  void write(Path out, List<Optional<String>> cells) throws IOException;

  /** Returns the rows of a manifest with the column {@code label} alone. */
  static List<CsvRow> manifest(List<String> cells) {
    List<CsvRow> rows = new ArrayList<>();
    rows.add(row(1, "label"));
    for (String cell : cells) {
      rows.add(row(rows.size() + 1, cell));
    }
    return rows;
  }

  private static CsvRow row(long number, String cell) {
    return new CsvRow(number, List.of(cell), CsvRow.line(List.of(cell)));
  }
}
