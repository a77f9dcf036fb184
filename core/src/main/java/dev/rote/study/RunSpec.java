package dev.rote.study;

import dev.rote.data.DataSpec;

/**
 * One training, fully resolved.
 *
 * @param data the images
 * @param noise text of a {@link dev.rote.noise.LabelNoise}
 * @param network the network
 * @param loss text of a loss, in canonical form
 * @param protocol how it is trained; its learning rate is the one this loss gets
 * @param seed seed of the streams for noise, initial weights and batch order
 */
public record RunSpec(
    DataSpec data, String noise, NetworkKind network, String loss, Protocol protocol, long seed) {}
