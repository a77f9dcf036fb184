package dev.rote.analysis;

import dev.rote.data.Inputs;
import dev.rote.run.RunRecord;
import dev.rote.study.NetworkName;
import dev.rote.study.Protocol;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * What runs must share to be compared: images, network and protocol. The learning rate is left out,
 * since a study may give each loss its own.
 *
 * @param dataset name of the data set
 * @param digest digest of its images: another subset is another setting
 * @param inputs what the networks are given in place of the images
 * @param samples number of training images
 * @param classes number of classes, K
 * @param network the network
 * @param protocol the protocol, at a learning rate of 1
 * @param subsample share of the images that each run trains on; empty: all
 */
public record Setting(
    String dataset,
    String digest,
    Inputs inputs,
    int samples,
    int classes,
    NetworkName network,
    Protocol protocol,
    Optional<Double> subsample) {

  /** Returns the setting of a run. */
  public static Setting of(RunRecord record) {
    return new Setting(
        record.spec().data().dataset(),
        record.data().digest(),
        record.spec().inputs(),
        record.data().samples(),
        record.data().classNames().size(),
        record.spec().network(),
        record.spec().protocol().withLearningRate(1),
        record.spec().data().subset().subsample());
  }

  private static String percent(double share) {
    return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString();
  }

  /** Returns {@code resnet18 on mnist (6,000 images, 20 epochs)}. */
  public String label() {
    return String.format(
        java.util.Locale.ROOT,
        "%s on %s (%s%,d images, %d epochs%s%s%s)",
        network,
        dataset,
        inputs == Inputs.NONE ? "" : inputs + ", ",
        samples,
        protocol.epochs(),
        protocol.precision() == dev.rote.study.Precision.FLOAT32 ? "" : ", " + protocol.precision(),
        protocol.dropout().map(probability -> ", dropout " + probability).orElse(""),
        subsample.map(share -> ", each run on " + percent(share) + "% of them").orElse(""));
  }
}
