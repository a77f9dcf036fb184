package dev.rote.net;

import org.bytedeco.pytorch.Tensor;

/** A network at fixed weights, in evaluation mode. */
@FunctionalInterface
public interface Classifier {
  /**
   * Computes the logits of a batch, without autograd.
   *
   * @param images {@code [N,C,H,W]}, float32, in the layout that the network asks for
   * @return {@code [N,K]}, float32
   */
  Tensor logits(Tensor images);
}
