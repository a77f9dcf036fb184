package dev.rote.net;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** {@code [N,in]} to {@code [N,out]}. */
final class Linear implements Layer {
  private final ParameterSlot weight;
  private final Optional<ParameterSlot> bias;

  private Linear(
      Parameters parameters,
      String name,
      int in,
      int out,
      Initializer ofWeight,
      Optional<Initializer> ofBias) {
    this.weight = parameters.parameter(name + ".weight", ofWeight, out, in);
    this.bias = ofBias.map(values -> parameters.parameter(name + ".bias", values, out));
  }

  /** Creates a layer with PyTorch's default initial values. */
  static Linear of(Parameters parameters, String name, int in, int out) {
    Initializer initializer = Initializer.linear(in);
    return new Linear(parameters, name, in, out, initializer, Optional.of(initializer));
  }

  /** Creates a layer with Glorot's initial values and a bias of 0. */
  static Linear glorot(Parameters parameters, String name, int in, int out) {
    Initializer ofWeight = Initializer.glorot(in, out);
    return new Linear(parameters, name, in, out, ofWeight, Optional.of(Initializer.constant(0)));
  }

  /** Creates a layer with Glorot's initial weights and PyTorch's default bias. */
  static Linear glorotWithBias(Parameters parameters, String name, int in, int out) {
    Initializer ofWeight = Initializer.glorot(in, out);
    return new Linear(parameters, name, in, out, ofWeight, Optional.of(Initializer.linear(in)));
  }

  /**
   * Creates a layer without bias.
   *
   * @param rateFactor factor of the learning rate of the weight
   */
  static Linear withoutBias(
      Parameters parameters,
      String name,
      int in,
      int out,
      Initializer ofWeight,
      double rateFactor) {
    Linear linear = new Linear(parameters, name, in, out, ofWeight, Optional.empty());
    linear.weight.withRate(rateFactor);
    return linear;
  }

  private TensorOptional bias() {
    return bias.map(slot -> new TensorOptional(slot.computing())).orElseGet(TensorOptional::new);
  }

  @Override
  public Output train(Tensor input, boolean inputGradient) {
    Tensor w = weight.computing();
    return new Output(
        torch.linear(input, w, bias()),
        gradient -> {
          weight.setGradient(gradient.t().mm(input));
          bias.ifPresent(slot -> slot.setGradient(gradient.sum(0)));
          return inputGradient ? gradient.mm(w) : null;
        });
  }

  @Override
  public UnaryOperator<Tensor> frozen() {
    Tensor w = weight.computing();
    TensorOptional b = bias();
    return input -> torch.linear(input, w, b);
  }

  @Override
  public OnnxGraph.Value export(OnnxGraph graph, OnnxGraph.Value input) {
    return graph.linear(input, weight.tensor(), bias.map(ParameterSlot::tensor));
  }

  @Override
  public Count count(Tensor input, boolean inputGradient) {
    Tensor output = frozen().apply(input);
    return new Count(output, Arithmetic.of(output.numel() * input.size(1), inputGradient));
  }
}
