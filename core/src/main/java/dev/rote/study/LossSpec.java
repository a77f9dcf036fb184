package dev.rote.study;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.rote.text.InputException;
import dev.rote.text.Term;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * A loss as a value: a name with arguments, or a weighted sum of such terms. Two are equal if their
 * canonical text forms are, which do not depend on spaces or the notation of numbers. {@code
 * dev.rote.loss.Losses} defines the names and the defaults of missing arguments; the losses of
 * planned and stored runs state every argument.
 *
 * @param parts one or more
 */
public record LossSpec(List<Term.Weighted> parts) {
  /** Categorical cross-entropy. */
  public static final LossSpec CCE = parse("cce");

  /** Mean squared error of the softmax. */
  public static final LossSpec MSE = parse("mse");

  /** Normalized mean squared error. */
  public static final LossSpec NORMALIZED_MSE = parse("normalized(mse)");

  private static final String RLL = "rll";
  private static final String ALPHA = "alpha";

  public LossSpec {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new InputException("a sum of no losses");
    }
  }

  /**
   * Reads the text form: {@code cce}, {@code rll(alpha=0.1)}, {@code nce + 10*rce}.
   *
   * @throws InputException if the text does not follow the grammar
   */
  @JsonCreator
  public static LossSpec parse(String text) {
    return new LossSpec(Term.parseSum(text));
  }

  /** Returns robust log loss with this α. */
  public static LossSpec rll(double alpha) {
    return parse(RLL + "(" + ALPHA + "=" + Term.format(alpha) + ")");
  }

  /** Returns α of a complete robust log loss; empty for any other loss. */
  public OptionalDouble alphaOfRll() {
    Term first = parts.get(0).term();
    return parts.size() == 1 && parts.get(0).weight() == 1 && first.name().equals(RLL)
        ? OptionalDouble.of(first.required(ALPHA, 0).number())
        : OptionalDouble.empty();
  }

  /** Returns whether this is robust log loss with any α. */
  public boolean isRll() {
    return alphaOfRll().isPresent();
  }

  /** Returns the text form, with single spaces and numbers in their shortest notation. */
  @JsonValue
  @Override
  public String toString() {
    return parts.stream().map(Term.Weighted::toString).collect(Collectors.joining(" + "));
  }
}
