package dev.rote.loss;

import dev.rote.study.LossSpec;
import dev.rote.text.InputException;
import java.util.List;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;

/**
 * Categorical cross-entropy, L(h,y) = −log h_y (Patel and Sastry 2021, section 2). From 0 without
 * bound; not symmetric. {@code [N,K]} logits and {@code [N]} labels to {@code [N]} values.
 */
public record CategoricalCrossEntropy() implements LabelProbabilityLoss {
  static final LossKind KIND =
      new LossKind(
          "cce",
          new LossKind.Definition(
              "Categorical cross-entropy",
              "−log h_y",
              "0 to ∞",
              "Patel and Sastry 2021 (Memorization in deep neural networks), section 2",
              List.of()),
          List.of(),
          "cce",
          arguments -> new CategoricalCrossEntropy());

  @Override
  public Tensor at(Tensor logProbabilities) {
    return logProbabilities.neg();
  }

  @Override
  public LossSpec spec() {
    return KIND.spec();
  }

  @Override
  public OptionalDouble symmetryConstant(int classes) {
    return OptionalDouble.empty();
  }

  @Override
  public Loss normalized() {
    throw new InputException(
        spec() + " is not bounded; for the normalization of Ma et al. write " + "nce");
  }
}
