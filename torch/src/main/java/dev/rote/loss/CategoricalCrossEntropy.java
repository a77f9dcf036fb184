package dev.rote.loss;

import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;

/**
 * Categorical cross-entropy, L(h,y) = −log h_y (Patel and Sastry 2021, section 2). From 0 without
 * bound; not symmetric.
 */
public record CategoricalCrossEntropy() implements Loss {
  @Override
  public Tensor perSample(Tensor logits, Tensor labels) {
    return Probabilities.atLabel(logits.log_softmax(1), labels).neg();
  }

  @Override
  public String spec() {
    return "cce";
  }

  @Override
  public boolean bounded() {
    return false;
  }

  @Override
  public OptionalDouble symmetryConstant(int classes) {
    return OptionalDouble.empty();
  }
}
