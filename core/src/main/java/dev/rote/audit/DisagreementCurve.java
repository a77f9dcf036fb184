package dev.rote.audit;

import dev.rote.random.StandardNormal;
import java.util.Arrays;

/**
 * The noise rate from the disagreement curve: how often labels differ from the predicted class, as
 * a function of how much the prediction doubts.
 *
 * <p>The predicted class of sample i is a_i = arg max p_i. Its relative doubt is
 *
 * <pre>v_i = 1 − min(1, p_i(a_i) / c(a_i))</pre>
 *
 * where the ceiling c(k) is the 90% quantile of p(k) among the samples predicted k. The ceiling
 * makes the curve independent of whether a network predicts the true class, with confidence near 1,
 * or the observed label, with confidence near the share of right labels.
 *
 * <p>Where v is small the network hardly errs, so labels that differ from it are wrong. There, for
 * v ≤ 0.3, the curve d(v) = n_k + b·v is fitted by least squares, with one intercept per predicted
 * class and a common slope. Extended to all samples it has two parts:
 *
 * <ul>
 *   <li>{@code certain}, the mean of the intercepts: labels that would be wrong even where the
 *       network is sure. Symmetric and pair noise is all of this kind;
 *   <li>{@code doubtful}, the mean of b·v: disagreement that grows with doubt. People mislabel
 *       ambiguous samples, and networks err on them; single predictions cannot tell which. Below 0,
 *       labels are better where the network doubts.
 * </ul>
 *
 * <p>A weak network errs among its surest predictions too, where its probabilities do not tell. So
 * {@code certain} moves down, by the share x² of the way, to the {@link OwnDoubt#surest} share, if
 * that is lower. x is the {@link OwnDoubt#share} of the disagreement that the network's own doubt
 * explains.
 *
 * <p>The noise rate lies between {@code certain} and {@code certain + doubtful}. The headline is
 * certain + w·doubtful, where
 *
 * <pre>w = (1 − o)·(1 − x²)·min(1, 0.3 + 4·certain / (certain + doubtful))</pre>
 *
 * <p>o is the overconfidence, 2·(mean confidence − (1 − D))/D within [0, 1]: 0 where the mean
 * confidence equals the share 1 − D of labels that agree with the prediction, as it does for
 * predictions of the observed label. The last factor: whoever makes mistakes on clear samples makes
 * more on unclear ones. Where {@code doubtful} is negative, w is 0.9. The constants were chosen on
 * about 370 sets of real predictions with known errors, and judged on as many others; docs/audit.md
 * has the evidence.
 *
 * @param samples N
 * @param disagreement D, the share of the labels that differ from the predicted class
 * @param certain see above
 * @param doubtful see above
 * @param weight w
 * @param networkErrors how much the errors of the network may raise {@code certain}
 * @param certainError standard error of {@code certain}
 * @param totalError standard error of {@code certain + doubtful}
 */
