package dev.rote.audit;

/**
 * Published scores of how well a label agrees with held-out probabilities; the lower, the more
 * suspect (Northcutt, Jiang and Chuang 2021, section 3.2).
 */
public final class LabelQuality {
  private LabelQuality() {}

  /** Returns self-confidence, the probability of the observed label, in [0, 1]. */
  public static double[] selfConfidence(HeldOut data) {
    double[] scores = new double[data.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = data.probabilities()[i][data.labels()[i]];
    }
    return scores;
  }

  /** Returns the normalized margin, p of the observed label minus the largest other, in [−1, 1]. */
  public static double[] normalizedMargin(HeldOut data) {
    double[] scores = new double[data.size()];
    for (int i = 0; i < scores.length; i++) {
      float[] p = data.probabilities()[i];
      int label = data.labels()[i];
      double other = 0;
      for (int k = 0; k < p.length; k++) {
        if (k != label) {
          other = Math.max(other, p[k]);
        }
      }
      scores[i] = p[label] - other;
    }
    return scores;
  }
}
