package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import java.util.List;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;

/**
 * Squared distance of the softmax from the one-hot label, L(h,y) = Σ_i (h_i − e_y,i)² = ‖h‖² − 2h_y
 * + 1 (Patel and Sastry 2021, section 2; a sum over the classes, not their mean). Between 0 and 2;
 * bounded, not symmetric: the sum over labels, K‖h‖² + K − 2, depends on h. {@code [N,K]} logits
 * and {@code [N]} labels to {@code [N]} values.
 */
public record MeanSquaredError() implements Loss {
  static final LossKind KIND =
      new LossKind(
          "mse",
          new LossKind.Definition(
              "Mean squared error",
              "Σ (h_i − e_y,i)² = ‖h‖² − 2·h_y + 1",
              "0 to 2",
              "Patel and Sastry 2021 (Memorization in deep neural networks), section 2",
              List.of("A sum over the classes, not their mean.")),
          List.of(),
          "mse",
          arguments -> new MeanSquaredError());

  @Override
  public Tensor perSample(Tensor logits, Tensor labels) {
    Tensor h = Probabilities.of(logits);
    Tensor atLabel = Probabilities.atLabel(h, labels);
    return Probabilities.squaredNorm(h).sub(atLabel.mul(number(2))).add(number(1));
  }

  @Override
  public Tensor perLabel(Tensor logits) {
    Tensor h = Probabilities.of(logits);
    return Probabilities.squaredNorm(h).unsqueeze(1).sub(h.mul(number(2))).add(number(1));
  }

  @Override
  public Tensor sumOverLabels(Tensor logits) {
    double classes = logits.size(1);
    return Probabilities.squaredNorm(Probabilities.of(logits))
        .mul(number(classes))
        .add(number(classes - 2));
  }

  @Override
  public boolean bounded() {
    return true;
  }

  @Override
  public LossSpec spec() {
    return KIND.spec();
  }

  @Override
  public OptionalDouble symmetryConstant(int classes) {
    return OptionalDouble.empty();
  }
}
