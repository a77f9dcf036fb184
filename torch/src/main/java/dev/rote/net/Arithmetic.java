package dev.rote.net;

/**
 * What a network multiplies and adds for one image: the products of its convolutions and linear
 * layers, which are all but everything. Taps of a kernel that meet nothing but the margin and are
 * left out do not count; zeros of a margin that are multiplied do.
 *
 * @param forward multiplications, each with its addition, on the way to the logits
 * @param backward the same on the way back, for the gradients of weights and activations; the
 *     images need none
 */
public record Arithmetic(long forward, long backward) {
  /** Nothing. */
  static final Arithmetic NONE = new Arithmetic(0, 0);

  /**
   * Of a layer that multiplies.
   *
   * @param products multiplications of its forward pass
   * @param inputGradient whether the gradient of its input is wanted, beside that of its weight
   */
  static Arithmetic of(long products, boolean inputGradient) {
    return new Arithmetic(products, inputGradient ? 2 * products : products);
  }

  Arithmetic plus(Arithmetic other) {
    return new Arithmetic(forward + other.forward, backward + other.backward);
  }

  /** Floating-point operations of a look at an image: a multiplication and an addition are two. */
  public double measuringFlops() {
    return 2.0 * forward;
  }

  /** Floating-point operations of a training step, an image's part. */
  public double trainingFlops() {
    return 2.0 * (forward + backward);
  }
}
