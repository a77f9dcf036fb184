package dev.rote.net;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A part of a network: activations in, activations out. In training it also says how gradients come
 * back, so that no autograd is needed, which knows nothing of the kernels used here.
 */
interface Layer {
  /**
   * The layer in training, without autograd.
   *
   * @param input must stay as it is until the pullback is done
   * @param inputGradient whether the gradient of the input is wanted
   */
  Output train(Tensor input, boolean inputGradient);

  /**
   * The same at the present weights, for evaluation only; what it holds lives as long as the {@code
   * PointerScope} that it is made in. Its result may share memory with its input, or be written
   * over by the next layer.
   */
  UnaryOperator<Tensor> frozen();

  /**
   * What a layer makes of a batch.
   *
   * @param value the next layer may not write over it, unless it knows that the pullback has no
   *     need of it
   */
  record Output(Tensor value, Pullback pullback) {}

  /** The way back, to be gone at most once. */
  @FunctionalInterface
  interface Pullback {
    /**
     * Sets the gradients of the layer's parameters.
     *
     * @param gradient of the loss by the output; is not written to
     * @return gradient by the input, which may be {@code gradient} itself or share its memory; null
     *     where it is not wanted
     */
    Tensor apply(Tensor gradient);
  }

  /** A layer without parameters, differentiated by autograd, alone. */
  static Layer of(UnaryOperator<Tensor> operation) {
    return new Layer() {
      @Override
      public Output train(Tensor input, boolean inputGradient) {
        if (!inputGradient) {
          return new Output(operation.apply(input), gradient -> null);
        }
        try (AutoGradMode withGradient = new AutoGradMode(true)) {
          Tensor leaf = input.detach().requires_grad_(true);
          Tensor output = operation.apply(leaf);
          return new Output(
              output.detach(),
              gradient -> {
                output.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
                // A copy of the handle: the one inside the leaf goes with it.
                return new Tensor(leaf.grad());
              });
        }
      }

      @Override
      public UnaryOperator<Tensor> frozen() {
        return operation;
      }
    };
  }

  /** What goes in comes out. */
  static Layer identity() {
    return new Layer() {
      @Override
      public Output train(Tensor input, boolean inputGradient) {
        return new Output(input, gradient -> inputGradient ? gradient : null);
      }

      @Override
      public UnaryOperator<Tensor> frozen() {
        return input -> input;
      }
    };
  }

  /** ReLU. */
  static Layer relu() {
    return of(Tensor::relu);
  }

  /** Mean over height and width: {@code [N,C,H,W]} to {@code [N,C]}. */
  static Layer meanPool() {
    return of(input -> input.mean(2, 3));
  }

  /** Maximum over square windows. */
  static Layer maxPool(int kernel, int stride, int padding) {
    long[] kernels = {kernel, kernel};
    long[] strides = {stride, stride};
    long[] paddings = {padding, padding};
    long[] one = {1, 1};
    return of(input -> torch.max_pool2d(input, kernels, strides, paddings, one, false));
  }

  /** {@code [N,C,H,W]} to {@code [N,C·H·W]}. */
  static Layer flatten() {
    return of(input -> input.flatten(1, -1));
  }
}