record DisagreementCurve(
    int samples,
    double disagreement,
    double certain,
    double doubtful,
    double weight,
    double networkErrors,
    double certainError,
    double totalError) {
  private static final double CEILING_QUANTILE = 0.9;
  private static final double SURE = 0.3;

  /** Classes that are predicted less often take the ceiling of all samples. */
  private static final int OWN_CEILING = 10;

  /** The curve is fitted to this many samples at least, beginning with the surest. */
  private static final int FEWEST_FITTED = 30;

  /** Weight, in samples, of the pooled intercept in the intercept of each class. */
  private static final double POOLED = 20;

  /** Ridge of the slope. */
  private static final double RIDGE = 0.1;

  private static final double FALLING_WEIGHT = 0.9;
  private static final double LEAST_CARELESS = 0.3;
  private static final double CARELESS_SLOPE = 4;

  /** Allowance for what no sample size removes: absolute, and relative to the rate. */
  private static final double FLOOR = 0.005;

  private static final double RELATIVE = 0.05;

  /** Share of the mean of v³ by which the lower end may be too high. */
  private static final double OWN_ERRORS = 0.6;

  /** Share of {@code certain} that may be errors of a network whose doubt is all its own. */
  private static final double SURE_ERRORS = 0.5;

  /** Allowance for errors that an overconfident network hides among its sure predictions. */
  private static final double HIDDEN_ERRORS = 0.7;

  /**
   * Share of the doubtful part by which the truth may exceed the curve, as where a network learned
   * mistakes.
   */
  private static final double LEARNED_MISTAKES = 0.3;

  /** Fits the curve. */
  static DisagreementCurve of(HeldOut data) {
    int n = data.size();
    int[] predicted = new int[n];
    double[] confidence = new double[n];
    boolean[] differs = new boolean[n];
    for (int i = 0; i < n; i++) {
      float[] p = data.probabilities()[i];
      int best = data.predicted(i);
      predicted[i] = best;
      confidence[i] = p[best];
      differs[i] = best != data.labels()[i];
    }
    double[] doubt = doubt(predicted, confidence, data.classes());
    return fit(data, predicted, doubt, differs, mean(confidence));
  }

  /** Returns the relative doubt v of each sample. */
  private static double[] doubt(int[] predicted, double[] confidence, int classes) {
    int n = predicted.length;
    int[] count = new int[classes];
    for (int k : predicted) {
      count[k]++;
    }
    double[][] byClass = new double[classes][];
    for (int k = 0; k < classes; k++) {
      byClass[k] = new double[count[k]];
    }
    int[] filled = new int[classes];
    for (int i = 0; i < n; i++) {
      byClass[predicted[i]][filled[predicted[i]]++] = confidence[i];
    }
    double overall = quantile(confidence.clone());
    double[] ceiling = new double[classes];
    for (int k = 0; k < classes; k++) {
      ceiling[k] = count[k] < OWN_CEILING ? overall : quantile(byClass[k]);
    }
    double[] doubt = new double[n];
    for (int i = 0; i < n; i++) {
      doubt[i] = Math.max(0, 1 - confidence[i] / ceiling[predicted[i]]);
    }
    return doubt;
  }

  /** Returns the quantile of the ceiling, interpolated; sorts its argument. */
  private static double quantile(double[] values) {
    Arrays.sort(values);
    double at = CEILING_QUANTILE * (values.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, values.length - 1);
    return values[below] + (at - below) * (values[above] - values[below]);
  }

  private static DisagreementCurve fit(
      HeldOut data, int[] predicted, double[] doubt, boolean[] differs, double confidence) {
    int n = predicted.length;
    int classes = data.classes();
    double[] ordered = doubt.clone();
    Arrays.sort(ordered);
    double limit = Math.max(SURE, ordered[Math.min(FEWEST_FITTED, n) - 1]);
    double[] count = new double[classes];
    double[] doubts = new double[classes];
    double[] differing = new double[classes];
    double[] all = new double[classes];
    double fitted = 0;
    double cubes = 0;
    for (int i = 0; i < n; i++) {
      all[predicted[i]]++;
      cubes += Math.pow(doubt[i], 3);
      if (doubt[i] <= limit) {
        fitted++;
        count[predicted[i]]++;
        doubts[predicted[i]] += doubt[i];
        differing[predicted[i]] += differs[i] ? 1 : 0;
      }
    }
    double meanDoubt = Arrays.stream(doubts).sum() / fitted;
    double meanDiffering = Arrays.stream(differing).sum() / fitted;
    double squares = RIDGE;
    double products = 0;
    for (int i = 0; i < n; i++) {
      int k = predicted[i];
      if (doubt[i] <= limit) {
        double x = doubt[i] - doubts[k] / count[k];
        squares += x * x;
        products += x * ((differs[i] ? 1 : 0) - differing[k] / count[k]);
      }
    }
    double slope = products / squares;
    double residuals = 0;
    for (int i = 0; i < n; i++) {
      int k = predicted[i];
      if (doubt[i] <= limit) {
        double x = doubt[i] - doubts[k] / count[k];
        double r = (differs[i] ? 1 : 0) - differing[k] / count[k] - slope * x;
        residuals += r * r;
      }
    }
    double variance = Math.max(residuals, 1) / fitted;
    double pooled = meanDiffering - slope * meanDoubt;
    double[] intercept = new double[classes];
    double certain = 0;
    for (int k = 0; k < classes; k++) {
      double own = count[k] == 0 ? 0 : (differing[k] - slope * doubts[k]) / count[k];
      double weight = count[k] / (count[k] + POOLED);
      intercept[k] = Math.min(1, Math.max(0, weight * own + (1 - weight) * Math.max(0, pooled)));
      certain += all[k] * intercept[k] / n;
    }
    if (pooled < 0 && slope > 0) {
      slope = Math.min(slope, meanDiffering / Math.max(meanDoubt, 1e-9));
    }
    double total = 0;
    double disagreement = 0;
    for (int i = 0; i < n; i++) {
      total += Math.max(0, intercept[predicted[i]] + slope * doubt[i]) / n;
      disagreement += differs[i] ? 1.0 / n : 0;
    }
    total = Math.min(total, Math.max(disagreement, certain));
    double beyond = mean(doubt) - meanDoubt;
    disagreement = Math.min(1, disagreement);
    certain = Math.min(1, certain);
    OwnDoubt own = OwnDoubt.of(data, predicted, differs, certain);
    double explained = own.share() * own.share();
    certain -= explained * Math.max(0, certain - own.surest());
    double over = 2 * (confidence - (1 - disagreement)) / Math.max(disagreement, 1e-9);
    over = Math.max(0, Math.min(1, over));
    double careless = LEAST_CARELESS + CARELESS_SLOPE * certain / Math.max(total, 1e-9);
    return new DisagreementCurve(
        n,
        disagreement,
        certain,
        total - certain,
        total <= certain ? FALLING_WEIGHT : (1 - over) * (1 - explained) * Math.min(1, careless),
        OWN_ERRORS * cubes / n
            + HIDDEN_ERRORS * over * Math.max(0, disagreement - certain)
            + SURE_ERRORS * explained * certain,
        Math.sqrt(variance / fitted + variance * meanDoubt * meanDoubt / squares),
        Math.sqrt(
            variance / fitted + variance * (meanDoubt * meanDoubt + beyond * beyond) / squares));
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(0);
  }

  /** Returns the headline, with its 95% interval. */
  Rate rate() {
    double total = certain + doubtful;
    double value = certain + weight * doubtful;
    value = Math.min(value, Math.max(disagreement, total));
    double low = Math.min(certain, total);
    double high =
        Math.max(Math.max(Math.min(disagreement, certain), total), value)
            + LEARNED_MISTAKES * Math.max(0, doubtful);
    double below =
        Math.hypot(
                StandardNormal.QUANTILE_975 * certainError,
                Math.hypot(FLOOR + RELATIVE * low, networkErrors))
            + 1.5 / samples;
    double above =
        Math.hypot(StandardNormal.QUANTILE_975 * totalError, FLOOR + RELATIVE * high)
            + 3.0 / samples;
    return Rate.within(value, low - below, high + above);
  }
}
