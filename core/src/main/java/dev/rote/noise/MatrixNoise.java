package dev.rote.noise;

import dev.rote.random.RandomStreams;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Observed labels drawn from the row of the original label in a K×K matrix.
 *
 * @param file K rows of probabilities, each summing to 1
 */
record MatrixNoise(NoiseFile file) implements LabelNoise {
  static final NoiseKind KIND =
      new NoiseKind("matrix", term -> new MatrixNoise(NoiseKind.file(term)));

  /** Files give probabilities in a few digits. */
  private static final double TOLERANCE = 1e-6;

  @Override
  public void requireReadable() {
    matrix();
  }

  private double[][] matrix() {
    Path path = file.path();
    List<CsvRow> rows = file.rows();
    int classes = rows.size();
    if (classes < 2) {
      throw new InputException(
          "noise matrix %s has %d rows; it needs one for each class, at least 2"
              .formatted(path, classes));
    }
    double[][] matrix = new double[classes][classes];
    for (int k = 0; k < classes; k++) {
      List<String> row = rows.get(k).cells();
      if (row.size() != classes) {
        throw new InputException(
            "noise matrix %s is not square: %d rows, but row %d has %d values"
                .formatted(path, classes, k + 1, row.size()));
      }
      double sum = 0;
      for (int j = 0; j < classes; j++) {
        matrix[k][j] = probability(row.get(j), path, k, j);
        sum += matrix[k][j];
      }
      if (Math.abs(sum - 1) > TOLERANCE) {
        throw new InputException(
            "noise matrix %s: row %d sums to %s, not to 1".formatted(path, k + 1, sum));
      }
    }
    return matrix;
  }

  private static double probability(String text, Path path, int k, int j) {
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new InputException(
          "noise matrix %s: '%s' in row %d, column %d is not a number"
              .formatted(path, text, k + 1, j + 1),
          e);
    }
    if (!(value >= 0 && value <= 1)) {
      throw new InputException(
          "noise matrix %s: probability %s in row %d, column %d is outside [0, 1]"
              .formatted(path, text, k + 1, j + 1));
    }
    return value;
  }

  @Override
  public NoiseDraw draw(int[] original, long[] ids, int classes, long seed) {
    NoiseDraw.requireClasses(classes);
    double[][] matrix = transitionMatrix(classes);
    UniformRandomProvider random = RandomStreams.stream(seed, "noise");
    int[] observed = new int[original.length];
    for (int i = 0; i < observed.length; i++) {
      observed[i] = pick(matrix[original[i]], random.nextDouble());
    }
    return NoiseDraw.of(original, observed, classes);
  }

  /** Returns the class at which the sum of probabilities passes {@code u} in [0, 1). */
  private static int pick(double[] row, double u) {
    double sum = 0;
    int last = 0;
    for (int j = 0; j < row.length; j++) {
      sum += row[j];
      if (row[j] > 0) {
        if (u < sum) {
          return j;
        }
        last = j;
      }
    }
    return last;
  }

  @Override
  public double[][] transitionMatrix(int classes) {
    double[][] matrix = matrix();
    if (matrix.length != classes) {
      throw new InputException(
          "noise matrix %s has %d rows, but the data has %d classes"
              .formatted(file.path(), matrix.length, classes));
    }
    return matrix;
  }

  @Override
  public String toString() {
    return file.text("matrix");
  }

  @Override
  public String fingerprint() {
    return file.fingerprint("matrix");
  }
}
