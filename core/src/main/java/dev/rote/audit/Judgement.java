package dev.rote.audit;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What one network of a cross-validation predicts for samples, beside their observed labels.
 *
 * @param predicted predicted classes of n samples, each in [0, K)
 * @param observed their observed labels
 * @param classes number of classes K
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Judgement(int[] predicted, int[] observed, int classes) {
  /** Differences of agreement below this are not worth another training. */
  private static final double TOLERANCE = 0.03;

  /** Standard errors that a network must fall behind in addition. */
  private static final double STANDARD_ERRORS = 4;

  /** Expected predictions of a class below which its absence may be chance. */
  private static final double ENOUGH = 20;

  /** A class that is predicted less often than this share of the expected number is missing. */
  private static final double MISSING = 0.2;

  /** Returns the share of samples whose observed label is predicted. */
  public double agreement() {
    return IntStream.range(0, predicted.length).filter(i -> predicted[i] == observed[i]).count()
        / (double) predicted.length;
  }

  /**
   * Returns whether this network learned much less than others that were trained in the same way:
   * it agrees with the observed labels less often than their median by more than 3 points and four
   * standard errors of the difference, or hardly ever predicts a class that they predict.
   *
   * <p>Networks that resist memorization do this now and then at high rates of noise: they settle
   * where one or two classes are never predicted, and would call all labels of these wrong.
   *
   * @param others the other networks; if there is none, the answer is no
   */
  public boolean isWeakBeside(List<Judgement> others) {
    if (others.isEmpty()) {
      return false;
    }
    double usual = median(others.stream().mapToDouble(Judgement::agreement).toArray());
    double error = Math.sqrt(2 * usual * (1 - usual) / predicted.length);
    if (agreement() < usual - TOLERANCE - STANDARD_ERRORS * error) {
      return true;
    }
    return IntStream.range(0, classes)
        .anyMatch(
            k -> {
              double expected =
                  predicted.length
                      * median(others.stream().mapToDouble(other -> other.share(k)).toArray());
              return expected >= ENOUGH && predicted.length * share(k) < MISSING * expected;
            });
  }

  private double share(int k) {
    return IntStream.of(predicted).filter(p -> p == k).count() / (double) predicted.length;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }
}
