package dev.rote.audit;

import java.util.Locale;

/**
 * A share with the 95% interval that it lies in.
 *
 * @param value in [0, 1]; NaN if it is {@link #UNKNOWN}
 * @param low lower end of the interval; NaN where there is none
 * @param high upper end; NaN where there is none
 */
public record Rate(double value, double low, double high) {
  /** A share of which nothing is known: the value is NaN, the interval [0, 1]. */
  public static final Rate UNKNOWN = new Rate(Double.NaN, 0, 1);

  public Rate {
    boolean interval = low >= 0 && low <= high && high <= 1;
    boolean none = Double.isNaN(low) && Double.isNaN(high);
    boolean unknown = Double.isNaN(value) && low == 0 && high == 1;
    if (!(value >= 0 && value <= 1 || unknown) || !(interval || none)) {
      throw new IllegalArgumentException(
          "rate %s with the interval [%s, %s] is not within [0, 1]".formatted(value, low, high));
    }
  }

  /** Returns a share without an interval. */
  public static Rate without(double value) {
    return new Rate(value, Double.NaN, Double.NaN);
  }

  /** Returns the share nearest to {@code value} that there can be, and so its interval. */
  static Rate within(double value, double low, double high) {
    return new Rate(clip(value), clip(low), clip(high));
  }

  /** Returns this share with an interval that begins at {@code bound} or above. */
  Rate atLeast(double bound) {
    return new Rate(Math.max(value, bound), Math.max(low, bound), Math.max(high, bound));
  }

  private static double clip(double share) {
    return Math.max(0, Math.min(1, share));
  }

  /** Returns whether there is an interval. */
  public boolean hasInterval() {
    return !Double.isNaN(low);
  }

  /** Returns a share as text in percent. */
  public static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }
}
