package dev.rote.study;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.rote.data.DataSpec;
import dev.rote.data.Inputs;
import dev.rote.noise.LabelNoise;
import dev.rote.random.RandomStreams;
import dev.rote.text.InputException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One training, fully resolved.
 *
 * @param data the images
 * @param inputs what the network is given in their place
 * @param noise how labels are altered
 * @param network the network
 * @param loss the loss, with all of its arguments
 * @param protocol how it is trained; its learning rate is the one this loss gets
 * @param seed seed of the streams for inputs, noise, initial weights, batch order and subsample
 */
public record RunSpec(
    DataSpec data,
    Inputs inputs,
    LabelNoise noise,
    NetworkName network,
    LossSpec loss,
    Protocol protocol,
    long seed) {
  /** A training on the images themselves. */
  public RunSpec(
      DataSpec data,
      LabelNoise noise,
      NetworkName network,
      LossSpec loss,
      Protocol protocol,
      long seed) {
    this(data, Inputs.NONE, noise, network, loss, protocol, seed);
  }

  /** Reads a record, which names inputs only if they are altered. */
  @JsonCreator
  static RunSpec read(
      DataSpec data,
      Optional<Inputs> inputs,
      LabelNoise noise,
      NetworkName network,
      LossSpec loss,
      Protocol protocol,
      long seed) {
    return new RunSpec(data, inputs.orElse(Inputs.NONE), noise, network, loss, protocol, seed);
  }

  /**
   * Returns the positions of the training images that this run trains on, ascending: all of them,
   * or, with {@link DataSpec.Subset#subsample} s, s·n of them, rounded, drawn uniformly without
   * replacement. They come from a random stream of their own, so they depend on the seed, n and s
   * alone.
   *
   * @param n number of training images
   * @throws InputException if fewer than 2, or all, would be drawn
   */
  public int[] trainedOn(int n) {
    Optional<Double> share = data.subset().subsample();
    if (share.isEmpty()) {
      return IntStream.range(0, n).toArray();
    }
    int drawn = (int) Math.round(share.get() * n);
    if (drawn < 2 || drawn == n) {
      throw new InputException(
          "subsample %s of %d training images is %d of them; expected from 2 to %d"
              .formatted(share.get(), n, drawn, n - 1));
    }
    return Arrays.stream(RandomStreams.permutation(n, seed, "subsample", 0), 0, drawn)
        .mapToInt(Math::toIntExact)
        .sorted()
        .toArray();
  }

  /** Returns this training on images at another place, or at one that is not stated. */
  public RunSpec withDataAt(Optional<String> path) {
    return new RunSpec(data.withPath(path), inputs, noise, network, loss, protocol, seed);
  }

  /** Returns this training with another number of epochs. */
  public RunSpec withEpochs(int epochs) {
    return new RunSpec(data, inputs, noise, network, loss, protocol.withEpochs(epochs), seed);
  }
}
