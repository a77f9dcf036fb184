package dev.rote.loss;

import dev.rote.study.LossSpec;
import dev.rote.text.Term;
import java.util.List;
import java.util.StringJoiner;

/**
 * Describes one kind of loss for {@code rote losses} and the documentation.
 *
 * <p>In formulas, h is the softmax of the logits z, y the label, K the number of classes, and sums
 * over i or j go over all classes.
 *
 * @param name name in the text form
 * @param title in words
 * @param formula L(h,y), plain text
 * @param source publication
 * @param parameters in the order of unnamed arguments
 * @param bounds bounds of its values, plain text
 * @param remarks limits of the parameters, and differences between paper and released code; one
 *     sentence each
 * @param example text form of an example
 * @param reader creates a loss from arguments
 */
public record LossKind(
    String name,
    String title,
    String formula,
    String source,
    List<LossParameter> parameters,
    String bounds,
    List<String> remarks,
    String example,
    Reader reader) {

  /** Creates a loss from arguments. */
  @FunctionalInterface
  interface Reader {
    Loss read(Arguments arguments);
  }

  public LossKind {
    parameters = List.copyOf(parameters);
    remarks = List.copyOf(remarks);
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
