package dev.rote.audit;

import dev.rote.data.LabelFile;
import dev.rote.data.TableFormat;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A CSV file with a label in each row and nothing else: without a header, or with one that is not
 * {@code label}, which would make it a manifest.
 */
final class LabelColumn implements CorrectedLabels {
  private final Path file;
  private final List<CsvRow> lines;
  private final List<CsvRow> body;

  private LabelColumn(Path file, List<CsvRow> lines, List<CsvRow> body) {
    this.file = file;
    this.lines = lines;
    this.body = body;
  }

  /** Reads a file; nothing if it is none of this kind. */
  static Optional<CorrectedLabels> read(Path file) {
    try {
      if (!Files.isRegularFile(file) || TableFormat.isParquet(file) || hasColumns(file)) {
        return Optional.empty();
      }
      List<CsvRow> lines = new ArrayList<>();
      TableFormat.forEachRow(file, lines::add);
      List<CsvRow> filled = lines.stream().filter(line -> !line.isBlank()).toList();
      if (filled.isEmpty()
          || filled.stream().anyMatch(line -> line.cells().size() > 1)
          || filled.get(0).cells().get(0).equals("label")) {
        return Optional.empty();
      }
      int header = LabelFile.isHeader(filled) ? 1 : 0;
      return Optional.of(new LabelColumn(file, lines, filled.subList(header, filled.size())));
    } catch (IOException e) {
      throw InputException.cannotRead(file, e);
    }
  }

  /** Spares large manifests a second reading. */
  private static boolean hasColumns(Path file) throws IOException {
    try (BufferedReader text = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      String first = text.readLine();
      return first != null && first.indexOf(',') >= 0 && first.indexOf('"') < 0;
    }
  }

  @Override
  public List<CsvRow> asManifest() {
    return CorrectedLabels.manifest(body.stream().map(line -> line.cells().get(0)).toList());
  }

  /** Writes the file with other labels; every other byte stays, without the rows left out. */
  @Override
  public void write(Path out, List<Optional<String>> cells) throws IOException {
    String name = out.toString();
    if (name.endsWith(".npy") || name.endsWith(".parquet")) {
      throw new InputException(
          "%s cannot be written as %s; name a file that ends in .csv".formatted(file, out));
    }
    StringBuilder text = new StringBuilder();
    int sample = 0;
    for (CsvRow line : lines) {
      boolean isSample = sample < body.size() && line.number() == body.get(sample).number();
      if (!isSample) {
        text.append(line.text());
        continue;
      }
      cells
          .get(sample++)
          .map(label -> line.cells().get(0).equals(label) ? line.text() : line.with(0, label))
          .ifPresent(text::append);
    }
    Correction.writeText(out, file, text.toString());
  }
}
