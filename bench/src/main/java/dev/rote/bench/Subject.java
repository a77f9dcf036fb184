package dev.rote.bench;

import dev.rote.study.Precision;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Who trains. */
enum Subject {
  /** libtorch as a PyTorch script gets it. */
  PLAIN,
  /** The Deep Java Library. */
  DJL,
  /** This project. */
  ROTE,
  /** Nothing but oneDNN's primitives of Rote's step. */
  LIMIT;

  /** The subject that {@code text} names. */
  static Subject parse(String text) {
    return Arrays.stream(values())
        .filter(subject -> subject.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    Names.unknown(
                        "subject", text, Arrays.stream(values()).map(Subject::toString).toList())));
  }

  /** The precisions that it is measured in: baselines are what users run, and that is float32. */
  List<Precision> precisions() {
    return this == PLAIN || this == DJL
        ? List.of(Precision.FLOAT32)
        : List.of(Precision.FLOAT32, Precision.BF16);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
