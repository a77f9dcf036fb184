package dev.rote.claim;

import dev.rote.memorization.SeedSummary;
import java.util.Locale;

/**
 * A number that a verdict rests on.
 *
 * @param setting network, images and protocol
 * @param loss the loss or losses
 * @param noise the noise
 * @param quantity what was measured
 * @param value mean over seeds
 * @param low lower end of the 95% interval over seeds; NaN from one seed
 * @param high upper end
 * @param seeds number of seeds
 * @param asked what the claim asks of the value
 * @param holds whether it is so
 */
public record Figure(
    String setting,
    String loss,
    String noise,
    String quantity,
    double value,
    double low,
    double high,
    int seeds,
    String asked,
    boolean holds) {

  static Figure of(
      String setting,
      String loss,
      String noise,
      String quantity,
      SeedSummary value,
      String asked,
      boolean holds) {
    return new Figure(
        setting,
        loss,
        noise,
        quantity,
        value.mean(),
        value.low(),
        value.high(),
        value.seeds(),
        asked,
        holds);
  }

  /** For people: {@code J1 of cce at symmetric(0.4): 0.953 [0.941, 0.965], asked ≥ 0.95}. */
  public String text() {
    String interval =
        Double.isNaN(low) ? "" : String.format(Locale.ROOT, " [%.3f, %.3f]", low, high);
    String number =
        Math.abs(value) > 0 && Math.abs(value) < 5e-4
            ? String.format(Locale.ROOT, "%.1e", value)
            : String.format(Locale.ROOT, "%.3f", value);
    return quantity
        + " of "
        + loss
        + (noise.isEmpty() ? "" : " at " + noise)
        + ": "
        + number
        + interval
        + ", asked "
        + asked;
  }
}
