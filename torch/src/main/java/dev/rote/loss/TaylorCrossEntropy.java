package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import java.util.List;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;

/**
 * Taylor cross-entropy, the first t terms of the series of cross-entropy around h_y = 1, L(h,y) =
 * Σ_{i=1..t} (1 − h_y)^i/i (Feng et al. 2020, "Can cross entropy loss be robust to label noise?").
 * Between 0 and Σ 1/i; symmetric for t = 1 only. {@code [N,K]} logits and {@code [N]} labels to
 * {@code [N]} values.
 *
 * @param order t from 1 to 100; at 1 the loss is half the absolute error, towards infinity
 *     cross-entropy
 */
public record TaylorCrossEntropy(int order) implements LabelProbabilityLoss {
  static final LossParameter ORDER =
      LossParameter.whole("order", 2, new Interval(1, true, 100, true), "t, number of terms");

  static final LossKind KIND =
      new LossKind(
          "taylor-ce",
          new LossKind.Definition(
              "Taylor cross-entropy",
              "Σ_{i=1..t} (1 − h_y)^i / i",
              "0 to 1 + 1/2 + … + 1/t",
              "Feng et al. 2020 (Can cross entropy loss be robust to label noise?)",
              List.of("t = 1 is mae/2, and symmetric.", "t → ∞ is cce.")),
          List.of(ORDER),
          "taylor-ce",
          arguments -> new TaylorCrossEntropy((int) arguments.number(ORDER)));

  public TaylorCrossEntropy {
    ORDER.checked("taylor-ce", order);
  }

  @Override
  public Tensor at(Tensor logProbabilities) {
    Tensor rest = Probabilities.complement(logProbabilities);
    // Horner's scheme, from the last term
    Tensor sum = rest.mul(number(1.0 / order));
    for (int i = order - 1; i >= 1; i--) {
      sum = sum.add(number(1.0 / i)).mul(rest);
    }
    return sum;
  }

  @Override
  public LossSpec spec() {
    return KIND.spec(order);
  }

  @Override
  public boolean bounded() {
    return true;
  }

  @Override
  public OptionalDouble symmetryConstant(int classes) {
    return order == 1 ? OptionalDouble.of(classes - 1) : OptionalDouble.empty();
  }
}
