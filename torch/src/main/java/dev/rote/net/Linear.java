package dev.rote.net;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** {@code [N,in]} to {@code [N,out]}, with bias. */
final class Linear implements Layer {
  private final Parameters.Slot weight;
  private final Parameters.Slot bias;

  private Linear(
      Parameters parameters,
      String name,
      int in,
      int out,
      Initializer ofWeight,
      Initializer ofBias) {
    this.weight = parameters.parameter(name + ".weight", ofWeight, out, in);
    this.bias = parameters.parameter(name + ".bias", ofBias, out);
  }

  /** With PyTorch's default initial values. */
  static Linear of(Parameters parameters, String name, int in, int out) {
    Initializer initializer = Initializer.linear(in);
    return new Linear(parameters, name, in, out, initializer, initializer);
  }

  /** With Glorot's initial values and a bias of 0. */
  static Linear glorot(Parameters parameters, String name, int in, int out) {
    Initializer ofWeight = Initializer.glorot(in, out);
    return new Linear(parameters, name, in, out, ofWeight, Initializer.constant(0));
  }

  /** With Glorot's initial weights and PyTorch's default bias. */
  static Linear glorotWithBias(Parameters parameters, String name, int in, int out) {
    Initializer ofWeight = Initializer.glorot(in, out);
    return new Linear(parameters, name, in, out, ofWeight, Initializer.linear(in));
  }

  @Override
  public Output train(Tensor input, boolean inputGradient) {
    Tensor w = weight.computing();
    return new Output(
        torch.linear(input, w, new TensorOptional(bias.computing())),
        gradient -> {
          weight.setGradient(gradient.t().mm(input));
          bias.setGradient(gradient.sum(0));
          return inputGradient ? gradient.mm(w) : null;
        });
  }

  @Override
  public UnaryOperator<Tensor> frozen() {
    Tensor w = weight.computing();
    TensorOptional b = new TensorOptional(bias.computing());
    return input -> torch.linear(input, w, b);
  }

  @Override
  public Count count(Tensor input, boolean inputGradient) {
    Tensor output = frozen().apply(input);
    return new Count(output, Arithmetic.of(output.numel() * input.size(1), inputGradient));
  }
}
