package dev.rote.bench;

import dev.rote.data.ImageShape;
import dev.rote.net.Arithmetic;
import dev.rote.net.Networks;
import dev.rote.study.NetworkKind;
import dev.rote.study.OptimizerSpec;
import dev.rote.study.Precision;
import dev.rote.study.Protocol;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.util.List;

/**
 * A network on images of one shape, trained as in the paper: ten classes, batches of {@value
 * #BATCH}.
 *
 * @param network name, as {@code dev.rote.net.Networks} knows it
 * @param channels C of the images
 * @param side their height and width
 * @param trainingImages of the data set that the paper trains it on
 * @param parameters trainable scalars that every implementation of it must have
 * @param optimizer {@code sgd} or {@code adam}
 * @param learningRate of every step
 * @param momentum of SGD
 * @param weightDecay λ
 */
record Workload(
    String network,
    int channels,
    int side,
    int trainingImages,
    long parameters,
    String optimizer,
    double learningRate,
    double momentum,
    double weightDecay) {
  static final int CLASSES = 10;
  static final int BATCH = 128;

  /** All that there are. */
  static final List<Workload> ALL =
      List.of(
          new Workload("resnet32", 3, 32, 50_000, 464_154, "sgd", 0.1, 0.9, 1e-4),
          new Workload("resnet18", 1, 28, 60_000, 11_175_370, "adam", 1e-3, 0, 0),
          new Workload("inception-lite", 3, 28, 50_000, 1_649_402, "sgd", 0.01, 0.9, 0));

  /** The one of this network. */
  static Workload of(String network) {
    return ALL.stream()
        .filter(workload -> workload.network.equals(network))
        .findFirst()
        .orElseThrow(() -> new InputException(Names.unknown("network", network, names())));
  }

  static List<String> names() {
    return ALL.stream().map(Workload::network).toList();
  }

  /** Dimensions of an image. */
  ImageShape shape() {
    return ImageShape.square(channels, side);
  }

  /** Values of an image. */
  int values() {
    return shape().values();
  }

  /** The protocol of a training that goes on until it is stopped. */
  Protocol protocol(Precision precision) {
    return Protocol.of(
            OptimizerSpec.of(optimizer, learningRate, momentum, weightDecay), Integer.MAX_VALUE)
        .withBatchSize(BATCH)
        .withPrecision(precision);
  }

  /** What it multiplies for an image. */
  Arithmetic arithmetic() {
    return Networks.arithmetic(NetworkKind.parse(network), shape(), CLASSES);
  }

  /** Refuses an implementation that is another network. */
  void requireParameters(String subject, long count) {
    if (count != parameters) {
      throw new IllegalStateException(
          "%s's %s has %,d parameters, not %,d".formatted(subject, network, count, parameters));
    }
  }
}
