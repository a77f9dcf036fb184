package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Rescaled square loss of the logits z, L(z,y) = k(z_y − M)² + Σ_{j≠y} z_j² (Hui and Belkin 2020,
 * "Evaluation of neural architectures trained with square loss vs cross-entropy in classification
 * tasks"; Demirkaya et al. 2020). From 0 without bound; not symmetric. Unlike the losses of the
 * softmax, it depends on the level of the logits; {@link MeanSquaredError} is the square loss of
 * the softmax. {@code [N,K]} logits and {@code [N]} labels to {@code [N]} values.
 *
 * @param k weight of the labelled class, above 0
 * @param m M, target of the labelled logit, above 0
 */
public record RescaledSquareLoss(double k, double m) implements Loss {
  static final LossParameter WEIGHT =
      LossParameter.number("k", 1, Interval.POSITIVE, "weight of the labelled class");
  static final LossParameter TARGET =
      LossParameter.number("M", 1, Interval.POSITIVE, "target of the labelled logit");

  static final LossKind KIND =
      new LossKind(
          "square",
          new LossKind.Definition(
              "Rescaled square loss of the logits",
              "k·(z_y − M)² + Σ_{j≠y} z_j²",
              "0 to ∞",
              "Hui and Belkin 2020 (Evaluation of neural architectures trained with square loss vs"
                  + " cross-entropy)",
              List.of(
                  "It acts on the logits z; mse, the square loss of Patel and Sastry, acts on the"
                      + " softmax.",
                  "k = M = 1 is the plain square loss ‖z − e_y‖².",
                  "With many classes, a larger k and M keep the terms of the other classes from"
                      + " dominating.")),
          List.of(WEIGHT, TARGET),
          "square",
          arguments -> new RescaledSquareLoss(arguments.number(WEIGHT), arguments.number(TARGET)));

  public RescaledSquareLoss {
    WEIGHT.checked("square", k);
    TARGET.checked("square", m);
    LossParameter.requireRepresentable("square", k * m * m);
  }

  @Override
  public Tensor perSample(Tensor logits, Tensor labels) {
    return value(Probabilities.squaredNorm(logits), Probabilities.atLabel(logits, labels));
  }

  @Override
  public Tensor perLabel(Tensor logits) {
    return value(Probabilities.squaredNorm(logits).unsqueeze(1), logits);
  }

  private Tensor value(Tensor squaredNorm, Tensor atLabel) {
    Tensor missing = atLabel.sub(number(m));
    return squaredNorm.sub(atLabel.mul(atLabel)).add(missing.mul(missing).mul(number(k)));
  }

  @Override
  public LossSpec spec() {
    return KIND.spec(k, m);
  }
}
