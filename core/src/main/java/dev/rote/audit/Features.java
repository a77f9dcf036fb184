package dev.rote.audit;

import dev.rote.data.Fold;
import dev.rote.text.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Features of N samples from any encoder of images, text, sound or tables, which make an audit
 * possible without training a network.
 *
 * @param values {@code [N][D]}, finite
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Features(float[][] values) {
  private static final int FOLDS = 5;
  private static final double[] RIDGES = {1e-5, 1e-4, 1e-3};

  /** The ridge is chosen on at most so many samples. */
  private static final int RIDGE_SAMPLES = 10_000;

  /** Standard deviation below which a feature counts as constant. */
  private static final double CONSTANT = 1e-8;

  /**
   * Checks what comes from outside.
   *
   * @throws InputException if there are no samples or features, rows differ in length, or a value
   *     is not finite
   */
  public Features {
    if (values.length == 0 || values[0].length == 0) {
      throw new InputException("there are no features; expected an array of samples by features");
    }
    for (int i = 0; i < values.length; i++) {
      if (values[i].length != values[0].length) {
        throw new InputException(
            "sample %d has %d features, sample 0 has %d"
                .formatted(i, values[i].length, values[0].length));
      }
      for (float value : values[i]) {
        if (!Float.isFinite(value)) {
          throw new InputException(
              "sample %d has a feature of %s; features must be finite".formatted(i, value));
        }
      }
    }
  }

  /**
   * Predicts each sample by a softmax regression that was trained on the four fifths of the samples
   * that it is not part of. Features are standardized; the ridge is the one of three with the
   * smallest held-out log loss, on about 10,000 of the samples if there are more.
   *
   * @throws InputException if there are not as many labels as samples, or they cannot be audited
   */
  public HeldOut predict(int[] labels, List<String> classNames, long seed) {
    if (labels.length != values.length) {
      throw new InputException(
          "%,d rows of features for %,d labels; there must be one row per label"
              .formatted(values.length, labels.length));
    }
    HeldOut.requireAuditable(labels, classNames);
    int classes = classNames.size();
    float[][] standard = standardized();
    int[] some = IntStream.range(0, labels.length).toArray();
    if (labels.length > RIDGE_SAMPLES) {
      int parts = (labels.length + RIDGE_SAMPLES - 1) / RIDGE_SAMPLES;
      int[] part = new Fold(0, parts).parts(labels, classes, seed);
      some = IntStream.range(0, labels.length).filter(i -> part[i] == 0).toArray();
    }
    int[] someLabels = Arrays.stream(some).map(i -> labels[i]).toArray();
    float[][] someFeatures = Arrays.stream(some).mapToObj(i -> standard[i]).toArray(float[][]::new);
    float[][] best = null;
    double bestRidge = 0;
    double smallest = Double.POSITIVE_INFINITY;
    for (double ridge : RIDGES) {
      float[][] predicted = predict(someFeatures, someLabels, classes, ridge, seed);
      double loss = 0;
      for (int i = 0; i < predicted.length; i++) {
        loss -= Math.log(Math.max(1e-12, predicted[i][someLabels[i]]));
      }
      if (best == null || loss < smallest) {
        smallest = loss;
        best = predicted;
        bestRidge = ridge;
      }
    }
    if (some.length < labels.length) {
      best = predict(standard, labels, classes, bestRidge, seed);
    }
    return new HeldOut(best, labels, classNames);
  }

  private static float[][] predict(
      float[][] features, int[] labels, int classes, double ridge, long seed) {
    int[] part = new Fold(0, FOLDS).parts(labels, classes, seed);
    float[][] predicted = new float[labels.length][];
    IntStream.range(0, FOLDS)
        .parallel()
        .forEach(
            fold -> {
              int[] others = IntStream.range(0, part.length).filter(i -> part[i] != fold).toArray();
              SoftmaxRegression model =
                  SoftmaxRegression.train(features, labels, others, classes, ridge, seed);
              for (int i = 0; i < part.length; i++) {
                if (part[i] == fold) {
                  predicted[i] = model.predict(features[i]);
                }
              }
            });
    return predicted;
  }

  /**
   * Returns the share of the most similar samples of each that carry another label (Zhu, Dong and
   * Liu 2022, Detecting corrupted labels without training a model to predict, section 4.1); the
   * higher, the more suspect.
   *
   * @param nearest {@code [N][k]}, as {@link #nearest} gives them
   * @return N shares, in [0, 1]
   */
  public static double[] disagreement(int[][] nearest, int[] labels) {
    double[] share = new double[nearest.length];
    for (int i = 0; i < share.length; i++) {
      int at = i;
      share[i] =
          Arrays.stream(nearest[i]).filter(j -> labels[j] != labels[at]).count()
              / (double) Math.max(1, nearest[i].length);
    }
    return share;
  }

  /**
   * Returns the most similar other samples of each, by the cosine of standardized features, the
   * most similar first. Takes N²·D steps.
   */
  public int[][] nearest(int neighbours) {
    float[][] unit = standardized();
    for (float[] row : unit) {
      double norm = 0;
      for (float value : row) {
        norm += value * value;
      }
      float scale = (float) (1 / Math.max(1e-12, Math.sqrt(norm)));
      for (int d = 0; d < row.length; d++) {
        row[d] *= scale;
      }
    }
    int most = Math.min(neighbours, unit.length - 1);
    return IntStream.range(0, unit.length)
        .parallel()
        .mapToObj(i -> nearest(unit, i, most))
        .toArray(int[][]::new);
  }

  private static int[] nearest(float[][] unit, int i, int count) {
    int[] nearest = new int[count];
    float[] likeness = new float[count];
    Arrays.fill(likeness, Float.NEGATIVE_INFINITY);
    for (int j = 0; j < unit.length; j++) {
      if (j == i) {
        continue;
      }
      float cosine = 0;
      for (int d = 0; d < unit[j].length; d++) {
        cosine += unit[i][d] * unit[j][d];
      }
      int at = count - 1;
      if (count == 0 || cosine <= likeness[at]) {
        continue;
      }
      while (at > 0 && cosine > likeness[at - 1]) {
        likeness[at] = likeness[at - 1];
        nearest[at] = nearest[at - 1];
        at--;
      }
      likeness[at] = cosine;
      nearest[at] = j;
    }
    return nearest;
  }

  /** Returns every feature with mean 0 and deviation 1/√D, so that the mean squared norm is 1. */
  private float[][] standardized() {
    int width = values[0].length;
    double[] mean = new double[width];
    double[] square = new double[width];
    for (float[] row : values) {
      for (int d = 0; d < width; d++) {
        mean[d] += row[d] / (double) values.length;
      }
    }
    for (float[] row : values) {
      for (int d = 0; d < width; d++) {
        square[d] += (row[d] - mean[d]) * (row[d] - mean[d]) / values.length;
      }
    }
    float[][] standard = new float[values.length][width];
    for (int d = 0; d < width; d++) {
      double deviation = Math.sqrt(square[d]);
      double scale = deviation < CONSTANT ? 0 : 1 / (deviation * Math.sqrt(width));
      for (int i = 0; i < values.length; i++) {
        standard[i][d] = (float) ((values[i][d] - mean[d]) * scale);
      }
    }
    return standard;
  }
}
