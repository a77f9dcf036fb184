package dev.rote.memorization;

import java.util.Arrays;

/** The Gini coefficient: how unevenly values are spread over samples. */
public final class Gini {
  private Gini() {}

  /**
   * Returns Σ_i (2i − n − 1)·x_(i) / (n·Σ x), with x_(1) ≤ … ≤ x_(n): 0 where all values are equal,
   * (n − 1)/n where one sample has everything.
   *
   * @param values n values, 0 or more
   * @return NaN where there is no value, or all are 0
   */
  public static double of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double weighted = 0;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      weighted += (2.0 * (i + 1) - n - 1) * sorted[i];
      sum += sorted[i];
    }
    return weighted / (n * sum);
  }
}
