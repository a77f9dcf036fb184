package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Asymmetric exponential loss, L(h,y) = exp(−h_y/a) (Zhou et al. 2021, "Asymmetric loss functions
 * for learning with noisy labels"). Between exp(−1/a) and 1: its smallest value is not 0. Not
 * symmetric. {@code [N,K]} logits and {@code [N]} labels to {@code [N]} values.
 *
 * @param a a ≥ 0.02; towards infinity a·(L − 1) + 1 is half the absolute error; towards 0 the loss
 *     would be flat except near h_y = 0
 */
public record AsymmetricExponentialLoss(double a) implements LabelProbabilityLoss {
  static final LossParameter A =
      LossParameter.number(
          "a",
          2.5,
          new Interval(0.02, true, Double.POSITIVE_INFINITY, false),
          "width of the exponential");

  static final LossKind KIND =
      new LossKind(
          "ael",
          new LossKind.Definition(
              "Asymmetric exponential loss",
              "exp(−h_y / a)",
              "exp(−1/a) to 1",
              "Zhou et al. 2021 (Asymmetric loss functions for learning with noisy labels)",
              List.of(
                  "a → 0 is 0 wherever h_y > 0, so that nothing is learned; from 0.02 on exp(−1/a)"
                      + " can be told from 0.",
                  "a → ∞: a·(L − 1) + 1 is mae/2, so the gradient is that of mae/(2a).",
                  "The default is that of the authors for CIFAR-10; with nce they use the sum nce +"
                      + " 4*ael(a=5).")),
          List.of(A),
          "ael",
          arguments -> new AsymmetricExponentialLoss(arguments.number(A)));

  public AsymmetricExponentialLoss {
    A.checked("ael", a);
  }

  @Override
  public Tensor at(Tensor logProbabilities) {
    return logProbabilities.exp().mul(number(-1 / a)).exp();
  }

  @Override
  public LossSpec spec() {
    return KIND.spec(a);
  }

  @Override
  public boolean bounded() {
    return true;
  }
}
