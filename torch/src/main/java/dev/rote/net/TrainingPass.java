package dev.rote.net;

import org.bytedeco.pytorch.Tensor;

/**
 * One batch on its way through a network in training. Valid until the weights change, and no longer
 * than the {@code PointerScope} that it is made in.
 */
public interface TrainingPass {
  /** Returns the logits {@code [N,K]}, float32, outside of autograd. */
  Tensor logits();

  /**
   * Sets the gradients of all parameters. To be called at most once.
   *
   * @param gradient of the loss by the logits, {@code [N,K]}, float32
   */
  void backward(Tensor gradient);
}
