package dev.rote.net;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A part of a network that maps activations to activations. In training it also provides its
 * backward pass, since autograd does not know the kernels used here.
 */
interface Layer {
  /**
   * Applies the layer in training mode, without autograd.
   *
   * @param input must not change before the backward pass
   * @param inputGradient whether the gradient of the input is wanted
   */
  Output train(Tensor input, boolean inputGradient);

  /** Returns whether the layer has parameters; backward passes stop at the first layer that has. */
  default boolean hasParameters() {
    return true;
  }

  /**
   * Returns the layer at the present weights, for evaluation. Its tensors live as long as the
   * enclosing {@code PointerScope}. Its result may share memory with its input, or be overwritten
   * by the next layer.
   */
  UnaryOperator<Tensor> frozen();

  /**
   * Initializes what depends on the training images, before training begins; most layers do
   * nothing.
   *
   * @param images {@code [N,C,H,W]}, standardized, float32
   */
  default void prepare(Tensor images) {}

  /**
   * Counts the multiplications of the layer, and applies it.
   *
   * @param input activations of one image; may be overwritten
   * @param inputGradient as in {@link #train}
   */
  Count count(Tensor input, boolean inputGradient);

  /** Adds the layer in evaluation mode to an ONNX graph, and returns its output there. */
  OnnxGraph.Value export(OnnxGraph graph, OnnxGraph.Value input);

  /** Returns the count of a layer without multiplications. */
  default Count nothingToCount(Tensor input) {
    return new Count(frozen().apply(input), Arithmetic.NONE);
  }

  /**
   * Result of {@link #count}.
   *
   * @param value result of {@link #frozen}
   */
  record Count(Tensor value, Arithmetic arithmetic) {}

  /**
   * Result of {@link #train}.
   *
   * @param value activations; the next layer must not overwrite them unless the backward pass does
   *     not need them
   */
  record Output(Tensor value, Backward backward) {}

  /** The backward pass; may be called at most once. */
  @FunctionalInterface
  interface Backward {
    /**
     * Sets the gradients of the layer's parameters.
     *
     * @param gradient gradient of the loss by the output; may be overwritten, but not by
     *     convolutions and batch norms
     * @return gradient by the input, which may be {@code gradient} itself or share its memory; null
     *     if it is not wanted
     */
    Tensor apply(Tensor gradient);
  }

  /** {@link #train} alone. */
  @FunctionalInterface
  interface Training {
    Output train(Tensor input, boolean inputGradient);
  }

  /** {@link #export} alone. */
  @FunctionalInterface
  interface Export {
    OnnxGraph.Value export(OnnxGraph graph, OnnxGraph.Value input);
  }

  private static Layer withoutParameters(
      UnaryOperator<Tensor> operation, Training training, Export export) {
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

      @Override
      public OnnxGraph.Value export(OnnxGraph graph, OnnxGraph.Value input) {
        return export.export(graph, input);
      }
    };
  }

  /** Returns a layer without parameters that autograd differentiates. */
  static Layer of(UnaryOperator<Tensor> operation, Export export) {
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
                  // Copies the handle, since the one inside the leaf is freed with it.
                  return new Tensor(leaf.grad());
                });
          }
        },
        export);
  }

  /** The gradient of a layer without parameters by its input. */
  @FunctionalInterface
  interface Derivative {
    /**
     * Returns the gradient by the input.
     *
     * @param gradient gradient of the loss by the output; must not be changed
     */
    Tensor apply(Tensor gradient, Tensor input, Tensor output);
  }

  /**
   * Returns a layer without parameters with its own backward pass, which saves autograd's switch to
   * another thread on a GPU.
   */
  static Layer of(UnaryOperator<Tensor> operation, Derivative derivative, Export export) {
    return withoutParameters(
        operation,
        (input, inputGradient) -> {
          Tensor output = operation.apply(input);
          return new Output(
              output, gradient -> inputGradient ? derivative.apply(gradient, input, output) : null);
        },
        export);
  }

  /** Returns the layer that passes its input on unchanged. */
  static Layer identity() {
    return of(input -> input, (gradient, input, output) -> gradient, (graph, input) -> input);
  }

  /** Returns ReLU. */
  static Layer relu() {
    return of(
        Tensor::relu,
        (gradient, input, output) -> torch.threshold_backward(gradient, output, new Scalar(0)),
        OnnxGraph::relu);
  }

  /** Returns the mean over height and width: {@code [N,C,H,W]} to {@code [N,C]}. */
  static Layer meanPool() {
    return of(
        input -> input.mean(2, 3),
        (gradient, input, output) ->
            gradient
                .view(input.size(0), input.size(1), 1, 1)
                .expand_as(input)
                .div(new Scalar((double) input.size(2) * input.size(3))),
        OnnxGraph::meanPool);
  }

  /** Returns the maximum over height and width: {@code [N,C,H,W]} to {@code [N,C]}. */
  static Layer globalMaxPool() {
    return of(input -> input.amax(new long[] {2, 3}, false), OnnxGraph::globalMaxPool);
  }

  /** Returns a layer that multiplies by a constant. */
  static Layer scaled(double factor) {
    return of(
        input -> input.mul(new Scalar(factor)),
        (gradient, input, output) -> gradient.mul(new Scalar(factor)),
        (graph, input) -> graph.scaled(input, factor));
  }

  /** Returns the maximum over square windows. */
  static Layer maxPool(int kernel, int stride, int padding) {
    long[] kernels = {kernel, kernel};
    long[] strides = {stride, stride};
    long[] paddings = {padding, padding};
    long[] one = {1, 1};
    return of(
        input -> torch.max_pool2d(input, kernels, strides, paddings, one, false),
        (graph, input) -> graph.maxPool(input, kernel, stride, padding));
  }

  /** Returns a layer that flattens {@code [N,C,H,W]} to {@code [N,C·H·W]}. */
  static Layer flatten() {
    return of(
        input -> input.flatten(1, -1),
        (gradient, input, output) -> gradient.reshape(input.sizes()),
        OnnxGraph::flatten);
  }
}
