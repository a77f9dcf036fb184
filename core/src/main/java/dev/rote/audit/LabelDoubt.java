package dev.rote.audit;

import java.util.Arrays;
import java.util.Optional;

/**
 * How doubtful each label is: a score to rank by, the likeliest other class, and the probability
 * that the label is wrong.
 *
 * <p>The score of sample i with label y compares the likeliest other class with y:
 *
 * <pre>z = max_{k ≠ y} log(p_k·T_ky^γ) − log(p_y·T_yy^γ)</pre>
 *
 * <p>T_ky is the share of samples of the true class k that carry the label y, taken from the
 * confident joint. With γ = 1, T would be right for exact probabilities of the true class, with γ =
 * 0 for those of the observed label, which contain T already. γ is η/(2D): the confident joint
 * counts all D samples whose label differs from the prediction, of which only η are wrong labels.
 *
 * <p>Where networks were trained on the labels, these know more: right labels are fitted early and
 * with a wide margin. The area under the margin m (Pleiss et al. 2020) then counts with a weight of
 * 0.2, both in units of their standard deviations over the samples:
 *
 * <pre>z_i − 0.2·(sd(z)/sd(m))·(m_i − mean(m))</pre>
 *
 * <p>The probability that label i is wrong is 1/(1 + exp(−(a + b·z_i))). The sum of all of them is
 * the estimated number of wrong labels, ηN. Among the samples whose label is the predicted class it
 * is ηNeρ: a network that errs on the share e of the samples, with (1 − η)(1 − e) + ηeρ = 1 − D,
 * errs into the wrong label with a probability ρ = max(0.3, 1/(K−1)). Both sums together give a and
 * b; b is at most 1.5. So weak networks have flat probabilities, and good ones steep ones.
 *
 * @param score z, {@code [N]}; the higher, the more doubtful
 * @param wrong probability that the label is wrong, {@code [N]}
 * @param suggested the likeliest other class, {@code [N]}
 * @param slope b
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LabelDoubt(double[] score, double[] wrong, int[] suggested, double slope) {
  /** Weight of the area under the margin; docs/audit.md has the measurement. */
  private static final double AUM_WEIGHT = 0.2;

  private static final double STEEPEST = 1.5;
  private static final double FLATTEST = 0.05;
  private static final double LEAST_COINCIDENCE = 0.3;
  private static final double SMALLEST = 1e-9;
  private static final double SMALLEST_TRANSITION = 1e-4;

  /** Steps of the bisection for the offset. */
  private static final int STEPS = 60;

  private static final int SLOPE_STEPS = 20;

  static LabelDoubt of(
      HeldOut data, Optional<Dynamics> dynamics, ConfidentJoint joint, double noiseRate) {
    int n = data.size();
    boolean[] agrees = new boolean[n];
    int agreeing = 0;
    for (int i = 0; i < n; i++) {
      agrees[i] = data.predicted(i) == data.labels()[i];
      agreeing += agrees[i] ? 1 : 0;
    }
    double disagreement = 1 - (double) agreeing / n;
    double share = disagreement == 0 ? 1 : Math.min(1, noiseRate / disagreement);
    double[][] factor = transition(joint, n, share / 2);
    double[] score = new double[n];
    int[] suggested = new int[n];
    for (int i = 0; i < n; i++) {
      float[] p = data.probabilities()[i];
      int y = data.labels()[i];
      int best = y == 0 ? 1 : 0;
      double most = -1;
      for (int k = 0; k < p.length; k++) {
        double value = Math.max(p[k], SMALLEST) * factor[y][k];
        if (k != y && value > most) {
          most = value;
          best = k;
        }
      }
      suggested[i] = best;
      score[i] = Math.log(most) - Math.log(Math.max(p[y], SMALLEST) * factor[y][y]);
    }
    dynamics.ifPresent(d -> countMargins(score, d.aum()));
    double coincidence = Math.max(LEAST_COINCIDENCE, 1.0 / (data.classes() - 1));
    double errors =
        Math.max(0, (disagreement - noiseRate) / Math.max(0.05, 1 - noiseRate * (1 + coincidence)));
    double slope =
        slope(score, agrees, noiseRate * n, noiseRate * n * Math.min(1, errors) * coincidence);
    return new LabelDoubt(score, probabilities(score, slope, noiseRate * n), suggested, slope);
  }

  /** Lowers the scores of labels that networks fit with a wide margin, and raises the others. */
  private static void countMargins(double[] score, double[] aum) {
    double mean = Arrays.stream(aum).average().orElse(0);
    double deviation = deviation(aum);
    if (deviation == 0) {
      return;
    }
    double unit = AUM_WEIGHT * deviation(score) / deviation;
    for (int i = 0; i < score.length; i++) {
      score[i] -= unit * (aum[i] - mean);
    }
  }

  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    return Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(0));
  }

  /** Returns the slope at which the probabilities of agreeing labels sum to {@code agreeing}. */
  private static double slope(double[] score, boolean[] agrees, double expected, double agreeing) {
    double low = Math.log(FLATTEST);
    double high = Math.log(STEEPEST);
    for (int step = 0; step < SLOPE_STEPS; step++) {
      double middle = (low + high) / 2;
      double[] probabilities = probabilities(score, Math.exp(middle), expected);
      double sum = 0;
      for (int i = 0; i < score.length; i++) {
        sum += agrees[i] ? probabilities[i] : 0;
      }
      if (sum > agreeing) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.exp(high);
  }

  /**
   * Returns T^γ (row: observed label, column: true class), with one pseudo-sample in each column.
   */
  private static double[][] transition(ConfidentJoint joint, int samples, double exponent) {
    int classes = joint.joint().length;
    double[] column = new double[classes];
    for (double[] row : joint.joint()) {
      for (int k = 0; k < classes; k++) {
        column[k] += row[k] * samples;
      }
    }
    double[][] power = new double[classes][classes];
    for (int y = 0; y < classes; y++) {
      for (int k = 0; k < classes; k++) {
        double share = (joint.joint()[y][k] * samples + 1.0 / classes) / (column[k] + 1);
        power[y][k] = Math.pow(Math.max(SMALLEST_TRANSITION, share), exponent);
      }
    }
    return power;
  }

  /**
   * Returns the share of wrong labels to expect among the {@code first} most doubtful ones if the
   * noise rate were {@code noiseRate}; 0 if {@code first} is 0.
   */
  double expectedShare(int first, double noiseRate) {
    double[] probabilities = probabilities(score, slope, noiseRate * score.length);
    Arrays.sort(probabilities);
    double sum = 0;
    for (int i = 0; i < first; i++) {
      sum += probabilities[probabilities.length - 1 - i];
    }
    return first == 0 ? 0 : sum / first;
  }

  /** Returns the probabilities that labels are wrong, the largest first. */
  double[] ordered() {
    double[] ordered = Arrays.stream(wrong).map(p -> -p).sorted().toArray();
    return Arrays.stream(ordered).map(p -> -p).toArray();
  }

  private static double[] probabilities(double[] score, double slope, double expected) {
    double low = -400;
    double high = 400;
    for (int step = 0; step < STEPS; step++) {
      double middle = (low + high) / 2;
      double sum = 0;
      for (double z : score) {
        sum += probability(slope * z, middle);
      }
      if (sum < expected) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double offset = low;
    return Arrays.stream(score).map(z -> probability(slope * z, offset)).toArray();
  }

  private static double probability(double score, double offset) {
    return 1 / (1 + Math.exp(-(offset + score)));
  }
}
