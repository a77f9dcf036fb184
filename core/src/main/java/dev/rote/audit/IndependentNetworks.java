package dev.rote.audit;

import dev.rote.random.StandardNormal;

/**
 * A lower bound of the noise rate, from networks that were trained apart.
 *
 * <p>Each sample has two predictions: of the network that was not trained on it, and of those that
 * were, on other samples beside it. A wrong label contradicts both. So does a right label that both
 * networks mistake, and predictions alone cannot tell which it is. But networks that mistake right
 * labels together also do so apart, one without the other. Among the surest fifth of each predicted
 * class, let a be the share of labels that both predict, b that only the trained networks predict,
 * c that only the held-out one predicts, and d that neither predicts. On right labels, errors of
 * two networks go together with the odds ratio
 *
 * <pre>ω = a·d / (b·c)</pre>
 *
 * <p>which was between 2 and 92 on right labels of CIFAR-10, with networks from useless to good,
 * and above 500 where labels were wrong and networks good (docs/audit.md). So errors explain at
 * most the share 100·b·c/a of the labels that neither predicts. The rest is wrong:
 *
 * <pre>η ≥ d − 100·b·c/a</pre>
 *
 * <p>less 1.96 standard errors of d and half a point; b and c count one sample more than there are.
 * Networks that memorize raise b, and so leave no bound rather than a wrong one. Labels of classes
 * that are predicted less than half as often as they occur do not count to d, since networks that
 * gave a class up contradict it together. That a rate among sure predictions bounds that of all
 * samples holds where labels are no better where networks doubt.
 *
 * @param samples number of the surest
 * @param both a
 * @param trainedOnly b
 * @param heldOutOnly c
 * @param neither d
 */
record IndependentNetworks(
    int samples, double both, double trainedOnly, double heldOutOnly, double neither) {
  private static final double SUREST = 0.2;
  private static final double GIVEN_UP = 0.5;
  private static final double ODDS_RATIO = 100;
  private static final double FLOOR = 0.005;

  /**
   * Measures the four shares on the first division in the first round. Networks of later rounds are
   * trained on labels that those of the first corrected, so they are not independent of them.
   */
  static IndependentNetworks of(HeldOut data, Dynamics dynamics) {
    float[][] heldOut = dynamics.opinions().get(0);
    int n = data.size();
    int[] predicted = new int[n];
    int[] predictions = new int[data.classes()];
    for (int i = 0; i < n; i++) {
      predicted[i] = HeldOut.likeliest(heldOut[i]);
      predictions[predicted[i]]++;
    }
    double[] rank = Surest.ranks(heldOut, predicted, data.classes(), SUREST);
    int[] size = data.counts();
    int samples = 0;
    double both = 0;
    double trainedOnly = 0;
    double heldOutOnly = 0;
    double neither = 0;
    for (int i = 0; i < n; i++) {
      if (rank[i] <= SUREST) {
        int label = data.labels()[i];
        double fitted = dynamics.fitted()[i];
        samples++;
        if (predicted[i] == label) {
          both += fitted;
          heldOutOnly += 1 - fitted;
        } else {
          trainedOnly += fitted;
          neither += predictions[label] < GIVEN_UP * size[label] ? 0 : 1 - fitted;
        }
      }
    }
    double share = 1.0 / Math.max(1, samples);
    return new IndependentNetworks(
        samples, share * both, share * trainedOnly, share * heldOutOnly, share * neither);
  }

  /** Returns the lower bound, 0 where there is none. */
  double bound() {
    if (samples == 0 || both == 0) {
      return 0;
    }
    double one = 1.0 / samples;
    double error = Math.sqrt(neither * (1 - neither) / samples);
    return Math.max(
        0,
        neither
            - errors(trainedOnly + one, heldOutOnly + one)
            - StandardNormal.QUANTILE_975 * error
            - FLOOR);
  }

  /** Returns the share of right labels that neither predicts, at most. */
  private double errors(double oneAlone, double otherAlone) {
    return ODDS_RATIO * oneAlone * otherAlone / both;
  }

  /**
   * Returns the estimate of the disagreement curve, bounded. Its lower end moves up to the bound,
   * or down to d − 100·b·c/a if errors may explain more than it allows for: networks that err at
   * full confidence look like networks that are right. Where that leaves the interval open below,
   * the estimate is at most its middle.
   */
  Rate with(Rate curve) {
    double unexplained = both == 0 ? 0 : Math.max(0, neither - errors(trainedOnly, heldOutOnly));
    double low = Math.min(curve.high(), Math.max(bound(), Math.min(curve.low(), unexplained)));
    return new Rate(
        Math.max(low, Math.min(curve.value(), (low + curve.high()) / 2)), low, curve.high());
  }
}
