package dev.rote.audit;

import dev.rote.random.RandomStreams;
import java.util.Arrays;

/**
 * Multinomial logistic regression with a ridge penalty, trained by stochastic gradient descent with
 * Nesterov momentum and a cosine schedule:
 *
 * <pre>min over W, b of mean_i −log softmax(W·x_i + b)_{y_i} + (ridge/2)·‖W‖²</pre>
 *
 * @param weights W and b, {@code [K][D + 1]}, b last
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SoftmaxRegression(float[][] weights) {
  private static final int BATCH = 32;
  private static final int FEWEST_STEPS = 3000;

  /** Passes over few samples, and over many; up to the number of visits, the first holds. */
  private static final int MOST_EPOCHS = 12;

  private static final int FEWEST_EPOCHS = 4;
  private static final int VISITS = 240_000;

  private static final double RATE = 0.5;
  private static final double MOMENTUM = 0.9;

  /**
   * Trains on the samples {@code at}.
   *
   * @param features {@code [N][D]}, of mean squared norm about 1
   */
  static SoftmaxRegression train(
      float[][] features, int[] labels, int[] at, int classes, double ridge, long seed) {
    int width = features[0].length;
    float[][] weights = new float[classes][width + 1];
    float[][] velocity = new float[classes][width + 1];
    float[][] gradient = new float[classes][width + 1];
    int perEpoch = Math.max(1, at.length / BATCH);
    int passes = Math.max(FEWEST_EPOCHS, Math.min(MOST_EPOCHS, VISITS / at.length));
    int epochs = Math.max(passes, (FEWEST_STEPS + perEpoch - 1) / perEpoch);
    int steps = epochs * perEpoch;
    int step = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      long[] order = RandomStreams.permutation(at.length, seed, "softmax regression", epoch);
      for (int batch = 0; batch < perEpoch; batch++) {
        float rate = (float) (RATE * 0.5 * (1 + Math.cos(Math.PI * step++ / steps)));
        int first = batch * BATCH;
        int last = Math.min(order.length, first + BATCH);
        for (float[] row : gradient) {
          Arrays.fill(row, 0);
        }
        for (int i = first; i < last; i++) {
          int sample = at[(int) order[i]];
          float[] x = features[sample];
          float[] p = softmax(weights, x);
          p[labels[sample]] -= 1;
          for (int k = 0; k < classes; k++) {
            float error = p[k] / (last - first);
            float[] row = gradient[k];
            for (int d = 0; d < width; d++) {
              row[d] += error * x[d];
            }
            row[width] += error;
          }
        }
        for (int k = 0; k < classes; k++) {
          for (int d = 0; d <= width; d++) {
            float g = gradient[k][d] + (d < width ? (float) ridge * weights[k][d] : 0);
            velocity[k][d] = (float) MOMENTUM * velocity[k][d] + g;
            weights[k][d] -= rate * (g + (float) MOMENTUM * velocity[k][d]);
          }
        }
      }
    }
    return new SoftmaxRegression(weights);
  }

  /** Class probabilities of one sample. */
  float[] predict(float[] x) {
    return softmax(weights, x);
  }

  private static float[] softmax(float[][] weights, float[] x) {
    float[] z = new float[weights.length];
    float most = Float.NEGATIVE_INFINITY;
    for (int k = 0; k < z.length; k++) {
      float[] row = weights[k];
      // four sums, since each addition would wait for the one before
      float a = row[x.length];
      float b = 0;
      float c = 0;
      float e = 0;
      int d = 0;
      for (; d + 3 < x.length; d += 4) {
        a += row[d] * x[d];
        b += row[d + 1] * x[d + 1];
        c += row[d + 2] * x[d + 2];
        e += row[d + 3] * x[d + 3];
      }
      for (; d < x.length; d++) {
        a += row[d] * x[d];
      }
      z[k] = a + b + (c + e);
      most = Math.max(most, z[k]);
    }
    float total = 0;
    for (int k = 0; k < z.length; k++) {
      z[k] = (float) Math.exp(z[k] - most);
      total += z[k];
    }
    for (int k = 0; k < z.length; k++) {
      z[k] /= total;
    }
    return z;
  }
}
