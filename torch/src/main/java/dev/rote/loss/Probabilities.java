package dev.rote.loss;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/** Pieces that several losses are made of. */
final class Probabilities {
  private Probabilities() {}

  /** h, {@code [N,K]}. */
  static Tensor of(Tensor logits) {
    return logits.softmax(1);
  }

  /** The entry of each row that its label names, {@code [N]}. */
  static Tensor atLabel(Tensor rows, Tensor labels) {
    return rows.gather(1, labels.unsqueeze(1)).squeeze(1);
  }

  /** 1 − h from log h, without cancellation near h = 1. */
  static Tensor complement(Tensor logProbabilities) {
    return logProbabilities.expm1().neg();
  }

  /** Sum of each row, {@code [N]}. */
  static Tensor sum(Tensor rows) {
    return rows.sum(new long[] {1}, false, new ScalarTypeOptional());
  }

  /** ‖h‖² of each row, {@code [N]}. */
  static Tensor squaredNorm(Tensor h) {
    return sum(h.mul(h));
  }

  static Scalar number(double value) {
    return new Scalar(value);
  }
}
