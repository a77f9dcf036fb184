package dev.rote.train;

import dev.rote.loss.Loss;
import dev.rote.net.Classifier;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;

/** The gradient of a loss by the images, at fixed weights. */
final class InputGradient {
  private InputGradient() {}

  /**
   * Returns ∂ℓ(f(x_i), y_i)/∂x_i of each image. In evaluation mode the logits of an image depend on
   * that image alone, so one backward pass of the sum gives all of them.
   *
   * @param network from {@link dev.rote.net.Network#differentiable}
   * @param images {@code [n,C,H,W]}, standardized, float32
   * @param labels {@code [n]}, int64
   * @return {@code [n,C,H,W]}, float32
   */
  static Tensor of(Classifier network, Loss loss, Tensor images, Tensor labels) {
    try (AutoGradMode withGradient = new AutoGradMode(true)) {
      Tensor leaf = images.detach().requires_grad_(true);
      Tensor logits = network.logits(leaf);
      // As in a training step: a loss may set the gradient of the logits itself.
      Tensor ownLogits = logits.detach().requires_grad_(true);
      loss.perSample(ownLogits, labels).sum().backward();
      logits.backward(ownLogits.grad(), new BoolOptional(), false, new TensorArrayRefOptional());
      // Copies the handle, since the one inside the leaf is freed with it.
      return new Tensor(leaf.grad());
    }
  }
}
