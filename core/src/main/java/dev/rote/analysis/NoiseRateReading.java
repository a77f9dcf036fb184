package dev.rote.analysis;

import dev.rote.memorization.SaturationNoiseRate;
import dev.rote.memorization.SeedSummary;
import dev.rote.run.Summary;
import java.util.List;
import java.util.Optional;

/**
 * The noise rate as read off from where J1 settles (the remark of Patel &amp; Sastry 2021), over
 * the last fifth of the epochs.
 *
 * <p>With several seeds the interval is Student's over them. With one it is Wilson's for a share of
 * N samples, which knows nothing of how another seed would have trained and is too narrow for that.
 *
 * @param rate η̂, mean over seeds
 * @param low lower end of the 95% interval
 * @param high upper end
 * @param drift J1 at the end of the window minus J1 at its start, mean over seeds: near 0 when
 *     settled
 * @param trueRate the realized rate, mean over seeds
 * @param seeds how many runs were read
 */
public record NoiseRateReading(
    double rate, double low, double high, double drift, double trueRate, int seeds) {
  private static final double NORMAL_QUANTILE = 1.959964;

  static Optional<NoiseRateReading> of(List<Summary> runs) {
    if (runs.isEmpty()) {
      return Optional.empty();
    }
    List<SaturationNoiseRate> readings =
        runs.stream()
            .map(run -> SaturationNoiseRate.of(Replicates.j1(run), window(run.last().epoch())))
            .toList();
    SeedSummary rate =
        SeedSummary.of(readings.stream().mapToDouble(SaturationNoiseRate::rate).toArray());
    double drift =
        readings.stream().mapToDouble(SaturationNoiseRate::drift).average().orElseThrow();
    double trueRate = runs.stream().mapToDouble(Replicates::realizedRate).average().orElseThrow();
    if (rate.seeds() > 1) {
      return Optional.of(
          new NoiseRateReading(
              rate.mean(),
              Math.max(0, rate.low()),
              Math.min(1, rate.high()),
              drift,
              trueRate,
              rate.seeds()));
    }
    double[] wilson = wilson(rate.mean(), runs.get(0).run().record().data().samples());
    return Optional.of(new NoiseRateReading(rate.mean(), wilson[0], wilson[1], drift, trueRate, 1));
  }

  /** The last fifth of the epochs, at least one. */
  static int window(int epochs) {
    return Math.max(1, epochs / 5);
  }

  /** Wilson's 95% interval for a share p of n. */
  static double[] wilson(double p, int n) {
    double z2 = NORMAL_QUANTILE * NORMAL_QUANTILE;
    double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
    double half = NORMAL_QUANTILE / (1 + z2 / n) * Math.sqrt(p * (1 - p) / n + z2 / (4.0 * n * n));
    return new double[] {Math.max(0, centre - half), Math.min(1, centre + half)};
  }
}
