package dev.rote.net;

import org.bytedeco.pytorch.Tensor;

/** A network at fixed weights, in evaluation mode. */
@FunctionalInterface
public interface Classifier {
  /**
   * Logits of a batch, without autograd.
   *
   * @param images {@code [N,C,H,W]}, in the layout that the network asks for
   * @return {@code [N,K]}
   */
  Tensor logits(Tensor images);
}
