package dev.rote.net;

import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;

/** A network that is one layer, most often a chain. */
record LayeredNetwork(Parameters parameters, Layer layer, boolean channelsLast) implements Network {
  @Override
  public Tensor forward(Tensor images, boolean training) {
    return layer.forward(images, training);
  }

  @Override
  public Classifier frozen() {
    Layer frozen;
    try (AutoGradMode noGradient = new AutoGradMode(false)) {
      frozen = layer.frozen();
    }
    return images -> {
      try (AutoGradMode noGradient = new AutoGradMode(false)) {
        return frozen.forward(images, false);
      }
    };
  }
}
