package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import java.util.List;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;

/**
 * Reverse cross-entropy, L(h,y) = −Σ_i h_i log e_y,i with log 0 = A, which is −A(1 − h_y) (Wang et
 * al. 2019, "Symmetric cross entropy for robust learning with noisy labels", section 3). Between 0
 * and −A; symmetric with C = −A(K − 1): the absolute error times −A/2. {@code [N,K]} logits and
 * {@code [N]} labels to {@code [N]} values.
 *
 * @param a A below 0, a factor of the loss; at −2 it is the absolute error, towards 0 the loss
 *     vanishes
 */
public record ReverseCrossEntropy(double a) implements LabelProbabilityLoss {
  /** A of the paper's experiments. */
  public static final double DEFAULT_A = -4;

  static final LossParameter A =
      LossParameter.number(
          "A",
          DEFAULT_A,
          new Interval(Double.NEGATIVE_INFINITY, false, 0, false),
          "value used for log 0");

  static final LossKind KIND =
      new LossKind(
          "rce",
          new LossKind.Definition(
              "Reverse cross-entropy",
              "−A · (1 − h_y)",
              "0 to −A",
              "Wang et al. 2019 (Symmetric cross entropy), section 3",
              List.of(
                  "A is only a factor: rce is −A/2 times mae, and A = −2 is mae.",
                  "The paper sets log 0 = A; the released code clamps the one-hot label at 1e-4"
                      + " instead, which is A = log 1e-4 ≈ −9.21. Weights published with that code"
                      + " need rce(A=-9.21).")),
          List.of(A),
          "rce",
          arguments -> new ReverseCrossEntropy(arguments.number(A)));

  public ReverseCrossEntropy {
    A.checked("rce", a);
  }

  @Override
  public Tensor at(Tensor logProbabilities) {
    return logProbabilities.expm1().mul(number(a));
  }

  @Override
  public LossSpec spec() {
    return KIND.spec(a);
  }

  @Override
  public boolean bounded() {
    return true;
  }

  @Override
  public OptionalDouble symmetryConstant(int classes) {
    return OptionalDouble.of(-a * (classes - 1));
  }

  /** Returns the normalized loss, in which A cancels. */
  @Override
  public Loss normalized() {
    return new NormalizedLoss(new ReverseCrossEntropy(DEFAULT_A), NormalizedLoss.NRCE.spec());
  }
}
