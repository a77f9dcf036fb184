package dev.rote.data;

/**
 * Changes the size of a plane of values, row by row: bilinear where it grows; where it shrinks, a
 * mean over the area that each new value covers, weighted by a triangle, so that no pixel is
 * skipped. A plane of the wanted size stays as it is. Only the new plane is held in memory.
 */
final class Resampling {
  private final int newWidth;
  private final float[][] across;
  private final float[][] down;
  private final float[] narrow;
  private final float[][] planes;
  private int open;

  Resampling(int channels, int height, int width, int newHeight, int newWidth) {
    this.newWidth = newWidth;
    this.across = weights(width, newWidth);
    this.down = weights(height, newHeight);
    this.narrow = new float[newWidth];
    this.planes = new float[channels][newHeight * newWidth];
  }

  /** Adds row {@code y} of a channel; rows come in ascending order, each with all its channels. */
  void add(int channel, float[] row, int y) {
    for (int x = 0; x < newWidth; x++) {
      float sum = 0;
      int first = (int) across[x][0];
      for (int i = 1; i < across[x].length; i++) {
        sum += across[x][i] * row[first + i - 1];
      }
      narrow[x] = sum;
    }
    while (open < down.length && (int) down[open][0] + down[open].length - 1 <= y) {
      open++;
    }
    float[] plane = planes[channel];
    for (int i = open; i < down.length && (int) down[i][0] <= y; i++) {
      int at = y - (int) down[i][0] + 1;
      if (at >= down[i].length) {
        continue;
      }
      for (int x = 0; x < newWidth; x++) {
        plane[i * newWidth + x] += down[i][at] * narrow[x];
      }
    }
  }

  /** Returns the channels' new planes, newHeight·newWidth values each, after the last row. */
  float[][] planes() {
    return planes;
  }

  /** For each new value: the first old one that counts, then the weights from there on. */
  private static float[][] weights(int length, int newLength) {
    double scale = (double) length / newLength;
    double reach = Math.max(1, scale);
    float[][] weights = new float[newLength][];
    for (int i = 0; i < newLength; i++) {
      double centre = (i + 0.5) * scale;
      int first = Math.max(0, (int) Math.floor(centre - reach));
      int end = Math.min(length, (int) Math.ceil(centre + reach));
      double[] triangle = new double[end - first];
      double sum = 0;
      for (int j = first; j < end; j++) {
        triangle[j - first] = Math.max(0, 1 - Math.abs(j + 0.5 - centre) / reach);
        sum += triangle[j - first];
      }
      weights[i] = new float[1 + triangle.length];
      weights[i][0] = first;
      for (int j = 0; j < triangle.length; j++) {
        weights[i][1 + j] = (float) (triangle[j] / sum);
      }
    }
    return weights;
  }
}
