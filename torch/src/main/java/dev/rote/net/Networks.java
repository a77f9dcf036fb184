package dev.rote.net;

import dev.rote.data.ImageShape;
import dev.rote.study.NetworkKind;
import dev.rote.study.Precision;
import dev.rote.text.InputException;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Builds networks. */
public final class Networks {
  private Networks() {}

  /** Returns whether oneDNN, which computes most of a step on processors, works on this machine. */
  public static boolean hasOneDnn() {
    return OneDnn.isThere();
  }

  /**
   * Builds a network in float32 on the CPU, with freshly drawn weights. The same seed gives the
   * same weights, bit for bit, on machines of one kind.
   *
   * @param shape dimensions of the images that the network is given
   * @param classes K, 2 or more
   * @param seed seed of the initial weights
   * @throws InputException if the images are too small for the network
   */
  public static Network create(NetworkKind kind, ImageShape shape, int classes, long seed) {
    return create(kind, shape, classes, seed, Precision.FLOAT32, DeviceType.CPU);
  }

  /**
   * Builds a network that computes in {@code precision} on {@code device}, with freshly drawn
   * weights. Parameters and their gradients are float32 in any case.
   *
   * @param shape dimensions of the images that the network is given
   * @param classes K, 2 or more
   * @param seed seed of the initial weights
   * @throws InputException if the images are too small for the network
   */
  public static Network create(
      NetworkKind kind,
      ImageShape shape,
      int classes,
      long seed,
      Precision precision,
      DeviceType device) {
    Kernels kernels = device == DeviceType.CPU ? Kernels.OF_PROCESSORS : Kernels.OF_GPUS;
    return layered(kind, shape, classes, seed, precision, device, kernels);
  }

  /** Builds a network on the CPU that computes as on a GPU, for tests without one. */
  static Network asOnGpu(
      NetworkKind kind, ImageShape shape, int classes, long seed, Precision precision) {
    return layered(kind, shape, classes, seed, precision, DeviceType.CPU, Kernels.OF_GPUS);
  }

  /** Counts what a network multiplies for one image of that shape. */
  public static Arithmetic arithmetic(NetworkKind kind, ImageShape shape, int classes) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode noGradient = new AutoGradMode(false)) {
      LayeredNetwork network =
          layered(
              kind, shape, classes, 1, Precision.FLOAT32, DeviceType.CPU, Kernels.OF_PROCESSORS);
      try (Parameters parameters = network.parameters()) {
        Tensor image = torch.zeros(1, shape.channels(), shape.height(), shape.width());
        return network.layer().count(image, false).arithmetic();
      }
    }
  }

  private static LayeredNetwork layered(
      NetworkKind kind,
      ImageShape shape,
      int classes,
      long seed,
      Precision precision,
      DeviceType device,
      Kernels kernels) {
    if (classes < 2) {
      throw new InputException(classes + " classes are too few: a classifier needs 2 or more");
    }
    kind.requireSize(shape);
    Parameters parameters = new Parameters(kernels);
    Layer layer = declare(kind, parameters, shape, classes);
    boolean channelsLast = kind != NetworkKind.MLP;
    parameters.allocate(
        channelsLast,
        precision == Precision.BF16 ? ScalarType.BFloat16 : ScalarType.Float,
        device,
        seed);
    return new LayeredNetwork(parameters, layer, channelsLast);
  }

  /** Returns the one place that knows which class builds which network. */
  private static Layer declare(
      NetworkKind kind, Parameters parameters, ImageShape shape, int classes) {
    int channels = shape.channels();
    int height = shape.height();
    int width = shape.width();
    return switch (kind) {
      case INCEPTION_LITE -> InceptionLite.declare(parameters, channels, classes);
      case RESNET32 -> ResNet32.declare(parameters, channels, classes);
      case RESNET18 -> ResNet18.declare(parameters, channels, height, width, classes);
      case RESNET9 -> ResNet9.declare(parameters, channels, height, width, classes);
      case AIRBENCH -> Airbench.declare(parameters, channels, classes);
      case CNN8 -> PlainCnn.eight(parameters, channels, height, width, classes);
      case CNN4 -> PlainCnn.four(parameters, channels, height, width, classes);
      case SMALL_CNN -> SmallNetworks.smallCnn(parameters, channels, height, width, classes);
      case MLP -> SmallNetworks.mlp(parameters, channels, height, width, classes);
    };
  }
}
