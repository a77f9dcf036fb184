package dev.rote.noise;

import dev.rote.text.InputException;

/**
 * Observed labels, and how they differ from the original ones.
 *
 * @param observed N observed labels in [0, K)
 * @param realizedRate share of the N labels that are altered; 0 for N = 0
 * @param realizedMatrix K×K; row k holds the shares of the classes among the observed labels of the
 *     samples of original class k; zeros where there are none. Empty for more than 1024 classes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record NoiseDraw(int[] observed, double realizedRate, double[][] realizedMatrix) {
  /** A matrix of more classes is too large for a run's record. */
  private static final int MAX_MATRIX_CLASSES = 1024;

  /**
   * Compares observed with original labels.
   *
   * @param classes K; all labels are below it
   */
  public static NoiseDraw of(int[] original, int[] observed, int classes) {
    double[][] matrix =
        classes > MAX_MATRIX_CLASSES ? new double[0][] : new double[classes][classes];
    int[] size = new int[classes];
    int altered = 0;
    for (int i = 0; i < original.length; i++) {
      size[original[i]]++;
      altered += observed[i] == original[i] ? 0 : 1;
      if (matrix.length > 0) {
        matrix[original[i]][observed[i]]++;
      }
    }
    for (int k = 0; k < matrix.length; k++) {
      for (int j = 0; j < classes && size[k] > 0; j++) {
        matrix[k][j] /= size[k];
      }
    }
    return new NoiseDraw(
        observed, original.length == 0 ? 0 : (double) altered / original.length, matrix);
  }

  static void requireRate(double rate) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new InputException("noise rate " + rate + " is outside [0, 1]");
    }
  }

  static void requireClasses(int classes) {
    if (classes < 2) {
      throw new InputException("label noise needs at least 2 classes, not " + classes);
    }
  }
}
