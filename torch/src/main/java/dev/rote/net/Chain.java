package dev.rote.net;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Layers one after another. */
record Chain(List<Layer> layers) implements Layer {
  Chain {
    layers = List.copyOf(layers);
  }

  Chain(Layer... layers) {
    this(List.of(layers));
  }

  @Override
  public Tensor forward(Tensor input, boolean training) {
    Tensor activations = input;
    for (Layer layer : layers) {
      activations = layer.forward(activations, training);
    }
    return activations;
  }

  @Override
  public Layer frozen() {
    List<Layer> frozen = new ArrayList<>();
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
    return new Chain(frozen);
  }
}
