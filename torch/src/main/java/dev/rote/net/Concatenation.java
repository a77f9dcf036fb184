package dev.rote.net;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The channels of two branches, one after the other. */
record Concatenation(Layer first, Layer second) implements Layer {
  @Override
  public Output train(Tensor input, boolean inputGradient) {
    Output one = first.train(input, inputGradient);
    Output two = second.train(input, inputGradient);
    long channels = one.value().size(1);
    return new Output(
        torch.cat(new TensorVector(one.value(), two.value()), 1),
        gradient -> {
          Tensor ofOne = one.backward().apply(gradient.narrow(1, 0, channels));
          long rest = gradient.size(1) - channels;
          Tensor ofTwo = two.backward().apply(gradient.narrow(1, channels, rest));
          return inputGradient ? ofOne.add_(ofTwo) : null;
        });
  }

  @Override
  public UnaryOperator<Tensor> frozen() {
    UnaryOperator<Tensor> one = first.frozen();
    UnaryOperator<Tensor> two = second.frozen();
    return input -> torch.cat(new TensorVector(one.apply(input), two.apply(input)), 1);
  }

  @Override
  public OnnxGraph.Value export(OnnxGraph graph, OnnxGraph.Value input) {
    return graph.concatenation(first.export(graph, input), second.export(graph, input));
  }

  @Override
  public Count count(Tensor input, boolean inputGradient) {
    Count one = first.count(input, inputGradient);
    Count two = second.count(input, inputGradient);
    return new Count(
        torch.cat(new TensorVector(one.value(), two.value()), 1),
        one.arithmetic().plus(two.arithmetic()));
  }
}
