package dev.rote.net;

import dev.rote.data.ImageShape;
import dev.rote.study.Decay;
import dev.rote.study.OptimizerSpec.Sgd;
import dev.rote.study.Protocol;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * ResNet-32 for small images (He, Zhang, Ren, Sun 2016, "Deep Residual Learning for Image
 * Recognition", section 4.2, n=5): a 3×3 stem, three stages of five blocks with 16, 32 and 64
 * channels, mean pool and a linear layer. 464,154 parameters at 3×32×32 and 10 classes.
 *
 * <p>Shortcuts across stages are option A: every second pixel, and zero channels, without
 * parameters; half of the zero channels come before and half after. Initial weights: convolutions
 * as He et al. 2015, normal with deviation √(2/fanIn); batch norm 1 and 0; linear layer PyTorch's
 * default (the code of Patel and Sastry, 2021, draws its weight like those of the convolutions).
 */
final class ResNet32 {
  /** The protocol is that of Patel and Sastry (PAKDD 2021), section 3; batches as in their code. */
  static final NetworkKind KIND =
      new NetworkKind(
          "resnet32",
          8,
          380,
          Protocol.of(new Sgd(1e-1, 0.9, 1e-4), 200)
              .withSchedule(new Decay.Steps(0.1, List.of(100, 150)), 0),
          ResNet32::declare);

  private static final int BLOCKS = 5;

  private ResNet32() {}

  private static Layer declare(Parameters parameters, ImageShape shape, int classes) {
    List<Layer> layers = new ArrayList<>();
    layers.add(convolution(parameters, "conv1", shape.channels(), 16, 1));
    layers.add(BatchNorm.rectified(parameters, "bn1", 16));
    int in = 16;
    for (int stage = 1; stage <= 3; stage++) {
      int out = 16 << (stage - 1);
      for (int block = 0; block < BLOCKS; block++) {
        int stride = block == 0 && stage > 1 ? 2 : 1;
        layers.add(block(parameters, "layer" + stage + "." + block, in, out, stride));
        in = out;
      }
    }
    layers.add(Layer.meanPool());
    layers.add(Linear.of(parameters, "linear", 64, classes));
    return new Chain(layers);
  }

  private static Layer block(Parameters parameters, String name, int in, int out, int stride) {
    Layer residual =
        new Chain(
            convolution(parameters, name + ".conv1", in, out, stride),
            BatchNorm.rectified(parameters, name + ".bn1", out),
            convolution(parameters, name + ".conv2", out, out, 1),
            BatchNorm.of(parameters, name + ".bn2", out));
    return new Residual(parameters, residual, stride == 1 ? Layer.identity() : optionA(out - in));
  }

  static Layer optionA(int added) {
    int before = added / 2;
    return Layer.of(
        input -> torch.constant_pad_nd(sampled(input), 0, 0, 0, 0, before, added - before),
        (gradient, input, output) -> {
          Tensor ofInput = torch.zeros_like(input);
          sampled(ofInput).copy_(gradient.narrow(1, before, input.size(1)));
          return ofInput;
        },
        (graph, input) ->
            graph.padded(
                graph.everySecond(input),
                new long[] {before, 0, 0},
                new long[] {added - before, 0, 0}));
  }

  private static Tensor sampled(Tensor input) {
    LongOptional all = new LongOptional();
    return input.slice(2, all, all, 2).slice(3, all, all, 2);
  }

  private static Layer convolution(
      Parameters parameters, String name, int in, int out, int stride) {
    Convolution.Shape shape = new Convolution.Shape(in, out, 3);
    return new Convolution(parameters, name, shape, stride, 1, Initializer.he(shape.fanIn()));
  }
}
