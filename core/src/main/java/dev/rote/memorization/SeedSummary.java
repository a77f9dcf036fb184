package dev.rote.memorization;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * One measure over runs that differ in nothing but the seed.
 *
 * <p>The interval is Student's, x̄ ± t(n−1, (1+γ)/2)·s/√n, and covers the mean over seeds with
 * confidence γ where the measure is about normally distributed. It says nothing about other data or
 * other protocols. From a single seed there is no interval: {@code sd}, {@code low} and {@code
 * high} are NaN.
 *
 * @param seeds n, at least 1
 * @param mean arithmetic mean x̄
 * @param sd standard deviation s, with n−1 in the denominator
 * @param low lower end of the interval
 * @param high upper end of the interval
 */
public record SeedSummary(int seeds, double mean, double sd, double low, double high) {
  /** The confidence γ unless stated. */
  public static final double DEFAULT_CONFIDENCE = 0.95;

  /** Summarizes with {@link #DEFAULT_CONFIDENCE}. */
  public static SeedSummary of(double... values) {
    return of(values, DEFAULT_CONFIDENCE);
  }

  /**
   * Summarizes the values of n seeds.
   *
   * @param values one value per seed, at least one; NaN makes everything NaN
   * @param confidence γ, in (0, 1)
   * @throws IllegalArgumentException where there is no value or γ is out of range
   */
  public static SeedSummary of(double[] values, double confidence) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no seed, so nothing to summarize");
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("confidence " + confidence + " is outside (0, 1)");
    }
    int n = values.length;
    double mean = Arrays.stream(values).sum() / n;
    if (n == 1) {
      return new SeedSummary(1, mean, Double.NaN, Double.NaN, Double.NaN);
    }
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    double sd = Math.sqrt(squares / (n - 1));
    double quantile = TDistribution.of(n - 1).inverseSurvivalProbability((1 - confidence) / 2);
    double half = quantile * sd / Math.sqrt(n);
    return new SeedSummary(n, mean, sd, mean - half, mean + half);
  }

  /** Returns this summary with the interval cut to the range of the measure. */
  public SeedSummary within(double least, double most) {
    return new SeedSummary(seeds, mean, sd, Math.max(low, least), Math.min(high, most));
  }

  /**
   * Summarizes the differences {@code a[i] − b[i]}, where both were measured at the same seed i:
   * they saw the same noise, initial weights and batches, so that what these contribute alike drops
   * out.
   *
   * @throws IllegalArgumentException where the lengths differ or are 0
   */
  public static SeedSummary ofPairedDifferences(double[] a, double[] b, double confidence) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "%d and %d values cannot be paired by seed".formatted(a.length, b.length));
    }
    double[] differences = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      differences[i] = a[i] - b[i];
    }
    return of(differences, confidence);
  }
}
