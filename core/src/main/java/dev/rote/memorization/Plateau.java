package dev.rote.memorization;

import java.util.Arrays;

/**
 * How a curve over epochs ends: its mean over the last fifth of the epochs, and how much that
 * differs from the fifth before. A curve that has settled does not change.
 *
 * <p>Of J1, 1 − mean reads off the noise rate where J1 saturates (a remark of Patel &amp; Sastry
 * 2021): a network that learns the original labels and memorizes none of the altered ones agrees
 * with the observed labels on a share of 1 − η. Memorized samples make the reading too small,
 * misclassified unaltered ones too large.
 *
 * @param mean mean over the last fifth of the epochs, at least one
 * @param change that mean minus the mean over as many epochs before; NaN for a single epoch
 */
public record Plateau(double mean, double change) {

  /**
   * Looks at the end of a curve.
   *
   * @param curve the value after each epoch, at least one
   */
  public static Plateau of(double[] curve) {
    if (curve.length == 0) {
      throw new IllegalArgumentException("a curve without epochs has no end");
    }
    int window = Math.max(1, curve.length / 5);
    double last = mean(curve, curve.length - window, curve.length);
    double before =
        curve.length < 2 * window
            ? Double.NaN
            : mean(curve, curve.length - 2 * window, curve.length - window);
    return new Plateau(last, last - before);
  }

  private static double mean(double[] values, int from, int to) {
    return Arrays.stream(values, from, to).average().orElse(Double.NaN);
  }
}
