package dev.rote.loss;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Functions that several losses share. */
final class Probabilities {
  /** libtorch's code for one value per sample, without a sum or mean. */
  private static final long EACH_SAMPLE = 0;

  private static final long NO_LABEL_IGNORED = -1;

  private Probabilities() {}

  /** Returns h, {@code [N,K]}. */
  static Tensor of(Tensor logits) {
    return logits.softmax(1);
  }

  /**
   * Returns the entry of each row that its label names, {@code [N]}. Uses the kernel of the
   * negative log-likelihood, which is this entry but for the sign. The gradient of {@code gather}
   * would sort the labels in a dozen kernels where it has to be repeatable on a GPU, since it
   * cannot know that no two entries are in one row.
   */
  static Tensor atLabel(Tensor rows, Tensor labels) {
    return torch.nll_loss(rows, labels, new TensorOptional(), EACH_SAMPLE, NO_LABEL_IGNORED).neg();
  }

  /** Computes 1 − h from log h, without cancellation near h = 1. */
  static Tensor complement(Tensor logProbabilities) {
    return logProbabilities.expm1().neg();
  }

  /** Returns the sum of each row, {@code [N]}. */
  static Tensor sum(Tensor rows) {
    return rows.sum(new long[] {1}, false, new ScalarTypeOptional());
  }

  /** Returns ‖h‖² of each row, {@code [N]}. */
  static Tensor squaredNorm(Tensor h) {
    return sum(h.mul(h));
  }

  static Scalar number(double value) {
    return new Scalar(value);
  }
}
