package dev.rote.net;

import dev.rote.data.ImageShape;
import dev.rote.study.OptimizerSpec.Adam;
import dev.rote.study.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * A residual network of nine layers for small colour images that trains fast, at half the width of
 * the one with which David Page won DAWNBench's CIFAR-10 in 2018: a 3×3 stem of 32 channels; three
 * steps of a convolution and a 2×2 maximum pool to 64, 128 and 256 channels, the first and the last
 * followed by a residual block of two convolutions; the global maximum; a linear layer. 1,646,122
 * parameters at 3×32×32 and 10 classes.
 *
 * <p>The logits are the linear layer's output divided by 8, as in Page's code, so that they are
 * small at the start. Convolutions start normal with deviation √(2/fanIn), batch norm at 1 and 0,
 * the linear layer with PyTorch's default.
 */
final class ResNet9 {
  static final NetworkKind KIND =
      new NetworkKind("resnet9", 8, 330, Protocol.of(new Adam(1e-3, 0), 30), ResNet9::declare);

  private static final double LOGIT_SCALE = 0.125;
  private static final int STEM = 32;

  private ResNet9() {}

  private static Layer declare(Parameters parameters, ImageShape shape, int classes) {
    List<Layer> layers = new ArrayList<>();
    convolution(layers, parameters, "stem", shape.channels(), STEM);
    step(layers, parameters, "layer1", STEM, true);
    step(layers, parameters, "layer2", 2 * STEM, false);
    step(layers, parameters, "layer3", 4 * STEM, true);
    layers.add(Layer.globalMaxPool());
    layers.add(Linear.of(parameters, "linear", 8 * STEM, classes));
    layers.add(Layer.scaled(LOGIT_SCALE));
    return new Chain(layers);
  }

  private static void step(
      List<Layer> layers, Parameters parameters, String name, int in, boolean residual) {
    convolution(layers, parameters, name + ".conv", in, 2 * in);
    layers.add(Layer.maxPool(2, 2, 0));
    if (residual) {
      List<Layer> branch = new ArrayList<>();
      convolution(branch, parameters, name + ".residual1", 2 * in, 2 * in);
      convolution(branch, parameters, name + ".residual2", 2 * in, 2 * in);
      layers.add(new Sum(new Chain(branch)));
    }
  }

  private static void convolution(
      List<Layer> layers, Parameters parameters, String name, int in, int out) {
    Convolution.Shape shape = new Convolution.Shape(in, out, 3);
    layers.add(new Convolution(parameters, name, shape, 1, 1, Initializer.he(shape.fanIn())));
    layers.add(BatchNorm.rectified(parameters, name + ".bn", out));
  }

  /** The sum of a block's input and its branch, without ReLU. */
  private record Sum(Layer branch) implements Layer {
    @Override
    public Output train(Tensor input, boolean inputGradient) {
      Output output = branch.train(input, inputGradient);
      return new Output(
          output.value().add(input),
          gradient -> {
            Tensor ofBranch = output.backward().apply(gradient);
            return inputGradient ? ofBranch.add_(gradient) : null;
          });
    }

    @Override
    public UnaryOperator<Tensor> frozen() {
      UnaryOperator<Tensor> frozen = branch.frozen();
      return input -> frozen.apply(input).add_(input);
    }

    @Override
    public Count count(Tensor input, boolean inputGradient) {
      Count counted = branch.count(input, inputGradient);
      return new Count(counted.value().add(input), counted.arithmetic());
    }

    @Override
    public OnnxGraph.Value export(OnnxGraph graph, OnnxGraph.Value input) {
      return graph.sum(branch.export(graph, input), input);
    }
  }
}
