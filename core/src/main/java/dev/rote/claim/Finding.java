package dev.rote.claim;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.rote.analysis.Condition;
import dev.rote.analysis.Ending;
import dev.rote.memorization.SeedSummary;
import java.util.Locale;

/**
 * A number that a verdict rests on.
 *
 * @param subject what was measured
 * @param value over seeds; no interval from one seed
 * @param asked what the claim asks of the value
 * @param answer what this number alone says of the claim
 * @param reason why it decides nothing; empty if it does
 */
public record Finding(
    @JsonUnwrapped Subject subject,
    SeedSummary value,
    String asked,
    Verdict answer,
    String reason) {
  /**
   * What was measured.
   *
   * @param setting network, images and protocol
   * @param loss the loss or losses
   * @param noise the noise; empty if there is none to name
   * @param quantity the quantity
   */
  public record Subject(String setting, String loss, String noise, String quantity) {
    static Subject of(Condition condition, String quantity) {
      return of(condition, condition.loss().toString(), quantity);
    }

    static Subject of(Condition condition, String losses, String quantity) {
      return new Subject(
          condition.setting().label(), losses, condition.noise().toString(), quantity);
    }
  }

  /** Judges the end of a quantity. */
  static Finding of(Subject subject, Ending ending, Bound asked, Thresholds thresholds) {
    SeedSummary value = ending.value();
    // Without two seeds there is no interval, without two epochs no change.
    int seeds = (int) Math.max(2, thresholds.of(Threshold.SEEDS));
    int epochs = (int) Math.max(2, thresholds.of(Threshold.EPOCHS));
    double drift = thresholds.of(Threshold.DRIFT);
    double change =
        Ending.largest(
            ending.changes().stream()
                .map(c -> Math.abs(c) > drift && asked.threatened(value, c) ? c : 0)
                .toList());
    Verdict answer = Verdict.NOT_ENOUGH;
    String reason = "";
    if (value.seeds() < seeds) {
      reason = "%d of at least %d seeds".formatted(value.seeds(), seeds);
    } else if (ending.epochs() < epochs) {
      reason = "%d of at least %d epochs".formatted(ending.epochs(), epochs);
    } else if (!asked.contains(value) && !asked.excludes(value)) {
      reason = "the interval covers both answers; more seeds narrow it";
    } else if (change != 0) {
      answer = Verdict.STILL_CHANGING;
      reason =
          String.format(
              Locale.ROOT,
              "the curve still moves, by %.3f over a fifth of the epochs; train longer",
              change);
    } else {
      answer = asked.contains(value) ? Verdict.HOLDS : Verdict.DOES_NOT_HOLD;
    }
    return new Finding(subject, value, asked.text(), answer, reason);
  }

  /** Returns {@code J1 of cce at symmetric(0.4): 0.953 [0.941, 0.965], asked ≥ 0.95}. */
  public String text() {
    String interval =
        Double.isNaN(value.low())
            ? ""
            : String.format(Locale.ROOT, " [%.3f, %.3f]", value.low(), value.high());
    double mean = value.mean();
    String number =
        Math.abs(mean) > 0 && Math.abs(mean) < 5e-4
            ? String.format(Locale.ROOT, "%.1e", mean)
            : String.format(Locale.ROOT, "%.3f", mean);
    return subject.quantity
        + " of "
        + subject.loss
        + (subject.noise.isEmpty() ? "" : " at " + subject.noise)
        + ": "
        + number
        + interval
        + ", asked "
        + asked
        + (reason.isEmpty() ? "" : " (" + reason + ")");
  }
}
