package dev.rote.net;

import dev.rote.data.ImageShape;
import dev.rote.study.OptimizerSpec.Adam;
import dev.rote.study.Protocol;
import java.util.ArrayList;
import java.util.List;

/**
 * ResNet-18 of He et al. 2016 (table 1) and torchvision: a 7×7 stem of stride 2, a 3×3 max pool of
 * stride 2, four stages of two blocks with 64, 128, 256 and 512 channels, mean pool and a linear
 * layer; shortcuts across stages are 1×1 convolutions (option B). 11,175,370 parameters with one
 * channel and 10 classes.
 *
 * <p>At 28×28 the last stage works on 1×1 maps, where most taps of its kernels meet only padding.
 * The computation skips them, with the same result.
 *
 * <p>Initial weights as in the code of Patel and Sastry (2021), which takes torchvision's ResNet-18
 * and then replaces its stem: convolutions normal with deviation √(2/fanOut), batch norm 1 and 0,
 * as torchvision draws them; the stem and the linear layer uniform on ±1/√fanIn, PyTorch's default.
 * With one channel, the stem is therefore uniform on ±1/7, and not normal with deviation .025.
 */
final class ResNet18 {
  /** The protocol is that of Patel and Sastry (PAKDD 2021), section 3; batches as in their code. */
  static final NetworkKind KIND =
      new NetworkKind("resnet18", 16, 800, Protocol.of(new Adam(1e-3, 0), 200), ResNet18::declare);

  private ResNet18() {}

  private static Layer declare(Parameters parameters, ImageShape shape, int classes) {
    Convolution.Size size = new Convolution.Size(shape.height(), shape.width());
    List<Layer> layers = new ArrayList<>();
    Convolution.Shape stem = new Convolution.Shape(shape.channels(), 64, 7);
    layers.add(
        new Convolution(parameters, "conv1", stem, 2, size, Initializer.linear(stem.fanIn())));
    layers.add(BatchNorm.rectified(parameters, "bn1", 64));
    layers.add(Layer.maxPool(3, 2, 1));
    size = size.halved().halved();
    int in = 64;
    for (int stage = 1; stage <= 4; stage++) {
      int out = 64 << (stage - 1);
      for (int block = 0; block < 2; block++) {
        int stride = block == 0 && stage > 1 ? 2 : 1;
        layers.add(block(parameters, "layer" + stage + "." + block, in, out, stride, size));
        size = stride == 2 ? size.halved() : size;
        in = out;
      }
    }
    layers.add(Layer.meanPool());
    layers.add(Linear.of(parameters, "fc", 512, classes));
    return new Chain(layers);
  }

  private static Layer block(
      Parameters parameters, String name, int in, int out, int stride, Convolution.Size size) {
    Convolution.Size after = stride == 2 ? size.halved() : size;
    Layer residual =
        new Chain(
            convolution(
                parameters, name + ".conv1", new Convolution.Shape(in, out, 3), stride, size),
            BatchNorm.rectified(parameters, name + ".bn1", out),
            convolution(parameters, name + ".conv2", new Convolution.Shape(out, out, 3), 1, after),
            BatchNorm.of(parameters, name + ".bn2", out));
    Layer shortcut =
        stride == 1
            ? Layer.identity()
            : new Chain(
                convolution(
                    parameters,
                    name + ".downsample.0",
                    new Convolution.Shape(in, out, 1),
                    stride,
                    size),
                BatchNorm.of(parameters, name + ".downsample.1", out));
    return new Residual(parameters, residual, shortcut);
  }

  private static Layer convolution(
      Parameters parameters,
      String name,
      Convolution.Shape shape,
      int stride,
      Convolution.Size size) {
    Initializer initializer = Initializer.he(shape.fanOut());
    return new Convolution(parameters, name, shape, stride, size, initializer);
  }
}
