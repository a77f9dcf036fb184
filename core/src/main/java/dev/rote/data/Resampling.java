package dev.rote.data;

/**
 * Changes the size of a plane of values: bilinear where it grows, and where it shrinks a mean over
 * the area that each new value covers, weighted by a triangle, so that nothing is skipped. A plane
 * of the wanted size stays as it is.
 */
final class Resampling {
  private final int newWidth;
  private final float[][] across;
  private final float[][] down;

  Resampling(int height, int width, int newHeight, int newWidth) {
    this.newWidth = newWidth;
    this.across = weights(width, newWidth);
    this.down = weights(height, newHeight);
  }

  /** Puts row {@code y}, as wide as it will be, into {@code narrow}, height·newWidth values. */
  void across(float[] row, int y, float[] narrow) {
    for (int x = 0; x < newWidth; x++) {
      float sum = 0;
      int first = (int) across[x][0];
      for (int i = 1; i < across[x].length; i++) {
        sum += across[x][i] * row[first + i - 1];
      }
      narrow[y * newWidth + x] = sum;
    }
  }

  /** The rows of {@code narrow} as high as they will be, newHeight·newWidth values. */
  float[] down(float[] narrow) {
    float[] resized = new float[down.length * newWidth];
    for (int y = 0; y < down.length; y++) {
      int first = (int) down[y][0];
      for (int i = 1; i < down[y].length; i++) {
        for (int x = 0; x < newWidth; x++) {
          resized[y * newWidth + x] += down[y][i] * narrow[(first + i - 1) * newWidth + x];
        }
      }
    }
    return resized;
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
