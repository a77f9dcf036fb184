package dev.rote.bench;

import dev.rote.data.ImageShape;
import dev.rote.net.Arithmetic;
import dev.rote.net.Networks;
import dev.rote.study.NetworkName;
import dev.rote.study.OptimizerSpec;
import dev.rote.study.OptimizerSpec.Adam;
import dev.rote.study.OptimizerSpec.Sgd;
import dev.rote.study.Precision;
import dev.rote.study.Protocol;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.util.List;

/**
 * A network on images of one shape: ten classes, batches of {@value #BATCH}, and the paper's
 * optimizer.
 *
 * @param network the network
 * @param shape dimensions of an image, which is square
 * @param trainingImages size of the training set in the paper
 * @param parameters number of trainable parameters that every implementation must have
 * @param optimizer the paper's optimizer, with its learning rate; for airbench, which is not in the
 *     paper, SGD in place of its own
 */
record Workload(
    NetworkName network,
    ImageShape shape,
    int trainingImages,
    long parameters,
    OptimizerSpec optimizer) {
  static final int CLASSES = 10;
  static final int BATCH = 128;

  /** All workloads. */
  static final List<Workload> ALL =
      List.of(
          new Workload(
              new NetworkName("resnet32"),
              ImageShape.square(3, 32),
              50_000,
              464_154,
              new Sgd(0.1, 0.9, 1e-4)),
          new Workload(
              new NetworkName("resnet18"),
              ImageShape.square(1, 28),
              60_000,
              11_175_370,
              new Adam(1e-3, 0)),
          new Workload(
              new NetworkName("inception-lite"),
              ImageShape.square(3, 28),
              50_000,
              1_649_402,
              new Sgd(0.01, 0.9, 0)),
          // Neither libtorch nor DJL has Muon; at this rate nothing diverges, as the head learns at
          // 700 times it.
          new Workload(
              new NetworkName("airbench"),
              ImageShape.square(3, 32),
              50_000,
              1_160_064,
              new Sgd(1e-5, 0.9, 0)));

  /**
   * Returns the workload of a network.
   *
   * @throws InputException if there is none, with the nearest name
   */
  static Workload of(String network) {
    return ALL.stream()
        .filter(workload -> workload.network.toString().equals(network))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    Names.unknown(
                        "network", network, ALL.stream().map(w -> w.network.toString()).toList())));
  }

  /** Returns the protocol of a training that continues until it is stopped. */
  Protocol protocol(Precision precision) {
    return Protocol.of(optimizer, Integer.MAX_VALUE).withBatchSize(BATCH).withPrecision(precision);
  }

  /** Returns the multiplications per image. */
  Arithmetic arithmetic() {
    return Networks.arithmetic(network, shape, CLASSES);
  }

  /**
   * Checks that an implementation is the same network.
   *
   * @throws IllegalStateException if its number of parameters differs
   */
  void requireParameters(String subject, long count) {
    if (count != parameters) {
      throw new IllegalStateException(
          "%s's %s has %,d parameters, not %,d".formatted(subject, network, count, parameters));
    }
  }
}
