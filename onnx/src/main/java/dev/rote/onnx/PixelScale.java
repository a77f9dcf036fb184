package dev.rote.onnx;

import dev.rote.text.Names;

/**
 * How the pixels of an image become the numbers that a network was trained on; for networks that do
 * not do this themselves.
 */
public enum PixelScale {
  /** [0, 1], then standardized with the channel means and deviations of ImageNet. */
  IMAGENET(new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f}),
  /** [0, 1], then standardized as for OpenAI's CLIP. */
  CLIP(
      new float[] {0.48145466f, 0.4578275f, 0.40821073f},
      new float[] {0.26862954f, 0.26130258f, 0.27577711f}),
  /** [−1, 1]. */
  SIGNED(new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.5f, 0.5f, 0.5f}),
  /** [0, 1]. */
  UNIT(new float[] {0, 0, 0}, new float[] {1, 1, 1}),
  /** [0, 255]. */
  BYTES(new float[] {0, 0, 0}, new float[] {1 / 255f, 1 / 255f, 1 / 255f});

  private final float[] mean;
  private final float[] deviation;

  PixelScale(float[] mean, float[] deviation) {
    this.mean = mean;
    this.deviation = deviation;
  }

  /** Returns the number that a network gets for a pixel value of a channel. */
  float of(byte pixel, int channel) {
    return (Byte.toUnsignedInt(pixel) / 255f - mean[channel]) / deviation[channel];
  }

  /** Returns its name on the command line. */
  @Override
  public String toString() {
    return Names.of(this);
  }
}
