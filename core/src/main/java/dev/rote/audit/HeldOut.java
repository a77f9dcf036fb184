package dev.rote.audit;

import dev.rote.format.Npy;
import dev.rote.format.NpyArray;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
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
  /** Rounding to bfloat16 or to three decimals moves the sum of a row by less. */
  private static final double SUM_TOLERANCE = 0.02;

  /** What a sum in floats may be off by; such rows are left as they are. */
  private static final double EXACT = 1e-6;

  private static final double LEAST_PROBABILITY = -1e-6;

  /**
   * Checks what comes from outside. Rows whose sum is off by rounding (up to 2%) are scaled to sum
   * to 1, in a copy, and values between −1e-6 and 0 count as 0.
   *
   * @throws InputException if sizes differ, a row is not a distribution, a label is out of range,
   *     or fewer than two classes occur among the labels
   */
  public HeldOut {
    classNames = List.copyOf(classNames);
    int classes = classNames.size();
    if (labels.length == 0) {
      throw new InputException("there is no label to audit");
    }
    if (probabilities.length != labels.length) {
      throw new InputException(
          "%,d rows of probabilities for %,d labels; there must be one row per label"
              .formatted(probabilities.length, labels.length));
    }
    probabilities = probabilities.clone();
    for (int i = 0; i < labels.length; i++) {
      probabilities[i] = distribution(probabilities[i], i, classes);
    }
    requireAuditable(labels, classNames);
  }

  /**
   * Checks whether labels can be audited at all.
   *
   * @throws InputException if one is out of range or fewer than two classes occur
   */
  public static void requireAuditable(int[] labels, List<String> classNames) {
    int classes = classNames.size();
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new InputException(
            "label %d of sample %d is outside [0, %d)".formatted(labels[i], i, classes));
      }
    }
    if (Arrays.stream(labels).distinct().limit(2).count() < 2) {
      throw new InputException(
          "all labels are the same, so an audit cannot find wrong ones; at least two classes are"
              + " needed");
    }
  }

  private static float[] distribution(float[] row, int sample, int classes) {
    if (row.length != classes) {
      throw new InputException(
          "sample %d has %d probabilities for %d classes".formatted(sample, row.length, classes));
    }
    double sum = 0;
    boolean exact = true;
    for (float p : row) {
      if (!(p >= LEAST_PROBABILITY && p <= 1 + SUM_TOLERANCE)) {
        throw new InputException(
            "sample %d has a probability of %s; probabilities lie in [0, 1]; apply a softmax to logits first"
                .formatted(sample, p));
      }
      exact &= p >= 0 && p <= 1;
      sum += Math.max(0, p);
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new InputException(
          "the probabilities of sample %d sum to %.4f, not to 1; apply a softmax to logits first"
              .formatted(sample, sum));
    }
    if (exact && Math.abs(sum - 1) <= EXACT) {
      return row;
    }
    float[] scaled = new float[classes];
    for (int k = 0; k < classes; k++) {
      scaled[k] = (float) Math.min(1, Math.max(0, row[k]) / sum);
    }
    return scaled;
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
    return new HeldOut(matrix, readLabels(labels), classNames);
  }

  /**
   * Reads labels from an NPY file: {@code [N]} or {@code [N,1]}, integers or whole floats.
   *
   * @throws InputException if it cannot be read or holds something else
   */
  public static int[] readLabels(Path file) {
    NpyArray array = npy(file);
    int[] shape = array.shape();
    boolean column = shape.length == 2 && shape[1] == 1;
    if (shape.length != 1 && !column) {
      throw new InputException(
          "%s has %d dimensions; labels have one".formatted(file, shape.length));
    }
    double[] values = array.toDoubles();
    int[] labels = new int[values.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (int) values[i];
      if (labels[i] != values[i]) {
        throw new InputException(
            "label %s of sample %d in %s is not an integer".formatted(values[i], i, file));
      }
    }
    return labels;
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
