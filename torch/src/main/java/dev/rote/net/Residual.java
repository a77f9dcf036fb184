package dev.rote.net;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/** ReLU of the sum of two branches (He et al. 2016, eq. 1 and 2). */
final class Residual implements Layer {
  private final Layer branch;
  private final Layer shortcut;
  private final OneDnnKernels<OneDnnSum> kernels;

  /**
   * Adds the outputs of two layers.
   *
   * @param branch ends in a batch norm without ReLU, whose output may be overwritten
   */
  Residual(Parameters parameters, Layer branch, Layer shortcut) {
    this.branch = branch;
    this.shortcut = shortcut;
    this.kernels = new OneDnnKernels<>(parameters, OneDnnSum::create);
  }

  /** Returns ReLU of a sum, in the memory of the first. */
  private Tensor rectifiedSum(Tensor first, Tensor second) {
    // Autograd does not see what oneDNN does when it is called directly.
    Optional<OneDnnSum> kernel =
        !first.requires_grad() && second.is_contiguous(MemoryFormat.ChannelsLast)
            ? kernels.of(first)
            : Optional.empty();
    return kernel.map(k -> k.run(first, second)).orElseGet(() -> first.add_(second).relu_());
  }

  /**
   * Returns the gradient of ReLU, in the memory of {@code gradient} if its layout is that of the
   * output.
   */
  private static Tensor rectifiedGradient(Tensor gradient, Tensor output) {
    Scalar zero = new Scalar(0);
    return gradient.is_contiguous(MemoryFormat.ChannelsLast)
        ? torch.threshold_backward_out(gradient, gradient, output, zero)
        : torch.threshold_backward(gradient, output, zero);
  }

  @Override
  public Output train(Tensor input, boolean inputGradient) {
    Output one = branch.train(input, inputGradient);
    Output two = shortcut.train(input, inputGradient);
    Tensor output = rectifiedSum(one.value(), two.value());
    return new Output(
        output,
        gradient -> {
          Tensor masked = rectifiedGradient(gradient, output);
          // The norm that the branch ends in leaves it as it is, for the shortcut.
          Tensor ofOne = one.backward().apply(masked);
          Tensor ofTwo = two.backward().apply(masked);
          return inputGradient ? ofOne.add_(ofTwo) : null;
        });
  }

  @Override
  public UnaryOperator<Tensor> frozen() {
    UnaryOperator<Tensor> one = branch.frozen();
    UnaryOperator<Tensor> two = shortcut.frozen();
    return input -> rectifiedSum(one.apply(input), two.apply(input));
  }

  @Override
  public OnnxGraph.Value export(OnnxGraph graph, OnnxGraph.Value input) {
    return graph.relu(graph.sum(branch.export(graph, input), shortcut.export(graph, input)));
  }

  @Override
  public Count count(Tensor input, boolean inputGradient) {
    Count one = branch.count(input, inputGradient);
    Count two = shortcut.count(input, inputGradient);
    return new Count(
        rectifiedSum(one.value(), two.value()), one.arithmetic().plus(two.arithmetic()));
  }
}
