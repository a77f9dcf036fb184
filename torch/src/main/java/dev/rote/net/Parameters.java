package dev.rote.net;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * The trainable parameters and the buffers of a network.
 *
 * <p>All parameters lie one after another in one float32 tensor, and their gradients in another, so
 * that an optimizer step is a few operations on two large tensors. Each parameter is a leaf of
 * autograd whose storage and gradient are views of these.
 */
public final class Parameters {
  /** All parameters, {@code [P]} float32. */
  public Tensor flat() {
    throw new UnsupportedOperationException();
  }

  /** Gradients of all parameters, {@code [P]} float32; backward adds to it. */
  public Tensor flatGradient() {
    throw new UnsupportedOperationException();
  }

  /** Number of trainable scalars, P. */
  public long count() {
    throw new UnsupportedOperationException();
  }

  /**
   * Parameters then buffers by name, in order of creation: views of live storage, as in a PyTorch
   * state dict.
   */
  public Map<String, Tensor> named() {
    throw new UnsupportedOperationException();
  }
}
