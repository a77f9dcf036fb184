package dev.rote.loss;

import dev.rote.text.InputException;
import dev.rote.text.Term;
import java.util.Optional;

/**
 * A parameter of a kind of loss.
 *
 * @param name as written before {@code =}
 * @param standard default as text; empty if it must be given
 * @param range the numbers it may be; empty if it is a loss or a noise instead of a number
 * @param whole whether only integers are allowed
 * @param meaning description in a few words
 */
public record LossParameter(
    String name, String standard, Optional<Interval> range, boolean whole, String meaning) {

  /** Numbers above this, or below its reciprocal, exceed what float32 can compute with. */
  private static final double LARGEST = 1e12;

  /** Below float32's largest number by enough for gradients to fit too. */
  private static final double LARGEST_VALUE = 1e30;

  static LossParameter number(String name, double standard, Interval range, String meaning) {
    return new LossParameter(name, Term.format(standard), Optional.of(range), false, meaning);
  }

  static LossParameter whole(String name, int standard, Interval range, String meaning) {
    return new LossParameter(name, Integer.toString(standard), Optional.of(range), true, meaning);
  }

  static LossParameter other(String name, String standard, String meaning) {
    return new LossParameter(name, standard, Optional.empty(), false, meaning);
  }

  /** Returns the number that it is where none is given. */
  double standardNumber() {
    return Double.parseDouble(standard);
  }

  /** Returns {@code value}; refuses one outside the range. {@code loss} is named in the error. */
  double checked(String loss, double value) {
    String problem = problem(value);
    if (!problem.isEmpty()) {
      throw new InputException(loss + ": " + problem);
    }
    return value;
  }

  /**
   * Refuses parameters that are within their ranges but together give values beyond float32.
   *
   * @param bound upper bound of the values
   */
  static void requireRepresentable(String loss, double bound) {
    if (!(bound <= LARGEST_VALUE)) {
      throw new InputException(
          loss
              + ": values up to "
              + bound
              + " exceed the range of float32; use smaller parameters");
    }
  }

  /** Returns the problem with a number; empty if there is none. */
  String problem(double value) {
    if (!range.orElseThrow().contains(value)) {
      return name + " " + value + " is outside " + range.get();
    }
    if (value != 0 && (Math.abs(value) > LARGEST || Math.abs(value) < 1 / LARGEST)) {
      return name
          + " "
          + value
          + " is outside [1e-12, 1e12], the range that float32 can compute with";
    }
    return whole && value != Math.rint(value) ? name + " " + value + " is not an integer" : "";
  }
}
