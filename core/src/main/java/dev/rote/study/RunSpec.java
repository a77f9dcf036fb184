package dev.rote.study;

import dev.rote.data.DataSpec;
import dev.rote.noise.LabelNoise;
import java.util.Optional;

/**
 * One training, fully resolved.
 *
 * @param data the images
 * @param noise how labels are altered
 * @param network the network
 * @param loss the loss, with all of its arguments
 * @param protocol how it is trained; its learning rate is the one this loss gets
 * @param seed seed of the streams for noise, initial weights and batch order
 */
public record RunSpec(
    DataSpec data,
    LabelNoise noise,
    NetworkName network,
    LossSpec loss,
    Protocol protocol,
    long seed) {
  /** Returns this training on images at another place, or at one that is not stated. */
  public RunSpec withDataAt(Optional<String> path) {
    return new RunSpec(data.withPath(path), noise, network, loss, protocol, seed);
  }
}
