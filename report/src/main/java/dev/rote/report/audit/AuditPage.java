package dev.rote.report.audit;

import dev.rote.format.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * All that {@code audit.html} shows.
 *
 * @param title name of the data set
 * @param audit what tells this audit from others: decisions are kept in the browser under it, so it
 *     must change with the data and stay when the same audit is written again
 * @param verdict what was found, in plain sentences; {@link #verdict(Rate, int)} writes one
 * @param classNames names of the K classes, in label order
 * @param noiseRate headline share of wrong labels
 * @param estimators the ways of estimating it, side by side
 * @param classes noise class by class; may be empty
 * @param warnings what the reader must know before trusting the figures; may be empty
 * @param suspects all samples, most suspect first
 * @param tables shown at the end, in order
 * @param command that makes the page again; may be empty
 */
public record AuditPage(
    String title,
    String audit,
    String verdict,
    List<String> classNames,
    Rate noiseRate,
    List<Estimator> estimators,
    List<ClassRate> classes,
    List<String> warnings,
    List<Suspect> suspects,
    List<FactTable> tables,
    String command) {
  /**
   * Lists are copied.
   *
   * @throws IllegalArgumentException where a suspect's class is outside [0, K)
   */
  public AuditPage {
    Objects.requireNonNull(title);
    Objects.requireNonNull(audit);
    Objects.requireNonNull(verdict);
    Objects.requireNonNull(noiseRate);
    Objects.requireNonNull(command);
    classNames = List.copyOf(classNames);
    estimators = List.copyOf(estimators);
    classes = List.copyOf(classes);
    warnings = List.copyOf(warnings);
    suspects = List.copyOf(suspects);
    tables = List.copyOf(tables);
    for (Suspect suspect : suspects) {
      if (Math.max(suspect.observed(), suspect.suggested()) >= classNames.size()) {
        throw new IllegalArgumentException(
            "sample %d is of class %d or %d, outside [0, %d)"
                .formatted(
                    suspect.id(), suspect.observed(), suspect.suggested(), classNames.size()));
      }
    }
  }

  /** A noise rate in plain words, for {@code samples} samples. */
  public static String verdict(Rate rate, int samples) {
    if (!rate.hasInterval()) {
      return "About %s of the labels seem to be wrong: %,d of %,d."
          .formatted(Rate.percent(rate.value()), Math.round(rate.value() * samples), samples);
    }
    if (rate.low() <= 0) {
      return "No clear sign of wrong labels: at most %s of them seem to be wrong, %,d of %,d."
          .formatted(Rate.percent(rate.high()), Math.round(rate.high() * samples), samples);
    }
    return "About %s of the labels are wrong (95 %% interval: %s to %s): about %,d of %,d."
        .formatted(
            Rate.percent(rate.value()),
            Rate.percent(rate.low()),
            Rate.percent(rate.high()),
            Math.round(rate.value() * samples),
            samples);
  }

  /** Replaces {@code file} by this page: one HTML file that needs no other and asks for none. */
  public void write(Path file) throws IOException {
    AtomicFile.writeString(file, new AuditHtml(this).text());
  }
}
