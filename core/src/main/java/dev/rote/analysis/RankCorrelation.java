package dev.rote.analysis;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Spearman's rank correlation ρ: Pearson's correlation of the ranks, ties at their mean rank. */
public final class RankCorrelation {
  private RankCorrelation() {}

  /**
   * Returns ρ of two lists of n values.
   *
   * @return in [−1, 1]; NaN where all of x or all of y are equal, n is below 2, or a value is NaN
   * @throws IllegalArgumentException where the lengths differ
   */
  public static double of(double[] x, double[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException("%d and %d values".formatted(x.length, y.length));
    }
    if (DoubleStream.concat(Arrays.stream(x), Arrays.stream(y)).anyMatch(Double::isNaN)) {
      return Double.NaN;
    }
    double[] a = ranks(x);
    double[] b = ranks(y);
    double mean = (x.length + 1) / 2.0;
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - mean) * (b[i] - mean);
      aa += (a[i] - mean) * (a[i] - mean);
      bb += (b[i] - mean) * (b[i] - mean);
    }
    return ab / Math.sqrt(aa * bb);
  }

  /** Returns the rank of each value, from 1; no value may be NaN. */
  static double[] ranks(double[] values) {
    Integer[] order = IntStream.range(0, values.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> values[i]));
    double[] ranks = new double[values.length];
    int start = 0;
    while (start < order.length) {
      int end = start;
      while (end < order.length && values[order[end]] == values[order[start]]) {
        end++;
      }
      for (int k = start; k < end; k++) {
        ranks[order[k]] = (start + 1 + end) / 2.0;
      }
      start = end;
    }
    return ranks;
  }
}
