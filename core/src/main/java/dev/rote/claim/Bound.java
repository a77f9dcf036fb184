package dev.rote.claim;

import dev.rote.memorization.SeedSummary;
import java.util.Locale;

/**
 * The range in which a claim expects a value.
 *
 * @param low least value; −∞ if there is none
 * @param high largest value; ∞ if there is none
 * @param text for people
 */
record Bound(double low, double high, String text) {
  static Bound atLeast(double floor) {
    return new Bound(floor, Double.POSITIVE_INFINITY, String.format(Locale.ROOT, "≥ %.3g", floor));
  }

  static Bound within(double distance) {
    return new Bound(-distance, distance, String.format(Locale.ROOT, "within ±%.3g", distance));
  }

  static Bound aboveZero() {
    return new Bound(Double.MIN_VALUE, Double.POSITIVE_INFINITY, "above 0");
  }

  static Bound belowZero() {
    return new Bound(Double.NEGATIVE_INFINITY, -Double.MIN_VALUE, "below 0");
  }

  /** Returns whether the whole interval lies within. */
  boolean contains(SeedSummary value) {
    return value.low() >= low && value.high() <= high;
  }

  /** Returns whether the whole interval lies outside, on one side. */
  boolean excludes(SeedSummary value) {
    return value.low() > high || value.high() < low;
  }

  /**
   * Returns whether a change could move a value inside the bound out of it, or a value outside into
   * it; with two bounds, any change could.
   */
  boolean threatened(SeedSummary value, double change) {
    boolean down = value.low() > high || (contains(value) && Double.isFinite(low));
    boolean up = value.high() < low || (contains(value) && Double.isFinite(high));
    return (down && change < 0) || (up && change > 0);
  }
}
