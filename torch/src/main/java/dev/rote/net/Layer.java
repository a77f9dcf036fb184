package dev.rote.net;

import org.bytedeco.pytorch.Tensor;

/** A part of a network: activations in, activations out. */
@FunctionalInterface
interface Layer {
  /** The result may share memory with {@code input}, or be written over by the next layer. */
  Tensor forward(Tensor input, boolean training);

  /**
   * The same at the present weights, for evaluation only and without autograd; what it holds lives
   * as long as the {@code PointerScope} that it is made in.
   */
  default Layer frozen() {
    return this;
  }

  /** ReLU that writes over its input, which must not be needed by anyone else. */
  static Layer relu() {
    return (input, training) -> input.relu_();
  }

  /** Mean over height and width: {@code [N,C,H,W]} to {@code [N,C]}. */
  static Layer meanPool() {
    return (input, training) -> input.mean(2, 3);
  }
}
