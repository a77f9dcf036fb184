package dev.rote.audit;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Samples whose exact class posteriors are known: features are the true class's unit vector times a
 * separation plus standard normal noise.
 *
 * @param heldOut predictions and noisy labels
 * @param noiseRate share of the labels that differ from the true class
 */
record SimulatedPredictions(HeldOut heldOut, double noiseRate) {
  /** How labels become wrong. */
  enum Noise {
    SYMMETRIC,
    PAIR,
    /** Between the two likeliest classes, the more often the less clear the sample is. */
    INSTANCE
  }

  /** What is predicted. */
  enum Predictions {
    /** The true class, exactly. */
    TRUE_CLASS,
    /** The square of that, normalized: overconfident. */
    SHARP,
    /** The root of that, normalized: underconfident. */
    FLAT,
    /** The observed label, exactly. */
    OBSERVED
  }

  /**
   * Draws samples.
   *
   * @param imbalanced whether 90% of the samples are of one class
   */
  static SimulatedPredictions of(
      int samples,
      int classes,
      boolean imbalanced,
      Noise noise,
      double rate,
      Predictions predictions,
      long seed) {
    // Small seeds of java.util.Random begin alike, so they are spread out.
    Random random = new Random(seed * 0x9E3779B97F4A7C15L);
    double[] share = new double[classes];
    Arrays.fill(share, imbalanced ? 0.1 / (classes - 1) : 1.0 / classes);
    share[0] = imbalanced ? 0.9 : share[0];
    double separation = 2.5 + 2.5 * random.nextDouble() + (classes >= 10 ? 1 : 0);
    double[][] posterior = new double[samples][];
    int[] truth = new int[samples];
    for (int i = 0; i < samples; i++) {
      truth[i] = draw(share, random);
      double[] log = new double[classes];
      for (int k = 0; k < classes; k++) {
        double feature = random.nextGaussian() + (k == truth[i] ? separation : 0);
        log[k] = Math.log(share[k]) + separation * feature;
      }
      double most = Arrays.stream(log).max().orElseThrow();
      posterior[i] = normalized(Arrays.stream(log).map(l -> Math.exp(l - most)).toArray());
    }
    double[] flip = flip(posterior, noise, rate);
    int[] labels = new int[samples];
    float[][] rows = new float[samples][];
    int wrong = 0;
    for (int i = 0; i < samples; i++) {
      double[] given = labelled(truth[i], posterior[i], noise, flip[i]);
      labels[i] = draw(given, random);
      wrong += labels[i] == truth[i] ? 0 : 1;
      rows[i] = row(posterior[i], noise, flip[i], predictions);
    }
    List<String> names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    return new SimulatedPredictions(new HeldOut(rows, labels, names), (double) wrong / samples);
  }

  /** Probability that a label is wrong: constant, or from 0.3 to 1.7 times that by clarity. */
  private static double[] flip(double[][] posterior, Noise noise, double rate) {
    int n = posterior.length;
    double[] flip = new double[n];
    Arrays.fill(flip, rate);
    if (noise == Noise.INSTANCE) {
      double[] doubt = new double[n];
      for (int i = 0; i < n; i++) {
        int[] top = top(posterior[i]);
        doubt[i] = posterior[i][top[1]] / posterior[i][top[0]];
      }
      int[] order =
          IntStream.range(0, n)
              .boxed()
              .sorted((a, b) -> Double.compare(doubt[a], doubt[b]))
              .mapToInt(i -> i)
              .toArray();
      for (int rank = 0; rank < n; rank++) {
        flip[order[rank]] = rate * (0.3 + 1.4 * rank / n);
      }
    }
    return flip;
  }

  /** Distribution of the label of a sample of a true class. */
  private static double[] labelled(int truth, double[] posterior, Noise noise, double flip) {
    int classes = posterior.length;
    double[] given = new double[classes];
    switch (noise) {
      case SYMMETRIC -> Arrays.fill(given, flip / (classes - 1));
      case PAIR -> given[(truth + 1) % classes] = flip;
      case INSTANCE -> {
        int[] top = top(posterior);
        given[top[0] == truth ? top[1] : top[0]] = flip;
      }
    }
    given[truth] = 1 - flip;
    return given;
  }

  private static float[] row(
      double[] posterior, Noise noise, double flip, Predictions predictions) {
    double[] values =
        switch (predictions) {
          case TRUE_CLASS -> posterior;
          case SHARP -> normalized(Arrays.stream(posterior).map(p -> p * p).toArray());
          case FLAT -> normalized(Arrays.stream(posterior).map(Math::sqrt).toArray());
          case OBSERVED -> {
            double[] sum = new double[posterior.length];
            for (int k = 0; k < sum.length; k++) {
              if (posterior[k] > 1e-12) {
                double[] given = labelled(k, posterior, noise, flip);
                for (int j = 0; j < sum.length; j++) {
                  sum[j] += posterior[k] * given[j];
                }
              }
            }
            yield normalized(sum);
          }
        };
    float[] row = new float[values.length];
    for (int k = 0; k < row.length; k++) {
      row[k] = (float) values[k];
    }
    return row;
  }

  private static int[] top(double[] values) {
    int first = values[1] > values[0] ? 1 : 0;
    int second = 1 - first;
    for (int k = 2; k < values.length; k++) {
      if (values[k] > values[first]) {
        second = first;
        first = k;
      } else if (values[k] > values[second]) {
        second = k;
      }
    }
    return new int[] {first, second};
  }

  private static double[] normalized(double[] values) {
    double sum = Arrays.stream(values).sum();
    return Arrays.stream(values).map(v -> v / sum).toArray();
  }

  private static int draw(double[] p, Random random) {
    double at = random.nextDouble();
    int k = 0;
    while (k < p.length - 1 && at >= p[k]) {
      at -= p[k++];
    }
    return k;
  }
}
