package dev.rote.claim;

import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A row of {@code theory.csv}: the theorem held against one network.
 *
 * @param run name of the run whose network it is
 * @param epoch after which epoch
 * @param loss the loss whose risk is taken
 * @param symmetric whether it is symmetric
 * @param risk R on the original labels
 * @param noisyRisk R^η, its exact expectation over the noise
 * @param predicted what the theorem says of R^η
 * @param deviation R^η − predicted
 */
public record TheoryRow(
    String run,
    int epoch,
    String loss,
    boolean symmetric,
    double risk,
    double noisyRisk,
    double predicted,
    double deviation) {
  /** Name of the file in a study's directory. */
  public static final String FILE = "theory.csv";

  /** Rows of the studies that have the file. */
  public static List<TheoryRow> read(List<Path> studies) throws IOException {
    List<TheoryRow> rows = new ArrayList<>();
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    for (Path study : studies) {
      Path file = study.resolve(FILE);
      if (!Files.exists(file)) {
        continue;
      }
      try (CSVParser parser = CSVParser.parse(file, StandardCharsets.UTF_8, format)) {
        for (CSVRecord record : parser) {
          rows.add(
              new TheoryRow(
                  record.get("run"),
                  Integer.parseInt(record.get("epoch")),
                  record.get("loss"),
                  Boolean.parseBoolean(record.get("symmetric")),
                  Double.parseDouble(record.get("risk")),
                  Double.parseDouble(record.get("noisy_risk")),
                  Double.parseDouble(record.get("predicted")),
                  Double.parseDouble(record.get("deviation"))));
        }
      } catch (IllegalArgumentException e) {
        throw new InputException(file + " is damaged: " + e.getMessage(), e);
      }
    }
    return List.copyOf(rows);
  }
}
