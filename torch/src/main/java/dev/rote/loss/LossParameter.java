package dev.rote.loss;

import dev.rote.text.InputException;
import java.util.Optional;

/**
 * A parameter of a kind of loss.
 *
 * @param name as it is written before {@code =}
 * @param standard what it is where it is not given, as text; empty: it must be given
 * @param range the numbers it may be; empty where it is no number, but a loss or a noise
 * @param whole whether only whole numbers are allowed
 * @param meaning a few words
 */
public record LossParameter(
    String name, String standard, Optional<Interval> range, boolean whole, String meaning) {

  /** Numbers beyond this, or below its reciprocal, leave what float32 can compute with. */
  private static final double LARGEST = 1e12;

  /** So far below float32's largest number that gradients fit too. */
  private static final double LARGEST_VALUE = 1e30;

  static LossParameter number(String name, double standard, Interval range, String meaning) {
    return new LossParameter(
        name, dev.rote.text.Term.format(standard), Optional.of(range), false, meaning);
  }

  static LossParameter whole(String name, int standard, Interval range, String meaning) {
    return new LossParameter(name, Integer.toString(standard), Optional.of(range), true, meaning);
  }

  static LossParameter other(String name, String standard, String meaning) {
    return new LossParameter(name, standard, Optional.empty(), false, meaning);
  }

  /** The number that it is where none is given. */
  double standardNumber() {
    return Double.parseDouble(standard);
  }

  /** Returns {@code value}; refuses one outside the range. {@code loss} stands in the error. */
  double checked(String loss, double value) {
    String problem = problem(value);
    if (!problem.isEmpty()) {
      throw new InputException(loss + ": " + problem);
    }
    return value;
  }

  /**
   * Refuses parameters that are each within their range but together make values that float32 does
   * not hold.
   *
   * @param bound upper bound of the values
   */
  static void requireRepresentable(String loss, double bound) {
    if (!(bound <= LARGEST_VALUE)) {
      throw new InputException(
          loss
              + ": values up to "
              + bound
              + " are more than float32 holds; take smaller parameters");
    }
  }

  /** What is wrong with a number, or nothing. */
  String problem(double value) {
    if (!range.orElseThrow().contains(value)) {
      return name + " " + value + " is outside " + range.get();
    }
    if (value != 0 && (Math.abs(value) > LARGEST || Math.abs(value) < 1 / LARGEST)) {
      return name + " " + value + " is beyond 1e-12 to 1e12, what float32 can compute with";
    }
    return whole && value != Math.rint(value) ? name + " " + value + " is no whole number" : "";
  }
}
