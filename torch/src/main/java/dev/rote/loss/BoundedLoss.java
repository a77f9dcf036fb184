package dev.rote.loss;

import org.bytedeco.pytorch.Tensor;

/** A loss whose sum over all labels is finite, so that it can be normalized. */
interface BoundedLoss extends Loss {
  /**
   * Σ_j L(h,j), the loss of each sample summed over all labels it might have.
   *
   * @param logits {@code [N,K]}
   * @return {@code [N]}
   */
  Tensor sumOverLabels(Tensor logits);

  @Override
  default boolean bounded() {
    return true;
  }
}
