package dev.rote.net;

import dev.rote.data.ImageShape;
import dev.rote.study.NetworkName;
import dev.rote.study.Precision;
import dev.rote.study.Protocol;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Builds networks. */
public final class Networks {
  /** All networks: a new one is a class and a line here. */
  private static final List<NetworkKind> KINDS =
      List.of(
          InceptionLite.KIND,
          ResNet32.KIND,
          ResNet18.KIND,
          ResNet9.KIND,
          Airbench.KIND,
          PlainCnn.EIGHT,
          PlainCnn.FOUR,
          SmallNetworks.SMALL_CNN,
          SmallNetworks.MLP);

  private Networks() {}

  /** Returns the names of all networks that can be trained. */
  public static List<String> names() {
    return KINDS.stream().map(kind -> kind.name().text()).toList();
  }

  /**
   * Returns the description of a network, which has its canonical name: that of {@code
   * mlp(hidden=512)} is {@code mlp}.
   *
   * @throws InputException if none has that name, with the nearest name, or its arguments are wrong
   */
  public static NetworkKind kind(NetworkName name) {
    return KINDS.stream()
        .filter(kind -> kind.name().text().equals(name.family()))
        .findFirst()
        .orElseThrow(() -> new InputException(Names.unknown("network", name.family(), names())))
        .as(name);
  }

  /**
   * Returns how a network is trained unless options say otherwise.
   *
   * @throws InputException as {@link #kind}
   */
  public static Protocol protocol(NetworkName name) {
    return kind(name).protocol();
  }

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
  public static Network create(NetworkName name, ImageShape shape, int classes, long seed) {
    return create(name, shape, classes, seed, Precision.FLOAT32, 0, DeviceType.CPU);
  }

  /**
   * Refuses images that are too small for a network, and dropout where it has no place for it.
   *
   * @param dropout probability with which an activation is set to 0; 0: none
   * @throws InputException with the reason
   */
  public static void requireFit(NetworkName name, ImageShape shape, int classes, double dropout) {
    try (Parameters parameters = new Parameters(Kernels.OF_PROCESSORS, dropout)) {
      declare(name, shape, classes, parameters);
    }
  }

  /**
   * Counts the convolutions and linear layers of a network.
   *
   * @throws InputException as {@link #requireFit}
   */
  public static int layers(NetworkName name, ImageShape shape, int classes) {
    try (Parameters parameters = new Parameters()) {
      declare(name, shape, classes, parameters);
      return parameters.layers();
    }
  }

  /**
   * Builds a network that computes in {@code precision} on {@code device}, with freshly drawn
   * weights. Parameters and their gradients are float32 in any case.
   *
   * @param shape dimensions of the images that the network is given
   * @param classes K, 2 or more
   * @param seed seed of the initial weights
   * @param dropout probability with which an activation is set to 0; 0: none
   * @throws InputException as {@link #requireFit}
   */
  public static Network create(
      NetworkName name,
      ImageShape shape,
      int classes,
      long seed,
      Precision precision,
      double dropout,
      DeviceType device) {
    Kernels kernels = device == DeviceType.CPU ? Kernels.OF_PROCESSORS : Kernels.OF_GPUS;
    return layered(name, shape, classes, seed, precision, device, new Parameters(kernels, dropout));
  }

  /** Builds a network on the CPU that computes as on a GPU, for tests without one. */
  static Network asOnGpu(
      NetworkName name, ImageShape shape, int classes, long seed, Precision precision) {
    return layered(
        name, shape, classes, seed, precision, DeviceType.CPU, new Parameters(Kernels.OF_GPUS, 0));
  }

  /** Counts what a network multiplies for one image of that shape. */
  public static Arithmetic arithmetic(NetworkName name, ImageShape shape, int classes) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode noGradient = new AutoGradMode(false)) {
      LayeredNetwork network =
          layered(name, shape, classes, 1, Precision.FLOAT32, DeviceType.CPU, new Parameters());
      try (Parameters parameters = network.parameters()) {
        Tensor image = torch.zeros(1, shape.channels(), shape.height(), shape.width());
        return network.layer().count(image, false).arithmetic();
      }
    }
  }

  private static LayeredNetwork layered(
      NetworkName name,
      ImageShape shape,
      int classes,
      long seed,
      Precision precision,
      DeviceType device,
      Parameters parameters) {
    Layer layer = declare(name, shape, classes, parameters);
    boolean channelsLast = parameters.ofConvolutions();
    parameters.allocate(
        channelsLast,
        precision == Precision.BF16 ? ScalarType.BFloat16 : ScalarType.Float,
        device,
        seed);
    return new LayeredNetwork(parameters, layer, channelsLast);
  }

  private static Layer declare(
      NetworkName name, ImageShape shape, int classes, Parameters parameters) {
    if (classes < 2) {
      throw new InputException(classes + " classes are too few: a classifier needs 2 or more");
    }
    NetworkKind kind = kind(name);
    kind.requireSize(shape);
    Layer layer = kind.architecture().declare(parameters, shape, classes);
    if (parameters.dropoutRate() > 0 && !parameters.hasDropout()) {
      throw new InputException(
          "dropout %s: %s has no dropout; inception-lite, small-cnn and mlp have"
              .formatted(parameters.dropoutRate(), name));
    }
    return layer;
  }
}
