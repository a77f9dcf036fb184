package dev.rote.audit;

import java.util.Arrays;

/**
 * How doubtful each label is: a score to rank by, the likeliest other class, and the probability
 * that the label is wrong.
 *
 * <p>The score of sample i with label y compares the likeliest other class with y:
 *
 * <pre>z = max_{k ≠ y} log(p_k·√T_ky) − log(p_y·√T_yy)</pre>
 *
 * <p>T_ky is the share of samples of the true class k that carry the label y, taken from the
 * confident joint. The full factor T_ky would be right for exact probabilities of the true class;
 * the root stands between these and probabilities of the observed label, which contain T already.
 *
 * <p>The probability that label i is wrong is 1/(1 + exp(−(a + 1.5·z_i))), with a such that the
 * probabilities sum to the estimated number of wrong labels.
 *
 * @param score z, {@code [N]}; the higher, the more doubtful
 * @param wrong probability that the label is wrong, {@code [N]}
 * @param suggested the likeliest other class, {@code [N]}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LabelDoubt(double[] score, double[] wrong, int[] suggested) {
  private static final double SLOPE = 1.5;
  private static final double SMALLEST = 1e-9;
  private static final double SMALLEST_TRANSITION = 1e-4;

  /** Steps of the bisection; the offset is then exact to 1e-12. */
  private static final int STEPS = 80;

  static LabelDoubt of(HeldOut data, ConfidentJoint joint, double noiseRate) {
    double[][] root = rootOfTransition(joint, data.size());
    int n = data.size();
    double[] score = new double[n];
    int[] suggested = new int[n];
    for (int i = 0; i < n; i++) {
      float[] p = data.probabilities()[i];
      int y = data.labels()[i];
      int best = y == 0 ? 1 : 0;
      double most = -1;
      for (int k = 0; k < p.length; k++) {
        double value = Math.max(p[k], SMALLEST) * root[y][k];
        if (k != y && value > most) {
          most = value;
          best = k;
        }
      }
      suggested[i] = best;
      score[i] = Math.log(most) - Math.log(Math.max(p[y], SMALLEST) * root[y][y]);
    }
    return new LabelDoubt(score, probabilities(score, noiseRate * n), suggested);
  }

  /** √T, row: observed label, column: true class. Each column has a pseudo-sample, shared out. */
  private static double[][] rootOfTransition(ConfidentJoint joint, int samples) {
    int classes = joint.joint().length;
    double[] column = new double[classes];
    for (double[] row : joint.joint()) {
      for (int k = 0; k < classes; k++) {
        column[k] += row[k] * samples;
      }
    }
    double[][] root = new double[classes][classes];
    for (int y = 0; y < classes; y++) {
      for (int k = 0; k < classes; k++) {
        double share = (joint.joint()[y][k] * samples + 1.0 / classes) / (column[k] + 1);
        root[y][k] = Math.sqrt(Math.max(SMALLEST_TRANSITION, share));
      }
    }
    return root;
  }

  /**
   * Share of wrong labels to expect among the {@code first} most doubtful ones if the noise rate
   * were {@code noiseRate}; 0 if {@code first} is 0.
   */
  double expectedShare(int first, double noiseRate) {
    double[] probabilities = probabilities(score, noiseRate * score.length);
    Arrays.sort(probabilities);
    double sum = 0;
    for (int i = 0; i < first; i++) {
      sum += probabilities[probabilities.length - 1 - i];
    }
    return first == 0 ? 0 : sum / first;
  }

  private static double[] probabilities(double[] score, double expected) {
    double low = -200;
    double high = 200;
    for (int step = 0; step < STEPS; step++) {
      double middle = (low + high) / 2;
      double sum = 0;
      for (double z : score) {
        sum += probability(z, middle);
      }
      if (sum < expected) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double offset = low;
    return Arrays.stream(score).map(z -> probability(z, offset)).toArray();
  }

  private static double probability(double score, double offset) {
    return 1 / (1 + Math.exp(-(offset + SLOPE * score)));
  }
}
