package dev.rote.loss;

import dev.rote.study.LossSpec;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import dev.rote.text.Term;
import java.util.List;
import java.util.Optional;

/** Creates losses from their descriptions. */
public final class Losses {
  private static final List<LossKind> KINDS =
      List.of(
          CategoricalCrossEntropy.KIND,
          MeanSquaredError.KIND,
          MeanAbsoluteError.KIND,
          RobustLogLoss.KIND,
          NormalizedLoss.KIND,
          FocalLoss.KIND,
          GeneralizedCrossEntropy.KIND,
          TruncatedCrossEntropy.KIND,
          SymmetricCrossEntropy.KIND,
          ReverseCrossEntropy.KIND,
          NormalizedLoss.NCE,
          NormalizedLoss.NFL,
          NormalizedLoss.NGCE,
          NormalizedLoss.NRCE,
          AsymmetricUnhingedLoss.KIND,
          AsymmetricGeneralizedCrossEntropy.KIND,
          AsymmetricExponentialLoss.KIND,
          AsymmetricMeanSquaredError.KIND,
          TaylorCrossEntropy.KIND,
          JensenShannonLoss.KIND,
          LabelSmoothing.KIND,
          EpsilonSoftmax.KIND,
          LogitBias.KIND,
          ForwardCorrection.KIND,
          BackwardCorrection.KIND,
          RescaledSquareLoss.KIND,
          Squentropy.KIND);

  /** Names that {@link #parse} knows, apart from {@code class}. */
  public static final List<String> NAMES = KINDS.stream().map(LossKind::name).toList();

  private Losses() {}

  /** Returns all kinds of loss. */
  public static List<LossKind> kinds() {
    return KINDS;
  }

  /**
   * Returns the loss that {@code text} names: {@code cce}, {@code rll(alpha=0.1)} (also {@code
   * rll(0.1)}, and {@code rll} with its default), {@code normalized(mse)}, {@code forward(cce,
   * symmetric(0.4))}, a sum such as {@code nce + 10*rce}, or a class of your own, {@code
   * com.example.MyLoss} or {@code class(com.example.MyLoss, 0.5)}, made by its constructor of as
   * many numbers. {@link Loss#spec()} describes it with all arguments.
   *
   * @throws InputException if the text is not understood, with the nearest name or the column
   */
  public static Loss parse(String text) {
    return of(LossSpec.parse(text));
  }

  /**
   * Returns the loss that {@code spec} describes, with defaults for missing arguments.
   *
   * @throws InputException if a name is unknown or an argument is missing or out of range
   */
  public static Loss of(LossSpec spec) {
    List<Term.Weighted> sum = spec.parts();
    if (sum.size() == 1 && sum.get(0).weight() == 1) {
      return of(sum.get(0).term());
    }
    return new WeightedSum(sum.stream().map(Losses::part).toList());
  }

  private static WeightedSum.Part part(Term.Weighted weighted) {
    String problem = WeightedSum.WEIGHT.problem(weighted.weight());
    if (!problem.isEmpty()) {
      throw weighted.term().error(problem);
    }
    return new WeightedSum.Part(weighted.weight(), of(weighted.term()));
  }

  static Loss of(Term term) {
    Optional<LossKind> kind =
        KINDS.stream().filter(known -> known.name().equals(term.name())).findFirst();
    if (kind.isPresent()) {
      return kind.get().read(term);
    }
    if (term.name().equals("class")) {
      return UserLoss.read(term);
    }
    if (term.name().matches("[\\p{L}_][\\p{L}\\d_]*(\\.[\\p{L}_][\\p{L}\\d_]*)+")) {
      return UserLoss.named(term);
    }
    throw term.error(Names.unknown("loss", term.name(), NAMES));
  }
}
