package dev.rote.study;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.rote.data.DataSpec;
import dev.rote.data.Inputs;
import dev.rote.noise.LabelNoise;
import java.util.Optional;

/**
 * One training, fully resolved.
 *
 * @param data the images
 * @param inputs what the network is given in their place
 * @param noise how labels are altered
 * @param network the network
 * @param loss the loss, with all of its arguments
 * @param protocol how it is trained; its learning rate is the one this loss gets
 * @param seed seed of the streams for inputs, noise, initial weights and batch order
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
   * Returns this training on images that are read from another place, or one that is not stated.
   */
  public RunSpec withDataAt(Optional<String> path) {
    return new RunSpec(data.withPath(path), inputs, noise, network, loss, protocol, seed);
  }

  /** Returns this training with another number of epochs. */
  public RunSpec withEpochs(int epochs) {
    return new RunSpec(data, inputs, noise, network, loss, protocol.withEpochs(epochs), seed);
  }
}
