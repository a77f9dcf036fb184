package dev.rote.net;

import dev.rote.data.ImageShape;
import dev.rote.study.NetworkName;
import dev.rote.study.Protocol;
import dev.rote.text.InputException;
import dev.rote.text.Term;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Describes one kind of network.
 *
 * @param name its name
 * @param smallestSide smallest height and width of the images that it takes
 * @param imagesPerSecond typical training speed: one thread of an AVX-512 processor, batches of
 *     128, float32, images of the paper's size; other machines differ by a factor of two or three
 * @param protocol how it is trained unless options say otherwise
 * @param standardizesEachImage whether it sees the centre of each image, standardized by the
 *     image's own mean and deviation (Zhang et al. 2017, appendix A), instead of whole images
 *     standardized by the statistics of the data set
 * @param architecture declares its layers
 * @param withHidden the same with another number of units in each hidden layer, if its name may
 *     state one: {@code mlp(hidden=64)}
 */
public record NetworkKind(
    NetworkName name,
    int smallestSide,
    double imagesPerSecond,
    Protocol protocol,
    boolean standardizesEachImage,
    Architecture architecture,
    Optional<IntFunction<NetworkKind>> withHidden) {
  private static final int MOST_HIDDEN = 65_536;

  /** Declares the layers of a network. */
  @FunctionalInterface
  interface Architecture {
    /**
     * Declares the parameters, in the order in which their initial values are drawn.
     *
     * @param shape of the images that the network is given
     * @param classes K, 2 or more
     */
    Layer declare(Parameters parameters, ImageShape shape, int classes);
  }

  /** Describes a network that sees whole images, standardized by the statistics of the data set. */
  NetworkKind(
      String name,
      int smallestSide,
      double imagesPerSecond,
      Protocol protocol,
      Architecture architecture) {
    this(
        new NetworkName(name),
        smallestSide,
        imagesPerSecond,
        protocol,
        false,
        architecture,
        Optional.empty());
  }

  /**
   * Returns this kind as a name states it.
   *
   * @param stated this kind's name, perhaps with arguments
   * @throws InputException if this kind does not take these arguments
   */
  NetworkKind as(NetworkName stated) {
    if (stated.equals(name)) {
      return this;
    }
    Term term = Term.parse(stated.text());
    if (withHidden.isEmpty()) {
      throw term.error(name + " takes no arguments; leave the parentheses out");
    }
    double units = term.allow(1, "hidden").required("hidden", 0).number();
    if (!(units == Math.rint(units) && units >= 1 && units <= MOST_HIDDEN)) {
      throw term.error(
          "%s: hidden %s is not a whole number from 1 to %,d"
              .formatted(name, Term.format(units), MOST_HIDDEN));
    }
    return withHidden.get().apply((int) units);
  }

  /**
   * Refuses images that are too small for the network.
   *
   * @throws InputException with the smallest size
   */
  void requireSize(ImageShape shape) {
    if (shape.height() < smallestSide || shape.width() < smallestSide) {
      throw new InputException(
          "images of %dx%d are too small for %s, which needs %dx%d or more"
              .formatted(shape.height(), shape.width(), name, smallestSide, smallestSide));
    }
  }
}
