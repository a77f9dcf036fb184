package dev.rote.data;

import dev.rote.text.InputException;

/**
 * Dimensions of an image.
 *
 * @param channels C, 1 or more
 * @param height H in pixels, 1 or more
 * @param width W in pixels, 1 or more
 */
public record ImageShape(int channels, int height, int width) {
  public ImageShape {
    if (channels < 1 || height < 1 || width < 1) {
      throw new InputException(
          "an image needs at least one channel and one pixel, not %d x %d x %d (channels x height x width)"
              .formatted(channels, height, width));
    }
  }

  /** Returns a square shape. */
  public static ImageShape square(int channels, int side) {
    return new ImageShape(channels, side, side);
  }

  /** Returns C·H·W, the number of values of an image. */
  public int values() {
    return channels * height * width;
  }

  /** Returns {@code 3 x 32 x 32}: channels, height, width. */
  @Override
  public String toString() {
    return channels + " x " + height + " x " + width;
  }
}
