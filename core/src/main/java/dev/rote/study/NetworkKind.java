package dev.rote.study;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.rote.data.ImageShape;
import dev.rote.study.OptimizerSpec.Adam;
import dev.rote.study.OptimizerSpec.Muon;
import dev.rote.study.OptimizerSpec.Sgd;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.util.Arrays;
import java.util.List;

/**
 * The networks, with the properties that are known without building them.
 *
 * <p>The default protocols of {@code inception-lite}, {@code resnet32} and {@code resnet18} are
 * those of Patel and Sastry (PAKDD 2021), section 3; batch size and the absence of augmentation are
 * from the authors' code. Those of {@code cnn4} and {@code cnn8} are from Ma et al. (ICML 2020),
 * section 4, as used by Zhou et al. (ICML 2021) and later papers on robust losses.
 */
public enum NetworkKind {
  /** The small Inception of Zhang et al. (2017). */
  INCEPTION_LITE(
      "inception-lite",
      8,
      145,
      Protocol.of(new Sgd(1e-2, 0.9, 0), 100).withSchedule(new Decay.Exponential(0.95), 0)),
  /** ResNet-32 for small images, with shortcuts of option A. */
  RESNET32(
      "resnet32",
      8,
      380,
      Protocol.of(new Sgd(1e-1, 0.9, 1e-4), 200)
          .withSchedule(new Decay.Steps(0.1, List.of(100, 150)), 0)),
  /** ResNet-18. */
  RESNET18("resnet18", 16, 800, Protocol.of(new Adam(1e-3, 0), 200)),
  /** A ResNet of nine layers that trains fast. */
  RESNET9("resnet9", 8, 330, Protocol.of(new Adam(1e-3, 0), 30)),
  /**
   * A network for small colour images that is accurate after few epochs, after
   * KellerJordan/cifar10-airbench.
   */
  AIRBENCH(
      "airbench",
      9,
      260,
      Protocol.of(new Muon(0.18, 0.6), 8)
          .withSchedule(Decay.LINEAR, 0)
          .withBatchSize(250)
          .withAugmentation(new Augmentation(true, 2))),
  /** Eight convolutions, for CIFAR-10. */
  CNN8(
      "cnn8",
      8,
      230,
      Protocol.of(new Sgd(1e-2, 0.9, 1e-4), 120)
          .withSchedule(Decay.COSINE, 0)
          .withAugmentation(new Augmentation(true, 4))
          .withClip(5)),
  /** Four convolutions, for MNIST. */
  CNN4(
      "cnn4",
      4,
      3000,
      Protocol.of(new Sgd(1e-2, 0.9, 1e-3), 50).withSchedule(Decay.COSINE, 0).withClip(5)),
  /** Two convolutions: for trials that take minutes. */
  SMALL_CNN("small-cnn", 4, 6000, Protocol.of(new Adam(1e-3, 0), 30)),
  /** One hidden layer. */
  MLP("mlp", 1, 12_000, Protocol.of(new Adam(1e-3, 0), 30));

  private final String text;
  private final int smallestSide;
  private final double imagesPerSecond;
  private final Protocol protocol;

  NetworkKind(String text, int smallestSide, double imagesPerSecond, Protocol protocol) {
    this.text = text;
    this.smallestSide = smallestSide;
    this.imagesPerSecond = imagesPerSecond;
    this.protocol = protocol;
  }

  /**
   * Returns the network of that name.
   *
   * @throws InputException if there is none, with the nearest name
   */
  @JsonCreator
  public static NetworkKind parse(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.text.equals(name))
        .findFirst()
        .orElseThrow(() -> new InputException(Names.unknown("network", name, names())));
  }

  /** Returns all names. */
  public static List<String> names() {
    return Arrays.stream(values()).map(NetworkKind::toString).toList();
  }

  /** Returns the protocol that this network is trained with unless options say otherwise. */
  public Protocol protocol() {
    return protocol;
  }

  /**
   * Returns a typical training speed in images per second: one thread of an AVX-512 processor,
   * batches of 128, float32, images of the paper's size. Other machines differ by a factor of two
   * or three.
   */
  public double imagesPerSecond() {
    return imagesPerSecond;
  }

  /**
   * Returns whether the network is one of two or three layers, which a laptop trains in minutes.
   */
  public boolean small() {
    return this == SMALL_CNN || this == MLP;
  }

  /**
   * Returns whether the network sees the centre of each image, standardized by the image's own mean
   * and deviation (Zhang et al. 2017, appendix A), instead of whole images standardized by the
   * statistics of the data set.
   */
  public boolean standardizesEachImage() {
    return this == INCEPTION_LITE;
  }

  /**
   * Refuses images that are too small for the network.
   *
   * @throws InputException with the smallest size
   */
  public void requireSize(ImageShape shape) {
    if (shape.height() < smallestSide || shape.width() < smallestSide) {
      throw new InputException(
          "images of %dx%d are too small for %s, which needs %dx%d or more"
              .formatted(shape.height(), shape.width(), text, smallestSide, smallestSide));
    }
  }

  /** Returns the name, as options and files use it. */
  @JsonValue
  @Override
  public String toString() {
    return text;
  }
}
