package dev.rote.loss;

import dev.rote.text.InputException;
import dev.rote.text.Names;
import dev.rote.text.Term;
import java.util.List;

/** Losses by their text. */
public final class Losses {
  /** Names that {@link #parse} knows. */
  public static final List<String> NAMES = List.of("cce", "mse", "mae", "rll", "normalized");

  private Losses() {}

  /**
   * The loss that {@code text} names: {@code cce}, {@code mse}, {@code mae}, {@code rll(alpha=0.1)}
   * (also {@code rll}, with {@value RobustLogLoss#DEFAULT_ALPHA}), {@code normalized(mse)}.
   *
   * @throws InputException if the text is not understood, with the nearest name or the column
   */
  public static Loss parse(String text) {
    return of(Term.parse(text));
  }

  private static Loss of(Term term) {
    return switch (term.name()) {
      case "cce" -> {
        term.allow(0);
        yield new CategoricalCrossEntropy();
      }
      case "mse" -> {
        term.allow(0);
        yield new MeanSquaredError();
      }
      case "mae" -> {
        term.allow(0);
        yield new MeanAbsoluteError();
      }
      case "rll" ->
          new RobustLogLoss(
              term.allow(1, "alpha")
                  .argument("alpha", 0)
                  .map(Term::number)
                  .orElse(RobustLogLoss.DEFAULT_ALPHA));
      case "normalized" -> new NormalizedLoss(of(term.allow(1, "loss").required("loss", 0)));
      default -> throw term.error(Names.unknown("loss", term.name(), NAMES));
    };
  }
}
