package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import java.util.List;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;

/**
 * Asymmetric unhinged loss, L(h,y) = ((a − h_y)^p − (a − 1)^p)/p (Zhou et al. 2021, "Asymmetric
 * loss functions for learning with noisy labels"). Between 0 and (a^p − (a − 1)^p)/p; symmetric for
 * p = 1 only. {@code [N,K]} logits and {@code [N]} labels to {@code [N]} values.
 *
 * @param a a > 1; towards 1 the loss is (1 − h_y)^p/p
 * @param p p > 0; at 1 the loss is half the absolute error for every a; towards 0 it is log((a −
 *     h_y)/(a − 1))
 */
public record AsymmetricUnhingedLoss(double a, double p) implements LabelProbabilityLoss {
  static final LossParameter A =
      LossParameter.number(
          "a",
          5.5,
          new Interval(1, false, Double.POSITIVE_INFINITY, false),
          "constant that the probability is subtracted from");
  static final LossParameter P = LossParameter.number("p", 3, Interval.POSITIVE, "exponent");

  static final LossKind KIND =
      new LossKind(
          "aul",
          new LossKind.Definition(
              "Asymmetric unhinged loss",
              "((a − h_y)^p − (a − 1)^p) / p",
              "0 to (a^p − (a − 1)^p)/p",
              "Zhou et al. 2021 (Asymmetric loss functions for learning with noisy labels)",
              List.of(
                  "a → 1 is (1 − h_y)^p / p.",
                  "p = 1 is mae/2 for every a, and symmetric.",
                  "p → 0 is log((a − h_y)/(a − 1)).",
                  "The defaults are those of the authors for CIFAR-10; with nce they use the sum"
                      + " nce + 4*aul(a=6.3, p=1.5). Their code calls the exponent q.")),
          List.of(A, P),
          "aul",
          arguments -> new AsymmetricUnhingedLoss(arguments.number(A), arguments.number(P)));

  public AsymmetricUnhingedLoss {
    A.checked("aul", a);
    P.checked("aul", p);
    LossParameter.requireRepresentable("aul", Math.pow(a, p) / p);
  }

  @Override
  public Tensor at(Tensor logProbabilities) {
    Tensor rest = Probabilities.complement(logProbabilities);
    double margin = a - 1;
    return margin < 1
        ? rest.add(number(margin)).pow(number(p)).sub(number(Math.pow(margin, p))).div(number(p))
        // the same, in the form that does not cancel where a is large
        : rest.div(number(margin))
            .log1p()
            .mul(number(p))
            .expm1()
            .mul(number(Math.pow(margin, p) / p));
  }

  @Override
  public LossSpec spec() {
    return KIND.spec(a, p);
  }

  @Override
  public boolean bounded() {
    return true;
  }

  @Override
  public OptionalDouble symmetryConstant(int classes) {
    return p == 1 ? OptionalDouble.of(classes - 1) : OptionalDouble.empty();
  }
}
