package dev.rote.audit;

import dev.rote.random.StandardNormal;
import java.util.Arrays;
import java.util.stream.IntStream;

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
 * <p>Part of the disagreement is the network's own doing. Two signs tell how much. Its ties explain
 * the share x of it ({@link OwnDoubt#share}). And a network that predicts the observed labels is as
 * confident in the mean as they agree with it, a share 1 − D; the overconfidence is
 *
 * <pre>o = 2·(mean confidence − (1 − D))/D within [0, 1]</pre>
 *
 * <p>A network whose own the disagreement is also errs where it is sure. So {@code certain} moves
 * towards the {@link OwnDoubt#surest} share, if that is lower beyond sampling error, by the share
 *
 * <pre>1 − (1 − o/2)·(1 − x³)</pre>
 *
 * <p>of the way: half of it for overconfidence, which has two explanations that no predictions can
 * tell apart. Either the network predicts the true classes, and sure disagreement is wrong labels,
 * or it errs at full confidence.
 *
 * <p>The noise rate lies between {@code certain} and {@code certain + doubtful}. The headline is
 * certain + w·doubtful, where
 *
 * <pre>w = (1 − o)·(1 − x³)·min(1, 0.3 + 4·certain / (certain + doubtful))</pre>
 *
 * <p>The last factor: whoever makes mistakes on clear samples makes more on unclear ones. Where
 * {@code doubtful} is negative, w is 0.9.
 *
 * <p>People who hesitate where networks do cannot be told from networks that err there, so no
 * formula fixes the exponent of x: it has the least error over a mixture of labels of people and of
 * classifiers, at low and high rates. All constants were chosen on about 370 sets of real
 * predictions with known errors, and judged on as many others; docs/audit.md has the evidence.
 *
 * @param samples N
 * @param disagreement D, the share of the labels that differ from the predicted class
 * @param certain see above
 * @param doubtful see above
 * @param weight w
 * @param networkErrors by how much the errors of the network may raise {@code certain}
 * @param certainError standard error of {@code certain}
 * @param totalError standard error of {@code certain + doubtful}: that of {@code certain} and that
 *     of the slope at the mean doubt, taken as independent, which is more than their correlation
 *     leaves
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
  private static final double SMALLEST = 1e-9;

  /** Allowance for what no sample size removes: absolute, and relative to the rate. */
  private static final double FLOOR = 0.005;

  private static final double RELATIVE = 0.05;

  /** Share of the mean of v³ by which the lower end may be too high. */
  private static final double OWN_ERRORS = 0.6;

  /** Allowance for errors that an overconfident network hides among its sure predictions. */
  private static final double HIDDEN_ERRORS = 0.7;

  /**
   * Share of the doubtful part by which the truth may exceed the curve, as where a network learned
   * mistakes.
   */
  private static final double LEARNED_MISTAKES = 0.25;

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
    Line line = Line.of(predicted, doubt, differs, data.classes());
    double certain = 0;
    double total = 0;
    double disagreement = 0;
    double cubes = 0;
    for (int i = 0; i < n; i++) {
      double intercept = line.intercepts()[predicted[i]];
      certain += intercept / n;
      total += Math.max(0, intercept + line.slope() * doubt[i]) / n;
      disagreement += differs[i] ? 1.0 / n : 0;
      cubes += Math.pow(doubt[i], 3) / n;
    }
    certain = Math.min(1, certain);
    disagreement = Math.min(1, disagreement);
    total = Math.min(total, Math.max(disagreement, certain));
    OwnDoubt own = OwnDoubt.of(data, predicted, differs, certain);
    double explained = Math.pow(own.share(), 3);
    double over = 2 * (confidence - (1 - disagreement)) / Math.max(disagreement, SMALLEST);
    over = Math.max(0, Math.min(1, over));
    double ofLabels = (1 - over) * (1 - explained);
    double excess = own.excess(certain);
    certain -= (1 - (1 - over / 2) * (1 - explained)) * excess;
    double careless = LEAST_CARELESS + CARELESS_SLOPE * certain / Math.max(total, SMALLEST);
    return new DisagreementCurve(
        n,
        disagreement,
        certain,
        total - certain,
        total <= certain ? FALLING_WEIGHT : ofLabels * Math.min(1, careless),
        OWN_ERRORS * cubes
            + HIDDEN_ERRORS * over * Math.max(0, disagreement - certain)
            + over / 2 * excess
            + explained * certain,
        line.error(),
        Math.hypot(line.error(), line.slopeError() * (mean(doubt) - line.center())));
  }

  /**
   * The line d(v) = n_k + b·v of least squares through the samples of little doubt.
   *
   * @param intercepts n_k of each predicted class, within [0, 1]
   * @param slope b
   * @param center mean doubt of the samples that it was fitted to
   * @param samples their number
   * @param squares sum of their squared distances in doubt from the mean of their class
   * @param variance of the residuals
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Line(
      double[] intercepts,
      double slope,
      double center,
      int samples,
      double squares,
      double variance) {
    static Line of(int[] predicted, double[] doubt, boolean[] differs, int classes) {
      double[] ordered = doubt.clone();
      Arrays.sort(ordered);
      double limit = Math.max(SURE, ordered[Math.min(FEWEST_FITTED, ordered.length) - 1]);
      int[] fitted = IntStream.range(0, doubt.length).filter(i -> doubt[i] <= limit).toArray();
      double[] count = new double[classes];
      double[] doubts = new double[classes];
      double[] differing = new double[classes];
      for (int i : fitted) {
        count[predicted[i]]++;
        doubts[predicted[i]] += doubt[i];
        differing[predicted[i]] += differs[i] ? 1 : 0;
      }
      double squares = RIDGE;
      double products = 0;
      for (int i : fitted) {
        int k = predicted[i];
        double x = doubt[i] - doubts[k] / count[k];
        squares += x * x;
        products += x * ((differs[i] ? 1 : 0) - differing[k] / count[k]);
      }
      double slope = products / squares;
      double residuals = 0;
      for (int i : fitted) {
        int k = predicted[i];
        double x = doubt[i] - doubts[k] / count[k];
        double r = (differs[i] ? 1 : 0) - differing[k] / count[k] - slope * x;
        residuals += r * r;
      }
      double center = Arrays.stream(doubts).sum() / fitted.length;
      double height = Arrays.stream(differing).sum() / fitted.length;
      double common = height - slope * center;
      double[] intercepts = new double[classes];
      for (int k = 0; k < classes; k++) {
        double own = count[k] == 0 ? 0 : (differing[k] - slope * doubts[k]) / count[k];
        double weight = count[k] / (count[k] + POOLED);
        intercepts[k] = Math.min(1, Math.max(0, weight * own + (1 - weight) * Math.max(0, common)));
      }
      if (common < 0 && slope > 0) { // a line from 0 rises less steeply to the same height
        slope = Math.min(slope, height / Math.max(center, SMALLEST));
      }
      return new Line(
          intercepts,
          slope,
          center,
          fitted.length,
          squares,
          Math.max(residuals, 1) / fitted.length);
    }

    /** Returns the standard error of the height at doubt 0. */
    double error() {
      return Math.hypot(Math.sqrt(variance / samples), slopeError() * center);
    }

    /** Returns the standard error of the slope. */
    double slopeError() {
      return Math.sqrt(variance / squares);
    }
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
