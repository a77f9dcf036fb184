package dev.rote.noise;

import dev.rote.text.Term;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * One kind of label noise.
 *
 * @param name name in the text form
 * @param reader creates a noise from a term of that name
 */
record NoiseKind(String name, Function<Term, LabelNoise> reader) {
  /** Returns the only argument, a rate. */
  static double rate(Term term) {
    return term.allow(1, "rate").required("rate", 0).number();
  }

  /** Returns the only argument, a file. */
  static NoiseFile file(Term term) {
    Term file = term.allow(1, "file").required("file", 0);
    try {
      return new NoiseFile(Path.of(file.name()));
    } catch (InvalidPathException e) {
      throw file.error("'" + file.name() + "' is not a path: " + e.getReason());
    }
  }
}
