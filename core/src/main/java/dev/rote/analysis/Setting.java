package dev.rote.analysis;

import dev.rote.data.Inputs;
import dev.rote.run.RunRecord;
import dev.rote.study.Augmentation;
import dev.rote.study.NetworkName;
import dev.rote.study.Precision;
import dev.rote.study.Protocol;
import dev.rote.text.Count;
import dev.rote.text.Term;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

  /** Returns this setting with other inputs. */
  Setting on(Inputs others) {
    return new Setting(dataset, digest, others, samples, classes, network, protocol, subsample);
  }

  /** Returns whether another setting differs in nothing but arguments of the network's name. */
  public boolean sameButForSize(Setting other) {
    return network.family().equals(other.network.family())
        && new Setting(
                dataset, digest, inputs, samples, classes, other.network, protocol, subsample)
            .equals(other);
  }

  /** Returns this setting without dropout, weight decay and augmentation. */
  public Setting withoutRegularizers() {
    return new Setting(
        dataset, digest, inputs, samples, classes, network, protocol.plain(), subsample);
  }

  /** Returns dropout, weight decay and augmentation in words; empty if there are none. */
  public String regularizers() {
    List<String> words = new ArrayList<>();
    protocol.dropout().ifPresent(probability -> words.add("dropout " + probability));
    if (protocol.optimizer().weightDecay() != 0) {
      words.add("weight decay " + Term.format(protocol.optimizer().weightDecay()));
    }
    if (!protocol.augmentation().equals(Augmentation.NONE)) {
      words.add("augmentation " + protocol.augmentation());
    }
    return String.join(", ", words);
  }

  private static String percent(double share) {
    return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString();
  }

  /**
   * Returns {@code resnet18 on mnist (6,000 images, 20 epochs)}, and in the brackets other inputs,
   * bf16, regularizers and the share of a subsample, where there are any.
   */
  public String label() {
    return String.format(
        Locale.ROOT,
        "%s on %s (%s%s, %s%s%s%s)",
        network,
        dataset,
        inputs == Inputs.NONE ? "" : inputs + ", ",
        Count.of(samples, "image"),
        Count.of(protocol.epochs(), "epoch"),
        protocol.precision() == Precision.FLOAT32 ? "" : ", " + protocol.precision(),
        regularizers().isEmpty() ? "" : ", " + regularizers(),
        subsample.map(share -> ", each run on " + percent(share) + "% of them").orElse(""));
  }
}
