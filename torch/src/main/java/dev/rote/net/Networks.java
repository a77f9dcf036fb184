package dev.rote.net;

/** Networks by name. */
public final class Networks {
  private Networks() {}

  /**
   * A network with freshly drawn weights. The same seed gives the same weights, on every machine.
   *
   * @param name {@code inception-lite}, {@code resnet32}, {@code resnet18}, {@code small-cnn} or
   *     {@code mlp}
   * @param channels C of the images
   * @param height H of the images that the network is given
   * @param width W of the images that the network is given
   * @param classes K
   * @param seed seed of the initial weights
   */
  public static Network create(
      String name, int channels, int height, int width, int classes, long seed) {
    throw new UnsupportedOperationException(name);
  }
}
