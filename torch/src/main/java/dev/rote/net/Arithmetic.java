package dev.rote.net;

/**
 * Multiplications and additions of a network for one image, in its convolutions and linear layers,
 * which are nearly all of them. Taps of a kernel that meet only padding and are left out do not
 * count; multiplied zeros of the padding do.
 *
 * @param forward multiplications, each with its addition, of the forward pass
 * @param backward multiplications of the backward pass, for the gradients of weights and
 *     activations but not of the images
 */
public record Arithmetic(long forward, long backward) {
  /** No multiplications. */
  static final Arithmetic NONE = new Arithmetic(0, 0);

  /**
   * Returns the arithmetic of a layer.
   *
   * @param products multiplications of its forward pass
   * @param inputGradient whether it also computes the gradient of its input
   */
  static Arithmetic of(long products, boolean inputGradient) {
    return new Arithmetic(products, inputGradient ? 2 * products : products);
  }

  Arithmetic plus(Arithmetic other) {
    return new Arithmetic(forward + other.forward, backward + other.backward);
  }

  /**
   * Returns the floating-point operations to evaluate an image; a multiplication and an addition
   * are two.
   */
  public double measuringFlops() {
    return 2.0 * forward;
  }

  /** Returns the floating-point operations of a training step per image. */
  public double trainingFlops() {
    return 2.0 * (forward + backward);
  }
}
