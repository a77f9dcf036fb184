package dev.rote.loss;

import dev.rote.text.Term;

/**
 * The values that a parameter may have. NaN is in no interval.
 *
 * @param low lower end; may be −∞
 * @param lowIncluded whether {@code low} itself is allowed
 * @param high upper end; may be ∞
 * @param highIncluded whether {@code high} itself is allowed
 */
public record Interval(double low, boolean lowIncluded, double high, boolean highIncluded) {
  /** (0, ∞). */
  static final Interval POSITIVE = new Interval(0, false, Double.POSITIVE_INFINITY, false);

  /** [0, ∞). */
  static final Interval NOT_NEGATIVE = new Interval(0, true, Double.POSITIVE_INFINITY, false);

  /** Returns whether {@code value} is allowed. */
  public boolean contains(double value) {
    return (value > low || (lowIncluded && value == low))
        && (value < high || (highIncluded && value == high));
  }

  /** Returns the usual notation: {@code (0, 1]}. */
  @Override
  public String toString() {
    return (lowIncluded ? "[" : "(") + end(low) + ", " + end(high) + (highIncluded ? "]" : ")");
  }

  private static String end(double value) {
    return Double.isInfinite(value) ? (value < 0 ? "-inf" : "inf") : Term.format(value);
  }
}
