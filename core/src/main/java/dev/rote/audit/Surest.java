package dev.rote.audit;

import java.util.stream.IntStream;

/** How sure predictions are, beside others of the same class. */
final class Surest {
  private Surest() {}

  /**
   * Returns the rank of each sample in its predicted class, from 0 for the surest to 1. Samples
   * that are equally sure share the mean of their ranks, but the surest get {@code share} at most,
   * so that many predictions of exactly 1 are not taken for unsure ones.
   *
   * @param probabilities {@code [N][K]}
   * @param predicted the likeliest class of each sample
   */
  static double[] ranks(float[][] probabilities, int[] predicted, int classes, double share) {
    int n = predicted.length;
    double[] doubt = new double[n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < classes; k++) {
        if (k != predicted[i]) {
          doubt[i] += probabilities[i][k]; // tells more than 1 − p does where p is nearly 1
        }
      }
    }
    double[] rank = new double[n];
    for (int k = 0; k < classes; k++) {
      int label = k;
      int[] order =
          IntStream.range(0, n)
              .filter(i -> predicted[i] == label)
              .boxed()
              .sorted((i, j) -> Double.compare(doubt[i], doubt[j]))
              .mapToInt(i -> i)
              .toArray();
      int from = 0;
      while (from < order.length) {
        int to = from + 1;
        while (to < order.length && doubt[order[to]] == doubt[order[from]]) {
          to++;
        }
        double mean = (from + to) / 2.0 / order.length;
        for (int i = from; i < to; i++) {
          rank[order[i]] = from == 0 ? Math.min(share, mean) : mean;
        }
        from = to;
      }
    }
    return rank;
  }
}
