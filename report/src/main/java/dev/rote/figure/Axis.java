package dev.rote.figure;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An axis.
 *
 * @param label what is measured, with its unit
 * @param min lower end
 * @param max upper end, above {@code min}
 * @param powers whether places along it are logarithms to the base of ten, and marked with what
 *     they are logarithms of
 */
public record Axis(String label, double min, double max, boolean powers) {
  private static final int ABOUT_TICKS = 5;
  private static final int LEAST_WRITTEN_AS_POWER = 4;
  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  public Axis {
    if (!(max > min)) {
      throw new IllegalArgumentException("axis '" + label + "' from " + min + " to " + max);
    }
  }

  /** Makes an axis on which places are values. */
  public Axis(String label, double min, double max) {
    this(label, min, max, false);
  }

  /** Returns a logarithmic axis between whole powers of ten around two values above 0. */
  public static Axis powersOfTen(String label, double low, double high) {
    double from = Math.floor(Math.log10(low) + 1e-9);
    double to = Math.ceil(Math.log10(high) - 1e-9);
    return new Axis(label, from, to > from ? to : from + 1, true);
  }

  /** Returns an axis that holds all values, with round ends. */
  public static Axis holding(String label, double low, double high) {
    double span = high > low ? high - low : Math.max(1e-9, Math.abs(high));
    double step = step(span);
    double from = Math.floor(low / step + 1e-9) * step;
    double to = Math.ceil(high / step - 1e-9) * step;
    return new Axis(label, from, to > from ? to : from + step);
  }

  /** Returns round values along the axis, including ends that are round. */
  public List<Double> ticks() {
    double step = powers ? Math.max(1, step(max - min)) : step(max - min);
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(min / step - 1e-9); i * step <= max + 1e-9 * step; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** Returns a tick as text: no more digits than the step has. */
  String text(double tick) {
    if (powers) {
      int exponent = (int) Math.round(tick);
      return exponent < LEAST_WRITTEN_AS_POWER
          ? BigDecimal.ONE.scaleByPowerOfTen(exponent).toPlainString()
          : "10"
              + Integer.toString(exponent)
                  .chars()
                  .mapToObj(digit -> SUPERSCRIPTS.substring(digit - '0', digit - '0' + 1))
                  .collect(Collectors.joining());
    }
    int digits = Math.max(0, (int) -Math.floor(Math.log10(step(max - min)) + 1e-9));
    return BigDecimal.valueOf(tick)
        .setScale(Math.min(digits, 9), java.math.RoundingMode.HALF_EVEN)
        .toPlainString();
  }

  /** Returns 1, 2 or 5 times a power of ten, so that about five steps fit. */
  private static double step(double span) {
    double raw = span / ABOUT_TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double factor = raw / power;
    return power * (factor <= 1.0001 ? 1 : factor <= 2.0001 ? 2 : factor <= 5.0001 ? 5 : 10);
  }
}
