package dev.rote.loss;

import java.util.Arrays;
import java.util.Optional;

/** Inverse of a small dense matrix. */
final class SquareMatrix {
  /** A pivot below this, where rows sum to 1, means that the inverse would be rounding error. */
  private static final double SMALLEST_PIVOT = 1e-9;

  private SquareMatrix() {}

  /** Returns the inverse; empty if there is none. */
  static Optional<double[][]> inverse(double[][] matrix) {
    return isUniformOutsideDiagonal(matrix) ? ofUniform(matrix) : byElimination(matrix);
  }

  private static boolean isUniformOutsideDiagonal(double[][] matrix) {
    double diagonal = matrix[0][0];
    double other = matrix[0][1];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < matrix.length; j++) {
        if (matrix[i][j] != (i == j ? diagonal : other)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Inverts dI + bJ, with J all ones, as I/d − bJ/(d(d + nb)): the form of symmetric noise. */
  private static Optional<double[][]> ofUniform(double[][] matrix) {
    int n = matrix.length;
    double b = matrix[0][1];
    double d = matrix[0][0] - b;
    if (Math.abs(d) < SMALLEST_PIVOT || Math.abs(d + n * b) < SMALLEST_PIVOT) {
      return Optional.empty();
    }
    double[][] inverse = new double[n][n];
    for (int i = 0; i < n; i++) {
      Arrays.fill(inverse[i], -b / (d * (d + n * b)));
      inverse[i][i] += 1 / d;
    }
    return Optional.of(inverse);
  }

  /** Inverts by Gauss–Jordan elimination with the largest pivot of each column. */
  static Optional<double[][]> byElimination(double[][] matrix) {
    int n = matrix.length;
    double[][] left = new double[n][];
    double[][] right = new double[n][n];
    for (int i = 0; i < n; i++) {
      left[i] = matrix[i].clone();
      right[i][i] = 1;
    }
    for (int c = 0; c < n; c++) {
      int pivot = c;
      for (int i = c + 1; i < n; i++) {
        pivot = Math.abs(left[i][c]) > Math.abs(left[pivot][c]) ? i : pivot;
      }
      if (Math.abs(left[pivot][c]) < SMALLEST_PIVOT) {
        return Optional.empty();
      }
      swap(left, c, pivot);
      swap(right, c, pivot);
      double factor = 1 / left[c][c];
      scale(left[c], factor);
      scale(right[c], factor);
      for (int i = 0; i < n; i++) {
        if (i != c && left[i][c] != 0) {
          double times = left[i][c];
          subtract(left[i], times, left[c]);
          subtract(right[i], times, right[c]);
        }
      }
    }
    return Optional.of(right);
  }

  private static void swap(double[][] rows, int i, int j) {
    double[] row = rows[i];
    rows[i] = rows[j];
    rows[j] = row;
  }

  private static void scale(double[] row, double factor) {
    for (int k = 0; k < row.length; k++) {
      row[k] *= factor;
    }
  }

  private static void subtract(double[] row, double times, double[] other) {
    for (int k = 0; k < row.length; k++) {
      row[k] -= times * other[k];
    }
  }
}
