package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import java.util.List;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;

/**
 * Asymmetric generalized cross-entropy, L(h,y) = ((a + 1)^q − (a + h_y)^q)/q (Zhou et al. 2021,
 * "Asymmetric loss functions for learning with noisy labels"). Between 0 and ((a + 1)^q − a^q)/q;
 * symmetric for q = 1 only. {@code [N,K]} logits and {@code [N]} labels to {@code [N]} values.
 *
 * @param a a > 0; towards 0 the loss is generalized cross-entropy
 * @param q q > 0; at 1 the loss is half the absolute error for every a; towards 0 it is log((a +
 *     1)/(a + h_y))
 */
public record AsymmetricGeneralizedCrossEntropy(double a, double q)
    implements LabelProbabilityLoss {
  static final LossParameter A =
      LossParameter.number("a", 0.6, Interval.POSITIVE, "added to the probability");
  static final LossParameter Q = LossParameter.number("q", 0.6, Interval.POSITIVE, "exponent");

  static final LossKind KIND =
      new LossKind(
          "agce",
          new LossKind.Definition(
              "Asymmetric generalized cross-entropy",
              "((a + 1)^q − (a + h_y)^q) / q",
              "0 to ((a + 1)^q − a^q)/q",
              "Zhou et al. 2021 (Asymmetric loss functions for learning with noisy labels)",
              List.of(
                  "a → 0 is gce(q).",
                  "q = 1 is mae/2 for every a, and symmetric.",
                  "q → 0 is log((a + 1)/(a + h_y)).",
                  "The defaults are those of the authors for CIFAR-10; with nce they use a = 6, q ="
                      + " 1.5 and the sum nce + 4*agce(a=6, q=1.5).")),
          List.of(A, Q),
          "agce",
          arguments ->
              new AsymmetricGeneralizedCrossEntropy(arguments.number(A), arguments.number(Q)));

  public AsymmetricGeneralizedCrossEntropy {
    A.checked("agce", a);
    Q.checked("agce", q);
    LossParameter.requireRepresentable("agce", Math.pow(a + 1, q) / q);
  }

  @Override
  public Tensor at(Tensor logProbabilities) {
    // log((a + h)/(a + 1)), in the form that does not cancel
    Tensor logRatio =
        a < 1
            ? logProbabilities.exp().add(number(a)).log().sub(number(Math.log1p(a)))
            : logProbabilities.expm1().div(number(a + 1)).log1p();
    return logRatio.mul(number(q)).expm1().mul(number(-Math.pow(a + 1, q) / q));
  }

  @Override
  public LossSpec spec() {
    return KIND.spec(a, q);
  }

  @Override
  public boolean bounded() {
    return true;
  }

  @Override
  public OptionalDouble symmetryConstant(int classes) {
    return q == 1 ? OptionalDouble.of(classes - 1) : OptionalDouble.empty();
  }
}
