package dev.rote.audit;

import dev.rote.format.AtomicFile;
import dev.rote.run.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Writes {@code audit.json} and {@code suspects.csv}. */
public final class AuditFiles {
  /** Names of the files in an audit's directory. */
  public static final String AUDIT = "audit.json";

  public static final String SUSPECTS = "suspects.csv";

  private AuditFiles() {}

  /**
   * Writes {@code audit.json}.
   *
   * @param more further facts, after what the result says; keys in snake case
   */
  public static void writeAudit(
      Path file, AuditResult result, List<String> classNames, Map<String, Object> more)
      throws IOException {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("noise_rate", result.noiseRate());
    content.put("interval", List.of(result.low(), result.high()));
    content.put("estimators", result.estimates());
    content.put("warnings", result.warnings());
    content.put("samples", result.ranking().size());
    content.put("class_names", classNames);
    content.put("class_rates", result.classRates());
    content.put("transition", result.transition());
    content.put("transition_low", result.transitionLow());
    content.put("transition_high", result.transitionHigh());
    content.put("calibration", result.calibration());
    content.putAll(more);
    AtomicFile.writeString(file, Json.WITHOUT_NAN.writeValueAsString(content) + "\n");
  }

  /**
   * Writes {@code suspects.csv}: all samples, most suspect first.
   *
   * @param ids sample ids, by position
   * @param paths of the images, by position, where there are any
   */
  public static void writeSuspects(
      Path file,
      AuditResult result,
      List<String> classNames,
      long[] ids,
      Optional<List<String>> paths)
      throws IOException {
    StringBuilder text = new StringBuilder();
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setHeader("rank", "id", "path", "observed", "suggested", "score", "probability_wrong")
            .setRecordSeparator("\n")
            .get();
    try (CSVPrinter printer = new CSVPrinter(text, format)) {
      int rank = 0;
      for (Suspect suspect : result.ranking()) {
        List<Object> row = new ArrayList<>();
        row.add(++rank);
        row.add(ids[suspect.position()]);
        row.add(paths.map(p -> p.get(suspect.position())).orElse(""));
        row.add(classNames.get(suspect.observed()));
        row.add(classNames.get(suspect.suggested()));
        row.add(String.format(Locale.ROOT, "%.6g", suspect.score()));
        row.add(String.format(Locale.ROOT, "%.6f", suspect.probabilityWrong()));
        printer.printRecord(row);
      }
    }
    AtomicFile.writeString(file, text.toString());
  }
}
