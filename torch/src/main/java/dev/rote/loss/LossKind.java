package dev.rote.loss;

import dev.rote.study.LossSpec;
import dev.rote.text.Term;
import java.util.List;
import java.util.StringJoiner;

/**
 * Describes one kind of loss for {@code rote losses} and the documentation.
 *
 * @param name name in the text form
 * @param definition what it computes
 * @param parameters in the order of unnamed arguments
 * @param example text form of an example
 * @param reader creates a loss from arguments
 */
public record LossKind(
    String name,
    Definition definition,
    List<LossParameter> parameters,
    String example,
    Reader reader) {

  /**
   * Says what a loss computes, in plain text. In formulas, h is the softmax of the logits z, y the
   * label, K the number of classes, and sums over i or j go over all classes.
   *
   * @param title name in words
   * @param formula L(h,y)
   * @param bounds bounds of its values
   * @param source publication
   * @param remarks limits of the parameters, and differences between paper and released code; one
   *     sentence each
   */
  public record Definition(
      String title, String formula, String bounds, String source, List<String> remarks) {
    public Definition {
      remarks = List.copyOf(remarks);
    }
  }

  /** Creates a loss from arguments. */
  @FunctionalInterface
  interface Reader {
    Loss read(Arguments arguments);
  }

  public LossKind {
    parameters = List.copyOf(parameters);
  }

  /** Describes a loss of this kind by its arguments, in the order of the parameters. */
  LossSpec spec(Object... arguments) {
    return LossSpec.parse(text(arguments));
  }

  /** Returns arguments as text: {@code name(inner, parameter=0.5)}. */
  String text(Object... arguments) {
    StringJoiner text = new StringJoiner(", ", name + "(", ")").setEmptyValue(name);
    for (int i = 0; i < arguments.length; i++) {
      text.add(
          arguments[i] instanceof Number number
              ? parameters.get(i).name() + "=" + Term.format(number.doubleValue())
              : arguments[i].toString());
    }
    return text.toString();
  }

  Loss read(Term term) {
    String[] names = parameters.stream().map(LossParameter::name).toArray(String[]::new);
    return reader.read(new Arguments(this, term.allow(names.length, names)));
  }
}
