package dev.rote.net;

import dev.rote.data.ImageShape;
import dev.rote.study.Decay;
import dev.rote.study.NetworkName;
import dev.rote.study.OptimizerSpec.Sgd;
import dev.rote.study.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The small Inception of Zhang, Bengio, Hardt, Recht, Vinyals 2017 ("Understanding deep learning
 * requires rethinking generalization", arXiv 1611.03530, appendix A, figure 3). 1,649,402
 * parameters at 3 channels and 10 classes.
 *
 * <p>Dropout, if there is any, is in front of the linear layer, as in Inception-v3; the paper has
 * none here.
 *
 * <p>Each convolution is followed by batch norm and ReLU. Convolutions have no bias and batch norm
 * has a shift but no scale; edges are padded as TensorFlow's SAME does. The mean pool takes the
 * whole feature map, 7×7 at the 28×28 of the paper. Initial weights, which the paper does not
 * state: Glorot's uniform for convolutions and the linear layer, biases and shifts 0, the defaults
 * of TensorFlow's layers.
 */
final class InceptionLite {
  /** The protocol is that of Patel and Sastry (PAKDD 2021), section 3; batches as in their code. */
  static final NetworkKind KIND =
      new NetworkKind(
          new NetworkName("inception-lite"),
          8,
          145,
          Protocol.of(new Sgd(1e-2, 0.9, 0), 100).withSchedule(new Decay.Exponential(0.95), 0),
          true,
          InceptionLite::declare,
          Optional.empty());

  private final Parameters parameters;
  private final List<Layer> layers = new ArrayList<>();
  private int channels;

  private InceptionLite(Parameters parameters, int channels) {
    this.parameters = parameters;
    this.channels = channels;
  }

  private static Layer declare(Parameters parameters, ImageShape shape, int classes) {
    InceptionLite network = new InceptionLite(parameters, shape.channels());
    network.layers.add(unit(parameters, "conv1", new Convolution.Shape(shape.channels(), 96, 3)));
    network.channels = 96;
    network.inception("inception1", 32, 32);
    network.inception("inception2", 32, 48);
    network.downsample("downsample1", 80);
    network.inception("inception3", 112, 48);
    network.inception("inception4", 96, 64);
    network.inception("inception5", 80, 80);
    network.inception("inception6", 48, 96);
    network.downsample("downsample2", 96);
    network.inception("inception7", 176, 160);
    network.inception("inception8", 176, 160);
    network.layers.add(Layer.meanPool());
    network.layers.add(parameters.dropout(network.channels));
    network.layers.add(Linear.glorot(parameters, "linear", network.channels, classes));
    return new Chain(network.layers);
  }

  private void inception(String name, int ones, int threes) {
    Layer one = unit(parameters, name + ".conv1x1", new Convolution.Shape(channels, ones, 1));
    Layer three = unit(parameters, name + ".conv3x3", new Convolution.Shape(channels, threes, 3));
    channels = ones + threes;
    layers.add(new Concatenation(one, three));
  }

  private void downsample(String name, int threes) {
    Convolution.Shape shape = new Convolution.Shape(channels, threes, 3);
    Layer three = unit(parameters, name + ".conv3x3", shape, 2, 0);
    channels += threes;
    layers.add(Layer.of(InceptionLite::padSame, InceptionLite::padSame));
    // Activations are at least 0, so that a margin of zeros never wins the maximum.
    layers.add(new Concatenation(three, Layer.maxPool(3, 2, 0)));
  }

  /** Pads for a 3×3 window of stride 2; an even side is padded at its end only. */
  private static Tensor padSame(Tensor input) {
    long top = input.size(2) % 2;
    long left = input.size(3) % 2;
    return torch.constant_pad_nd(input, left, 1, top, 1);
  }

  private static OnnxGraph.Value padSame(OnnxGraph graph, OnnxGraph.Value input) {
    long[] shape = input.shape();
    return graph.padded(input, new long[] {0, shape[1] % 2, shape[2] % 2}, new long[] {0, 1, 1});
  }

  private static Layer unit(Parameters parameters, String name, Convolution.Shape shape) {
    return unit(parameters, name, shape, 1, shape.kernel() / 2);
  }

  private static Layer unit(
      Parameters parameters, String name, Convolution.Shape shape, int stride, int padding) {
    Initializer glorot = Initializer.glorot(shape.fanIn(), shape.fanOut());
    return new Chain(
        new Convolution(parameters, name + ".conv", shape, stride, padding, glorot),
        BatchNorm.shiftOnlyRectified(parameters, name + ".bn", shape.out()));
  }
}
