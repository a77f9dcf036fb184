package dev.rote.noise;

import dev.rote.text.InputException;
import dev.rote.text.Names;
import dev.rote.text.Term;
import java.util.List;

/** Creates label noises from their descriptions. */
final class Noises {
  /** All kinds: a new one is a class and a line here. */
  private static final List<NoiseKind> KINDS =
      List.of(
          NoNoise.KIND,
          SymmetricNoise.KIND,
          UniformNoise.KIND,
          PairNoise.KIND,
          MatrixNoise.KIND,
          GivenLabels.KIND,
          FixedNoise.KIND);

  private Noises() {}

  /** Creates the noise that a term describes. */
  static LabelNoise read(Term term) {
    return KINDS.stream()
        .filter(kind -> kind.name().equals(term.name()))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    Names.unknown(
                        "label noise", term.name(), KINDS.stream().map(NoiseKind::name).toList())))
        .reader()
        .apply(term);
  }
}
