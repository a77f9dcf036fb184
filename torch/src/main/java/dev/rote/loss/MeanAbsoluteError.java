package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import java.util.List;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;

/**
 * Absolute distance of the softmax from the one-hot label, L(h,y) = Σ_i |h_i − e_y,i| = 2(1 − h_y)
 * (Ghosh et al. 2017, "Robust loss functions under label noise for deep neural networks", section
 * 3). Between 0 and 2; symmetric with C = 2(K − 1). Its gradient carries the factor h_y, so that it
 * learns slowly with many classes. {@code [N,K]} logits and {@code [N]} labels to {@code [N]}
 * values.
 */
public record MeanAbsoluteError() implements Loss {
  static final LossKind KIND =
      new LossKind(
          "mae",
          new LossKind.Definition(
              "Mean absolute error",
              "Σ |h_i − e_y,i| = 2 · (1 − h_y)",
              "0 to 2",
              "Ghosh et al. 2017 (Robust loss functions under label noise), section 3",
              List.of(
                  "Some released code uses half of it, 1 − h_y; weights published with that code"
                      + " need 0.5*mae.")),
          List.of(),
          "mae",
          arguments -> new MeanAbsoluteError());

  @Override
  public Tensor perSample(Tensor logits, Tensor labels) {
    return Probabilities.atLabel(Probabilities.of(logits), labels).mul(number(-2)).add(number(2));
  }

  @Override
  public Tensor perLabel(Tensor logits) {
    return Probabilities.of(logits).mul(number(-2)).add(number(2));
  }

  @Override
  public Tensor sumOverLabels(Tensor logits) {
    double classes = logits.size(1);
    return Probabilities.sum(Probabilities.of(logits)).mul(number(-2)).add(number(2 * classes));
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
    return OptionalDouble.of(2.0 * (classes - 1));
  }
}
