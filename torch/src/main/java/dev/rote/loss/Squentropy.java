package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Squentropy, cross-entropy plus the mean square of the other logits, L(z,y) = −log h_y + Σ_{j≠y}
 * z_j²/(K − 1) (Hui et al. 2023, "Cut your losses with squentropy"). From 0 without bound; not
 * symmetric. Unlike the losses of the softmax, it depends on the level of the logits. {@code [N,K]}
 * logits and {@code [N]} labels to {@code [N]} values.
 */
public record Squentropy() implements Loss {
  static final LossKind KIND =
      new LossKind(
          "squentropy",
          new LossKind.Definition(
              "Squentropy",
              "−log h_y + Σ_{j≠y} z_j² / (K − 1)",
              "0 to ∞",
              "Hui, Belkin and Wright 2023 (Cut your losses with squentropy)",
              List.of("The second term acts on the logits z.")),
          List.of(),
          "squentropy",
          arguments -> new Squentropy());

  @Override
  public Tensor perSample(Tensor logits, Tensor labels) {
    return value(
        logits,
        Probabilities.atLabel(logits.log_softmax(1), labels),
        Probabilities.squaredNorm(logits),
        Probabilities.atLabel(logits, labels));
  }

  @Override
  public Tensor perLabel(Tensor logits) {
    return value(
        logits, logits.log_softmax(1), Probabilities.squaredNorm(logits).unsqueeze(1), logits);
  }

  private static Tensor value(
      Tensor logits, Tensor logProbability, Tensor squaredNorm, Tensor atLabel) {
    double others = logits.size(1) - 1;
    return squaredNorm.sub(atLabel.mul(atLabel)).div(number(others)).sub(logProbability);
  }

  @Override
  public LossSpec spec() {
    return KIND.spec();
  }
}
