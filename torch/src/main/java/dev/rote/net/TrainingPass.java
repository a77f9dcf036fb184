package dev.rote.net;

import org.bytedeco.pytorch.Tensor;

/**
 * The forward and backward pass of one batch in training. Valid until the weights change, and at
 * most as long as the {@code PointerScope} in which it was created.
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
