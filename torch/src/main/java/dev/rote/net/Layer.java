package dev.rote.net;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
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
   * @param input must stay as it is until the backward is done
   * @param inputGradient whether the gradient of the input is wanted
   */
  Output train(Tensor input, boolean inputGradient);

  /** Whether it has parameters: gradients go no further back than to the first that has. */
  default boolean hasParameters() {
    return true;
  }

  /**
   * The same at the present weights, for evaluation only; what it holds lives as long as the {@code
   * PointerScope} that it is made in. Its result may share memory with its input, or be written
   * over by the next layer.
   */
  UnaryOperator<Tensor> frozen();

  /**
   * Sets what a layer takes from the training images before training begins; most take nothing.
   *
   * @param images {@code [N,C,H,W]}, standardized, float32
   */
  default void prepare(Tensor images) {}

  /**
   * What the layer multiplies, and what it makes of the input, which later layers multiply.
   *
   * @param input one image's activations; may be written over
   * @param inputGradient as in {@link #train}
   */
  Count count(Tensor input, boolean inputGradient);

  /** Of a layer that has nothing to multiply. */
  default Count nothingToCount(Tensor input) {
    return new Count(frozen().apply(input), Arithmetic.NONE);
  }

  /**
   * What comes of counting.
   *
   * @param value what {@link #frozen} gives
   */
  record Count(Tensor value, Arithmetic arithmetic) {}

  /**
   * What a layer makes of a batch.
   *
   * @param value the next layer may not write over it, unless it knows that the backward has no
   *     need of it
   */
  record Output(Tensor value, Backward backward) {}

  /** The way back, to be gone at most once. */
  @FunctionalInterface
  interface Backward {
    /**
     * Sets the gradients of the layer's parameters.
     *
     * @param gradient of the loss by the output; may be written over, but not by convolutions and
     *     batch norms
     * @return gradient by the input, which may be {@code gradient} itself or share its memory; null
     *     where it is not wanted
     */
    Tensor apply(Tensor gradient);
  }

  /** {@link #train} alone. */
  @FunctionalInterface
  interface Training {
    Output train(Tensor input, boolean inputGradient);
  }

  private static Layer withoutParameters(UnaryOperator<Tensor> operation, Training training) {
    return new Layer() {
      @Override
      public Output train(Tensor input, boolean inputGradient) {
        return training.train(input, inputGradient);
      }

      @Override
      public boolean hasParameters() {
        return false;
      }

      @Override
      public UnaryOperator<Tensor> frozen() {
        return operation;
      }

      @Override
      public Count count(Tensor input, boolean inputGradient) {
        return nothingToCount(input);
      }
    };
  }

  /** A layer without parameters, differentiated by autograd, alone. */
  static Layer of(UnaryOperator<Tensor> operation) {
    return withoutParameters(
        operation,
        (input, inputGradient) -> {
          if (!inputGradient) {
            return new Output(operation.apply(input), gradient -> null);
          }
          try (AutoGradMode withGradient = new AutoGradMode(true)) {
            Tensor leaf = input.detach().requires_grad_(true);
            Tensor output = operation.apply(leaf);
            return new Output(
                output.detach(),
                gradient -> {
                  output.backward(
                      gradient, new BoolOptional(), false, new TensorArrayRefOptional());
                  // A copy of the handle: the one inside the leaf goes with it.
                  return new Tensor(leaf.grad());
                });
          }
        });
  }

  /** The gradient of a layer without parameters by its input. */
  @FunctionalInterface
  interface Derivative {
    /**
     * The gradient by the input.
     *
     * @param gradient of the loss by the output; is not written to
     */
    Tensor apply(Tensor gradient, Tensor input, Tensor output);
  }

  /**
   * A layer without parameters with a way back of its own: autograd's goes over a thread of its own
   * where a GPU computes, which takes longer than what it is to do.
   */
  static Layer of(UnaryOperator<Tensor> operation, Derivative derivative) {
    return withoutParameters(
        operation,
        (input, inputGradient) -> {
          Tensor output = operation.apply(input);
          return new Output(
              output, gradient -> inputGradient ? derivative.apply(gradient, input, output) : null);
        });
  }

  /** What goes in comes out. */
  static Layer identity() {
    return of(input -> input, (gradient, input, output) -> gradient);
  }

  /** ReLU. */
  static Layer relu() {
    return of(
        Tensor::relu,
        (gradient, input, output) -> torch.threshold_backward(gradient, output, new Scalar(0)));
  }

  /** Mean over height and width: {@code [N,C,H,W]} to {@code [N,C]}. */
  static Layer meanPool() {
    return of(
        input -> input.mean(2, 3),
        (gradient, input, output) ->
            gradient
                .view(input.size(0), input.size(1), 1, 1)
                .expand_as(input)
                .div(new Scalar((double) input.size(2) * input.size(3))));
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
    return of(
        input -> input.flatten(1, -1),
        (gradient, input, output) -> gradient.reshape(input.sizes()));
  }
}
