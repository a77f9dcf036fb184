package dev.rote.audit;

/**
 * How much of the disagreement between labels and predictions a network's own doubt explains.
 *
 * <p>A network that errs passes through ties: where it errs on some samples, it hesitates between
 * two classes on others. Labels that are wrong do not need ties. Let s = log(p_1/p_2) be the lead
 * of the predicted class over the second. How sure a lead is, the labels tell: in
 *
 * <pre>P(label differs | s) = f + (1 − 2f) / (1 + exp(βs))</pre>
 *
 * <p>f is the share of labels that are wrong where the network is sure, and β is that of the
 * largest likelihood. t is the share of samples with βs &lt; log 1.5, which nearly tie. If βs is
 * spread evenly around 0, as where an unbiased network errs, two classes are mistaken for each
 * other on t/0.58 of the samples. The share of the disagreement D that this explains is about
 *
 * <pre>x = min(1, t / (D·(1 − 1/K)))</pre>
 *
 * @param share x
 * @param surest the share of labels that differ where the network is surest, by the line of least
 *     squares through the surest 40% of each predicted class, as a function of their rank. Unlike
 *     that of probabilities it does not depend on how bold they are
 * @param error standard error of {@code surest}
 */
record OwnDoubt(double share, double surest, double error) {
  private static final double SURE = 0.4;

  /** Odds of the predicted class against the second up to which they tie. */
  private static final double TIE = 1.5;

  private static final double MOST_LEAD = 30;
  private static final double SMALLEST = 1e-12;
  private static final double MOST_CERTAIN = 0.45;

  /** Steepness β is sought on this grid, evenly in its logarithm. */
  private static final double FLATTEST = 0.1;

  private static final double STEEPEST = 6;
  private static final int STEPS = 40;

  /**
   * Measures it.
   *
   * @param predicted class of each sample
   * @param differs whether its label is another
   * @param certain f
   */
  static OwnDoubt of(HeldOut data, int[] predicted, boolean[] differs, double certain) {
    int n = data.size();
    double[] lead = new double[n];
    int differing = 0;
    for (int i = 0; i < n; i++) {
      float[] p = data.probabilities()[i];
      double second = SMALLEST;
      for (int k = 0; k < p.length; k++) {
        if (k != predicted[i]) {
          second = Math.max(second, p[k]);
        }
      }
      lead[i] = Math.min(MOST_LEAD, Math.log(p[predicted[i]]) - Math.log(second));
      differing += differs[i] ? 1 : 0;
    }
    if (differing == 0) {
      return new OwnDoubt(0, 0, 0);
    }
    double disagreement = (double) differing / n;
    double ties = ties(lead, differs, Math.min(MOST_CERTAIN, certain));
    return surest(
        Math.min(1, ties / (disagreement * (1 - 1.0 / data.classes()))),
        Surest.ranks(data.probabilities(), predicted, data.classes(), SURE),
        differs);
  }

  /**
   * Returns by how much {@code certain} exceeds {@code surest}, beyond sampling error: the gap g
   * times g²/(g² + error²), as a Wiener filter weighs a signal against noise; 0 if it does not.
   */
  double excess(double certain) {
    double gap = Math.max(0, certain - surest);
    return gap == 0 ? 0 : gap * gap * gap / (gap * gap + error * error);
  }

  /** Returns the share of samples that nearly tie. */
  private static double ties(double[] lead, boolean[] differs, double certain) {
    double best = Double.NEGATIVE_INFINITY;
    double steepness = 1;
    for (int step = 0; step < STEPS; step++) {
      double b = FLATTEST * Math.pow(STEEPEST / FLATTEST, step / (STEPS - 1.0));
      double likelihood = 0;
      for (int i = 0; i < lead.length; i++) {
        double p = certain + (1 - 2 * certain) / (1 + Math.exp(b * lead[i]));
        likelihood += Math.log(Math.max(SMALLEST, differs[i] ? p : 1 - p));
      }
      if (likelihood > best) {
        best = likelihood;
        steepness = b;
      }
    }
    int ties = 0;
    for (double s : lead) {
      ties += steepness * s < Math.log(TIE) ? 1 : 0;
    }
    return (double) ties / lead.length;
  }

  /**
   * Measures the height at rank 0 of the line of least squares through the surest, if it rises, or
   * their mean; with its standard error, which takes the variance of the labels for that around the
   * line.
   */
  private static OwnDoubt surest(double share, double[] rank, boolean[] differs) {
    int count = 0;
    double mean = 0;
    double height = 0;
    for (int i = 0; i < rank.length; i++) {
      if (rank[i] <= SURE) {
        count++;
        mean += rank[i];
        height += differs[i] ? 1 : 0;
      }
    }
    mean /= count;
    height /= count;
    double squares = SMALLEST;
    double products = 0;
    for (int i = 0; i < rank.length; i++) {
      if (rank[i] <= SURE) {
        squares += (rank[i] - mean) * (rank[i] - mean);
        products += (rank[i] - mean) * ((differs[i] ? 1 : 0) - height);
      }
    }
    double slope = Math.max(0, products / squares);
    double at = Math.max(0, height - slope * mean);
    double variance = Math.max(height * (1 - height), 1.0 / rank.length) / count;
    double leverage = slope > 0 ? count * mean * mean / squares : 0;
    return new OwnDoubt(share, at, Math.sqrt(variance * (1 + leverage)));
  }
}
