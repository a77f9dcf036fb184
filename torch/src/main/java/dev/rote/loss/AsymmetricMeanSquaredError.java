package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Squared distance of the softmax from a·e_y, averaged over the classes, L(h,y) = Σ_i (h_i −
 * a·e_y,i)²/K = (‖h‖² − 2a·h_y + a²)/K (Wang et al. 2025, "Joint asymmetric loss for learning with
 * noisy labels"). Between (a − 1)²/K and (a² + 1)/K; not symmetric. {@code [N,K]} logits and {@code
 * [N]} labels to {@code [N]} values.
 *
 * @param a a ≥ 1; at 1 the loss is the squared error divided by K; towards infinity L/a, less a
 *     constant, is the absolute error divided by K
 */
public record AsymmetricMeanSquaredError(double a) implements Loss {
  static final LossParameter A =
      LossParameter.number(
          "a", 30, new Interval(1, true, Double.POSITIVE_INFINITY, false), "length of the target");

  static final LossKind KIND =
      new LossKind(
          "amse",
          new LossKind.Definition(
              "Scaled-target (asymmetric) mean squared error",
              "Σ (h_i − a·e_y,i)² / K = (‖h‖² − 2a·h_y + a²) / K",
              "(a − 1)²/K to (a² + 1)/K",
              "Wang et al. 2025 (Joint asymmetric loss for learning with noisy labels)",
              List.of(
                  "a = 1 is mse/K: a mean over the classes, where mse is their sum.",
                  "a → ∞: K·(L − a²/K)/a + 2 is mae.")),
          List.of(A),
          "amse",
          arguments -> new AsymmetricMeanSquaredError(arguments.number(A)));

  public AsymmetricMeanSquaredError {
    A.checked("amse", a);
  }

  @Override
  public Tensor perSample(Tensor logits, Tensor labels) {
    Tensor h = Probabilities.of(logits);
    return scaled(Probabilities.squaredNorm(h), Probabilities.atLabel(h, labels), logits.size(1));
  }

  @Override
  public Tensor perLabel(Tensor logits) {
    Tensor h = Probabilities.of(logits);
    return scaled(Probabilities.squaredNorm(h).unsqueeze(1), h, logits.size(1));
  }

  private Tensor scaled(Tensor squaredNorm, Tensor h, long classes) {
    return squaredNorm.sub(h, number(2 * a)).add(number(a * a)).div(number((double) classes));
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
