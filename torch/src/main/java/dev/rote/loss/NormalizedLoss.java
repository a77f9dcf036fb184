package dev.rote.loss;

import dev.rote.text.InputException;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;

/**
 * A bounded loss divided by its sum over all labels, L̄(h,y) = L(h,y) / Σ_s L(h,s) (Patel and
 * Sastry 2021, eq. 3). Between 0 and 1; symmetric with C = 1. An unbounded loss is refused, since
 * its sum over labels has no bound either.
 *
 * @param inner the loss that is normalized
 */
public record NormalizedLoss(Loss inner) implements BoundedLoss {
  public NormalizedLoss {
    if (!(inner instanceof BoundedLoss)) {
      throw new InputException(
          "normalized("
              + inner.spec()
              + "): "
              + inner.spec()
              + " is not bounded; bounded are mse, mae, rll");
    }
  }

  @Override
  public Tensor perSample(Tensor logits, Tensor labels) {
    return inner.perSample(logits, labels).div(((BoundedLoss) inner).sumOverLabels(logits));
  }

  @Override
  public Tensor sumOverLabels(Tensor logits) {
    Tensor sum = ((BoundedLoss) inner).sumOverLabels(logits);
    return sum.div(sum);
  }

  @Override
  public String spec() {
    return "normalized(" + inner.spec() + ")";
  }

  @Override
  public OptionalDouble symmetryConstant(int classes) {
    return OptionalDouble.of(1);
  }
}
