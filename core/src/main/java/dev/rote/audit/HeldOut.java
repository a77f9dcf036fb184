package dev.rote.audit;

import dev.rote.text.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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

  /** Sums that are further off are mentioned. */
  private static final double WORTH_A_NOTE = 1e-4;

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
            "sample %d has a probability of %s; probabilities lie in [0, 1]%s"
                .formatted(sample, p, Float.isNaN(p) ? "" : "; --logits takes logits"));
      }
      exact &= p >= 0 && p <= 1;
      sum += Math.max(0, p);
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new InputException(
          "the probabilities of sample %d sum to %.4f, not to 1; --logits takes logits"
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
   * Describes what rounding did to probabilities that {@link #HeldOut} accepts.
   *
   * @return a line for rows that do not sum to 1, and one for negative values; none where there are
   *     none
   */
  public static List<String> rounding(float[][] probabilities) {
    int rescaled = 0;
    double furthest = 0;
    int negative = 0;
    for (float[] row : probabilities) {
      double sum = 0;
      boolean clipped = false;
      for (float p : row) {
        sum += Math.max(0, p);
        clipped |= p < 0;
      }
      double off = Math.abs(sum - 1);
      rescaled += off > WORTH_A_NOTE ? 1 : 0;
      furthest = Math.max(furthest, off);
      negative += clipped ? 1 : 0;
    }
    List<String> notes = new ArrayList<>();
    if (rescaled > 0) {
      notes.add(
          String.format(
              Locale.ROOT,
              "rows of probabilities that were rounded and do not sum to 1: %,d of %,d, off by up"
                  + " to %.4f; they are rescaled",
              rescaled,
              probabilities.length,
              furthest));
    }
    if (negative > 0) {
      notes.add(
          String.format(
              Locale.ROOT,
              "rows with negative values of at most 1e-6 in size: %,d; these count as 0",
              negative));
    }
    return notes;
  }

  /**
   * Returns a line with the remedy if the columns of the predictions are probably in another order
   * than the classes: if another order explains the labels far better. Networks that learned little
   * and labels that are often wrong give none.
   *
   * @param predictions what the line calls the predictions
   */
  public Optional<String> doubtfulColumns(String predictions) {
    return ColumnOrder.doubt(this, predictions);
  }

  /** Returns the number of samples, N. */
  public int size() {
    return labels.length;
  }

  /** Returns the class that is predicted for a sample: the likeliest, on a tie the lowest. */
  int predicted(int sample) {
    return likeliest(probabilities[sample]);
  }

  /** Returns the class of the largest probability, on a tie the lowest. */
  static int likeliest(float[] p) {
    int best = 0;
    for (int k = 1; k < p.length; k++) {
      best = p[k] > p[best] ? k : best;
    }
    return best;
  }

  /** Returns the number of classes, K. */
  public int classes() {
    return classNames.size();
  }

  /** Returns the samples at {@code positions}, in that order. */
  HeldOut select(int[] positions) {
    float[][] rows = new float[positions.length][];
    int[] chosen = new int[positions.length];
    for (int i = 0; i < positions.length; i++) {
      rows[i] = probabilities[positions[i]];
      chosen[i] = labels[positions[i]];
    }
    return new HeldOut(rows, chosen, classNames);
  }

  /** Returns the number of samples of each observed label. */
  int[] counts() {
    int[] count = new int[classes()];
    for (int label : labels) {
      count[label]++;
    }
    return count;
  }
}
