package dev.rote.loss;

import org.bytedeco.pytorch.Tensor;

/** A loss that depends on the probability of the labelled class alone: L(h,y) = φ(log h_y). */
interface LabelProbabilityLoss extends Loss {
  /** Computes φ, element by element. */
  Tensor at(Tensor logProbabilities);

  @Override
  default Tensor perSample(Tensor logits, Tensor labels) {
    return at(Probabilities.atLabel(logits.log_softmax(1), labels));
  }

  @Override
  default Tensor perLabel(Tensor logits) {
    return at(logits.log_softmax(1));
  }

  /** Computes all labels once, since the observed one is among them. */
  @Override
  default Tensor shareOfSum(Tensor logits, Tensor labels) {
    Tensor values = perLabel(logits);
    return Probabilities.atLabel(values, labels).div(Probabilities.sum(values));
  }
}
