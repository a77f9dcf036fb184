package dev.rote.audit;

import dev.rote.format.Npy;
import dev.rote.format.NpyArray;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Predicted probabilities of N samples, each from a network that was not trained on it, beside the
 * labels in question.
 *
 * @param probabilities {@code [N][K]}, rows that sum to 1
 * @param labels N observed labels, each in [0, K)
 * @param classNames names of the K classes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record HeldOut(float[][] probabilities, int[] labels, List<String> classNames) {
  private static final double ROW_TOLERANCE = 1e-3;

  /**
   * Checks what comes from outside.
   *
   * @throws InputException where sizes differ, a row is no distribution, a label is out of range,
   *     or the labels cannot be audited: fewer than two classes occur, or one has a single sample
   */
  public HeldOut {
    classNames = List.copyOf(classNames);
    int classes = classNames.size();
    if (labels.length == 0) {
      throw new InputException("there is no label to audit");
    }
    if (probabilities.length != labels.length) {
      throw new InputException(
          "%,d rows of probabilities for %,d labels; there must be one for each"
              .formatted(probabilities.length, labels.length));
    }
    for (int i = 0; i < labels.length; i++) {
      checkRow(probabilities[i], i, classes);
    }
    requireAuditable(labels, classNames);
  }

  /**
   * Checks whether labels can be audited at all.
   *
   * @throws InputException where one is out of range, fewer than two classes occur, or one has a
   *     single sample
   */
  public static void requireAuditable(int[] labels, List<String> classNames) {
    int[] count = new int[classNames.size()];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= count.length) {
        throw new InputException(
            "label %d of sample %d is outside [0, %d)".formatted(labels[i], i, count.length));
      }
      count[labels[i]]++;
    }
    checkClasses(count, classNames);
  }

  private static void checkRow(float[] row, int sample, int classes) {
    if (row.length != classes) {
      throw new InputException(
          "sample %d has %d probabilities for %d classes".formatted(sample, row.length, classes));
    }
    double sum = 0;
    for (float p : row) {
      if (!(p >= 0 && p <= 1 + ROW_TOLERANCE)) {
        throw new InputException(
            "sample %d has a probability of %s; they lie in [0, 1]; logits want a softmax first"
                .formatted(sample, p));
      }
      sum += p;
    }
    if (Math.abs(sum - 1) > ROW_TOLERANCE) {
      throw new InputException(
          "the probabilities of sample %d sum to %.4f, not to 1; logits want a softmax first"
              .formatted(sample, sum));
    }
  }

  private static void checkClasses(int[] count, List<String> names) {
    int occurring = 0;
    for (int k = 0; k < count.length; k++) {
      if (count[k] == 1) {
        throw new InputException(
            "class '%s' has a single sample, of which nothing can be said; add some or leave it out"
                .formatted(names.get(k)));
      }
      occurring += count[k] > 0 ? 1 : 0;
    }
    if (occurring < 2) {
      throw new InputException(
          "all labels are the same, so none can be told to be wrong; at least two classes are needed");
    }
  }

  /**
   * Reads what another system predicted.
   *
   * @param probabilities NPY file, floats {@code [N,K]}
   * @param labels NPY file, integers {@code [N]}
   * @param names of the classes 0 to K−1; empty: their numbers
   * @throws InputException also where a file cannot be read or holds something else
   */
  public static HeldOut read(Path probabilities, Path labels, List<String> names) {
    NpyArray rows = npy(probabilities);
    int[] shape = rows.shape();
    if (shape.length != 2) {
      throw new InputException(
          "%s has %d dimensions; probabilities have two, samples and classes"
              .formatted(probabilities, shape.length));
    }
    NpyArray observed = npy(labels);
    if (observed.shape().length != 1 || observed.type().isFloating()) {
      throw new InputException(labels + " holds no labels: expected are integers in one dimension");
    }
    double[] values = rows.toDoubles();
    float[][] matrix = new float[shape[0]][shape[1]];
    for (int i = 0; i < values.length; i++) {
      matrix[i / shape[1]][i % shape[1]] = (float) values[i];
    }
    if (!names.isEmpty() && names.size() != shape[1]) {
      throw new InputException(
          "%s has %d classes; names given: %d".formatted(probabilities, shape[1], names.size()));
    }
    List<String> classNames =
        names.isEmpty() ? IntStream.range(0, shape[1]).mapToObj(Integer::toString).toList() : names;
    return new HeldOut(matrix, observed.toInts(), classNames);
  }

  private static NpyArray npy(Path file) {
    try {
      return Npy.read(file);
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Number of samples, N. */
  public int size() {
    return labels.length;
  }

  /** Number of classes, K. */
  public int classes() {
    return classNames.size();
  }

  /** Number of samples of each observed label. */
  int[] counts() {
    int[] count = new int[classes()];
    for (int label : labels) {
      count[label]++;
    }
    return count;
  }
}
