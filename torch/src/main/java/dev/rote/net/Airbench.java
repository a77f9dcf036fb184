package dev.rote.net;

import dev.rote.data.ImageShape;
import dev.rote.study.Augmentation;
import dev.rote.study.Decay;
import dev.rote.study.OptimizerSpec.Muon;
import dev.rote.study.Protocol;
import java.util.ArrayList;
import java.util.List;

/**
 * A network for small colour images that reaches a high accuracy within few epochs, after
 * KellerJordan/cifar10-airbench (Jordan 2024, "94% on CIFAR-10 in 3.29 seconds on a single GPU",
 * arXiv 2404.00498): a frozen {@link Whitening} of 2×2 patches; three blocks of 64, 128 and 256
 * channels, each of a 3×3 convolution, a 2×2 maximum pool, batch norm, a second 3×3 convolution and
 * batch norm; the global maximum; a linear layer without bias, whose result is divided by the
 * number of its inputs. Made for {@link dev.rote.optim.Muon} and a rate that falls to 0.
 *
 * <p>Initial weights: convolutions pass their input on ({@link Initializer#dirac}); batch norm has
 * shifts, which start at 0, and no scales; the linear layer is uniform with deviation 1. The shifts
 * and the linear layer learn at a multiple of the run's rate.
 *
 * <p>It differs from airbench94, which has 64, 256 and 256 channels, GELU for ReLU and a bias after
 * the whitening: on CPUs, ReLU is part of the batch norm kernel at no cost, a first layer without
 * parameters needs no backward pass, and a step takes half the time. 1,160,064 parameters with 3
 * channels and 10 classes.
 */
final class Airbench {
  static final NetworkKind KIND =
      new NetworkKind(
          "airbench",
          9,
          260,
          Protocol.of(new Muon(0.18, 0.6), 8)
              .withSchedule(Decay.LINEAR, 0)
              .withBatchSize(250)
              .withAugmentation(new Augmentation(true, 2)),
          Airbench::declare);

  private static final int[] CHANNELS = {64, 128, 256};

  /** Airbench's rates of biases and head over that of filters, for batches of 250. */
  private static final double SHIFT_RATE = 55;

  private static final double HEAD_RATE = 700;

  private Airbench() {}

  private static Layer declare(Parameters parameters, ImageShape shape, int classes) {
    List<Layer> layers = new ArrayList<>();
    layers.add(new Whitening(parameters, "whiten", shape.channels()));
    layers.add(Layer.relu());
    int in = Whitening.filters(shape.channels());
    for (int i = 0; i < CHANNELS.length; i++) {
      String name = "block" + (i + 1);
      int out = CHANNELS[i];
      layers.add(convolution(parameters, name + ".conv1", in, out));
      layers.add(Layer.maxPool(2, 2, 0));
      layers.add(BatchNorm.fastRectified(parameters, name + ".norm1", out, SHIFT_RATE));
      layers.add(convolution(parameters, name + ".conv2", out, out));
      layers.add(BatchNorm.fastRectified(parameters, name + ".norm2", out, SHIFT_RATE));
      in = out;
    }
    layers.add(Layer.globalMaxPool());
    Initializer unitDeviation = Initializer.uniform(Math.sqrt(3));
    layers.add(Linear.withoutBias(parameters, "head", in, classes, unitDeviation, HEAD_RATE));
    layers.add(Layer.scaled(1.0 / in));
    return new Chain(layers);
  }

  private static Layer convolution(Parameters parameters, String name, int in, int out) {
    Convolution.Shape shape = new Convolution.Shape(in, out, 3);
    return new Convolution(parameters, name, shape, 1, 1, Initializer.dirac(shape));
  }
}
