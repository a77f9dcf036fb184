package dev.rote.net;

import dev.rote.data.ImageShape;
import dev.rote.study.Augmentation;
import dev.rote.study.Decay;
import dev.rote.study.OptimizerSpec.Sgd;
import dev.rote.study.Protocol;
import java.util.ArrayList;
import java.util.List;

/**
 * The networks that papers on noise-robust losses are compared with (Ma et al. 2020, "Normalized
 * loss functions for deep learning with noisy labels", section 4; layer widths from the authors'
 * code).
 *
 * <p>{@code cnn8}, for CIFAR-10: three blocks of two 3×3 convolutions with 64, 128 and 196 channels
 * and a 2×2 maximum pool; a linear layer of 256; a linear layer. {@code cnn4}, for MNIST: two
 * blocks of one convolution with 32 and 64 channels and the pool; a linear layer of 128; a linear
 * layer. Batch norm and ReLU follow each convolution and the first linear layer. Convolutions start
 * uniform with deviation √(2/fanIn), linear layers with Glorot's uniform weights.
 *
 * <p>1,639,018 and 421,994 parameters at 10 classes. In the authors' code convolutions have a bias
 * too, 776 and 96 more parameters, which the batch norm cancels: the function and its training are
 * the same without them.
 */
final class PlainCnn {
  /** The protocols are those of Ma et al., used by Zhou et al. (ICML 2021) and later papers. */
  static final NetworkKind EIGHT =
      new NetworkKind(
          "cnn8",
          8,
          230,
          Protocol.of(new Sgd(1e-2, 0.9, 1e-4), 120)
              .withSchedule(Decay.COSINE, 0)
              .withAugmentation(new Augmentation(true, 4))
              .withClip(5),
          PlainCnn::eight);

  static final NetworkKind FOUR =
      new NetworkKind(
          "cnn4",
          4,
          3000,
          Protocol.of(new Sgd(1e-2, 0.9, 1e-3), 50).withSchedule(Decay.COSINE, 0).withClip(5),
          PlainCnn::four);

  private final Parameters parameters;
  private final List<Layer> layers = new ArrayList<>();
  private int channels;
  private int rows;
  private int columns;

  private PlainCnn(Parameters parameters, ImageShape shape) {
    this.parameters = parameters;
    this.channels = shape.channels();
    this.rows = shape.height();
    this.columns = shape.width();
  }

  private static Layer eight(Parameters parameters, ImageShape shape, int classes) {
    PlainCnn network = new PlainCnn(parameters, shape);
    network.block("block1", 64, 64);
    network.block("block2", 128, 128);
    network.block("block3", 196, 196);
    return network.endingIn(256, classes);
  }

  private static Layer four(Parameters parameters, ImageShape shape, int classes) {
    PlainCnn network = new PlainCnn(parameters, shape);
    network.block("block1", 32);
    network.block("block2", 64);
    return network.endingIn(128, classes);
  }

  private void block(String name, int... widths) {
    for (int i = 0; i < widths.length; i++) {
      Convolution.Shape shape = new Convolution.Shape(channels, widths[i], 3);
      Initializer initializer = Initializer.heUniform(shape.fanIn());
      String unit = name + "." + i;
      layers.add(new Convolution(parameters, unit + ".conv", shape, 1, 1, initializer));
      layers.add(BatchNorm.rectified(parameters, unit + ".bn", widths[i]));
      channels = widths[i];
    }
    layers.add(Layer.maxPool(2, 2, 0));
    rows /= 2;
    columns /= 2;
  }

  private Layer endingIn(int hidden, int classes) {
    layers.add(Layer.flatten());
    layers.add(Linear.glorotWithBias(parameters, "fc1.linear", channels * rows * columns, hidden));
    layers.add(BatchNorm.rectified(parameters, "fc1.bn", hidden));
    layers.add(Linear.glorotWithBias(parameters, "fc2", hidden, classes));
    return new Chain(layers);
  }
}
