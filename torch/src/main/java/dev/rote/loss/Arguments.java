package dev.rote.loss;

import dev.rote.text.InputException;
import dev.rote.text.Term;
import java.util.Optional;

/** The arguments of a loss in a text form. */
record Arguments(LossKind kind, Term term) {
  /** Returns the argument for a parameter, by name or by position. */
  Optional<Term> given(LossParameter parameter) {
    return term.argument(parameter.name(), kind.parameters().indexOf(parameter));
  }

  /** Returns the number for a parameter, or its default; an error points at the argument. */
  double number(LossParameter parameter) {
    return given(parameter)
        .map(argument -> checked(parameter, argument))
        .orElseGet(parameter::standardNumber);
  }

  double checked(LossParameter parameter, Term argument) {
    double value = argument.number();
    String problem = parameter.problem(value);
    if (!problem.isEmpty()) {
      throw argument.error(kind.name() + ": " + problem);
    }
    return value;
  }

  /** Returns the loss for a parameter that is one. */
  Loss loss(LossParameter parameter) {
    if (parameter.standard().isEmpty()) {
      return Losses.of(term.required(parameter.name(), kind.parameters().indexOf(parameter)));
    }
    return given(parameter).map(Losses::of).orElseGet(() -> Losses.parse(parameter.standard()));
  }

  InputException error(String message) {
    return term.error(message);
  }
}
