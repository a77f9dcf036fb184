package dev.rote.net;

import dev.rote.study.Precision;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Networks by name. */
public final class Networks {
  private static final List<String> NAMES =
      List.of(
          "inception-lite", "resnet32", "resnet18", "resnet9", "cnn8", "cnn4", "small-cnn", "mlp");

  private Networks() {}

  /** The names that {@link #create} knows. */
  public static List<String> names() {
    return NAMES;
  }

  /** Whether oneDNN, which computes most of a step on processors, is there for this machine. */
  public static boolean hasOneDnn() {
    return OneDnn.isThere();
  }

  /**
   * A network with freshly drawn weights. The same seed gives the same weights, bit for bit, on
   * machines of one kind.
   *
   * @param name one of {@link #names}
   * @param channels C of the images, 1 or more
   * @param height H of the images that the network is given
   * @param width W of the images that the network is given
   * @param classes K, 2 or more
   * @param seed seed of the initial weights
   * @throws InputException if the name is not known, or the images are too small for the network
   */
  public static Network create(
      String name, int channels, int height, int width, int classes, long seed) {
    return create(name, channels, height, width, classes, seed, Precision.FLOAT32, DeviceType.CPU);
  }

  /**
   * The same, computing in {@code precision} on {@code device}. Parameters and their gradients are
   * float32 in any case.
   */
  public static Network create(
      String name,
      int channels,
      int height,
      int width,
      int classes,
      long seed,
      Precision precision,
      DeviceType device) {
    Kernels kernels = device == DeviceType.CPU ? Kernels.OF_PROCESSORS : Kernels.OF_GPUS;
    return layered(name, channels, height, width, classes, seed, precision, device, kernels);
  }

  /** On the CPU, but as it computes on a GPU, so that this can be tested without one. */
  static Network asOnGpu(
      String name,
      int channels,
      int height,
      int width,
      int classes,
      long seed,
      Precision precision) {
    return layered(
        name, channels, height, width, classes, seed, precision, DeviceType.CPU, Kernels.OF_GPUS);
  }

  /** What the network of that name multiplies for one image of such a shape. */
  public static Arithmetic arithmetic(
      String name, int channels, int height, int width, int classes) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode noGradient = new AutoGradMode(false)) {
      LayeredNetwork network =
          layered(
              name,
              channels,
              height,
              width,
              classes,
              1,
              Precision.FLOAT32,
              DeviceType.CPU,
              Kernels.OF_PROCESSORS);
      try (Parameters parameters = network.parameters()) {
        return network.layer().count(torch.zeros(1, channels, height, width), false).arithmetic();
      }
    }
  }

  private static LayeredNetwork layered(
      String name,
      int channels,
      int height,
      int width,
      int classes,
      long seed,
      Precision precision,
      DeviceType device,
      Kernels kernels) {
    if (channels < 1) {
      throw new InputException(channels + " channels are too few: images have 1 or more");
    }
    if (classes < 2) {
      throw new InputException(classes + " classes are too few: a classifier needs 2 or more");
    }
    Parameters parameters = new Parameters(kernels);
    Layer layer =
        switch (name) {
          case "resnet32" -> {
            requireSide(name, ResNet32.SMALLEST_SIDE, height, width);
            yield ResNet32.declare(parameters, channels, classes);
          }
          case "resnet18" -> {
            requireSide(name, ResNet18.SMALLEST_SIDE, height, width);
            yield ResNet18.declare(parameters, channels, height, width, classes);
          }
          case "resnet9" -> {
            requireSide(name, ResNet9.SMALLEST_SIDE, height, width);
            yield ResNet9.declare(parameters, channels, height, width, classes);
          }
          case "inception-lite" -> {
            requireSide(name, InceptionLite.SMALLEST_SIDE, height, width);
            yield InceptionLite.declare(parameters, channels, classes);
          }
          case "cnn8" -> {
            requireSide(name, 8, height, width);
            yield PlainCnn.eight(parameters, channels, height, width, classes);
          }
          case "cnn4" -> {
            requireSide(name, 4, height, width);
            yield PlainCnn.four(parameters, channels, height, width, classes);
          }
          case "small-cnn" -> {
            requireSide(name, 4, height, width);
            yield SmallNetworks.smallCnn(parameters, channels, height, width, classes);
          }
          case "mlp" -> {
            requireSide(name, 1, height, width);
            yield SmallNetworks.mlp(parameters, channels, height, width, classes);
          }
          default -> throw new InputException(Names.unknown("network", name, NAMES));
        };
    boolean channelsLast = !name.equals("mlp");
    parameters.allocate(
        channelsLast,
        precision == Precision.BF16 ? ScalarType.BFloat16 : ScalarType.Float,
        device,
        seed);
    return new LayeredNetwork(parameters, layer, channelsLast);
  }

  private static void requireSide(String name, int smallest, int height, int width) {
    if (height < smallest || width < smallest) {
      throw new InputException(
          "images of %dx%d are too small for %s: it needs %dx%d or more"
              .formatted(height, width, name, smallest, smallest));
    }
  }
}
