package dev.rote.net;

import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A network that is one layer, most often a chain. */
record LayeredNetwork(Parameters parameters, Layer layer, boolean channelsLast) implements Network {
  @Override
  public TrainingPass train(Tensor images) {
    try (AutoGradMode noGradient = new AutoGradMode(false)) {
      ScalarType precision = parameters.precision();
      parameters.beginPass();
      Layer.Output output = layer.train(images.to(precision), false);
      return new TrainingPass() {
        @Override
        public Tensor logits() {
          return output.value().to(ScalarType.Float);
        }

        @Override
        public void backward(Tensor gradient) {
          try (PointerScope scope = new PointerScope();
              AutoGradMode noGradient = new AutoGradMode(false)) {
            output.backward().apply(gradient.to(precision));
            parameters.endBackward();
          }
        }
      };
    }
  }

  @Override
  public void prepare(Tensor images) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode noGradient = new AutoGradMode(false)) {
      layer.prepare(images);
    }
  }

  @Override
  public OnnxGraph.Value export(OnnxGraph graph, OnnxGraph.Value images) {
    return layer.export(graph, images);
  }

  @Override
  public Classifier frozen() {
    return frozen(false);
  }

  @Override
  public Classifier differentiable() {
    return frozen(true);
  }

  private Classifier frozen(boolean differentiable) {
    UnaryOperator<Tensor> frozen;
    try (AutoGradMode noGradient = new AutoGradMode(false)) {
      parameters.beginPass();
      frozen = layer.frozen();
    }
    return images -> {
      try (AutoGradMode mode = new AutoGradMode(differentiable)) {
        return frozen.apply(images.to(parameters.precision())).to(ScalarType.Float);
      }
    };
  }
}
