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

  /** What is wrong with a number, or nothing. */
  String problem(double value) {
    if (!range.orElseThrow().contains(value)) {
      return name + " " + value + " is outside " + range.get();
    }
    return whole && value != Math.rint(value) ? name + " " + value + " is no whole number" : "";
  }
}
