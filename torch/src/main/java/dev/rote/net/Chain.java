package dev.rote.net;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Applies layers one after another. */
record Chain(List<Layer> layers) implements Layer {
  Chain {
    layers = List.copyOf(layers);
  }

  Chain(Layer... layers) {
    this(List.of(layers));
  }

  @Override
  public Output train(Tensor input, boolean inputGradient) {
    Backward[] backwards = new Backward[layers.size()];
    Tensor activations = input;
    boolean wanted = inputGradient;
    for (int i = 0; i < backwards.length; i++) {
      Output output = layers.get(i).train(activations, wanted);
      wanted |= layers.get(i).hasParameters();
      activations = output.value();
      backwards[i] = output.backward();
    }
    return new Output(activations, gradient -> backward(backwards, gradient));
  }

  /** Returns null as soon as a layer passes no gradient on. */
  private static Tensor backward(Backward[] backwards, Tensor gradient) {
    List<UnaryOperator<Tensor>> steps = new ArrayList<>();
    for (int i = backwards.length - 1; i >= 0; i--) {
      steps.add(backwards[i]::apply);
    }
    return oneAfterAnother(steps, gradient);
  }

  /** Frees each tensor as soon as the next exists, so that memory stays small and cached. */
  private static Tensor oneAfterAnother(List<UnaryOperator<Tensor>> steps, Tensor first) {
    Tensor present = first;
    present.retainReference();
    for (UnaryOperator<Tensor> step : steps) {
      Tensor next;
      try (PointerScope scope = new PointerScope()) {
        next = step.apply(present);
        if (next != null) {
          next.retainReference();
        }
      }
      present.releaseReference();
      if (next == null) {
        return null;
      }
      present = next;
    }
    PointerScope.getInnerScope().attach(present);
    present.releaseReference();
    return present;
  }

  @Override
  public void prepare(Tensor images) {
    layers.forEach(layer -> layer.prepare(images));
  }

  @Override
  public UnaryOperator<Tensor> frozen() {
    List<UnaryOperator<Tensor>> frozen = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i) instanceof Convolution convolution
          && i + 1 < layers.size()
          && layers.get(i + 1) instanceof BatchNorm norm) {
        frozen.add(convolution.followedBy(norm));
        i++;
      } else {
        frozen.add(layers.get(i).frozen());
      }
    }
    return input -> oneAfterAnother(frozen, input);
  }

  @Override
  public OnnxGraph.Value export(OnnxGraph graph, OnnxGraph.Value input) {
    OnnxGraph.Value value = input;
    for (Layer layer : layers) {
      value = layer.export(graph, value);
    }
    return value;
  }

  @Override
  public Count count(Tensor input, boolean inputGradient) {
    Count all = new Count(input, Arithmetic.NONE);
    boolean wanted = inputGradient;
    for (Layer layer : layers) {
      Count next = layer.count(all.value(), wanted);
      wanted |= layer.hasParameters();
      all = new Count(next.value(), all.arithmetic().plus(next.arithmetic()));
    }
    return all;
  }
}
