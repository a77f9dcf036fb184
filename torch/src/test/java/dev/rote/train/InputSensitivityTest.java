package dev.rote.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rote.memorization.Gini;
import dev.rote.net.Classifier;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class InputSensitivityTest {
  private static final int N = 200;
  private static final int D = 9;

  private static float[] normal(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Returns logits W·x of K classes, and the images as rows. */
  private static double[] logits(float[] w, float[] x, int sample, int classes) {
    double[] z = new double[classes];
    for (int k = 0; k < classes; k++) {
      for (int d = 0; d < D; d++) {
        z[k] += w[k * D + d] * x[sample * D + d];
      }
    }
    return z;
  }

  private static boolean[] found(float[] w, float[] x, int classes, double radius) {
    try (PointerScope scope = new PointerScope()) {
      Tensor weight = Tensor.create(w).reshape(classes, D);
      Classifier linear =
          images -> torch.linear(images.flatten(1, -1), weight, new TensorOptional());
      Tensor images = Tensor.create(x).reshape(N, 1, 3, 3);
      double[] critical =
          TensorTransfer.doubles(
              InputSensitivity.critical(linear, images, radius).to(ScalarType.Double));
      boolean[] flags = new boolean[N];
      for (int i = 0; i < N; i++) {
        flags[i] = critical[i] == 1;
      }
      return flags;
    }
  }

  /** Returns whether z_p − z_k < r·‖w_p − w_k‖₁ for some class k: the closed form. */
  private static boolean[] expected(float[] w, float[] x, int classes, double radius) {
    boolean[] flags = new boolean[N];
    for (int i = 0; i < N; i++) {
      double[] z = logits(w, x, i, classes);
      int p = 0;
      for (int k = 1; k < classes; k++) {
        p = z[k] > z[p] ? k : p;
      }
      for (int k = 0; k < classes; k++) {
        double norm = 0;
        for (int d = 0; d < D; d++) {
          norm += Math.abs(w[p * D + d] - w[k * D + d]);
        }
        flags[i] |= k != p && z[p] - z[k] < radius * norm;
      }
    }
    return flags;
  }

  @Test
  void twoClassesOfALinearNetworkAreAsTheClosedForm() {
    float[] w = normal(2 * D, 1);
    float[] x = normal(N * D, 2);
    for (double radius : new double[] {0.05, 0.25, 0.8}) {
      boolean[] closed = expected(w, x, 2, radius);
      assertThat(found(w, x, 2, radius)).isEqualTo(closed);
      assertThat(closed).contains(true).contains(false);
    }
  }

  /** With more classes the search follows the runner-up and may miss another class. */
  @Test
  void moreClassesAreALowerBound() {
    float[] w = normal(4 * D, 3);
    float[] x = normal(N * D, 4);
    boolean[] closed = expected(w, x, 4, 0.25);
    boolean[] search = found(w, x, 4, 0.25);
    int all = 0;
    int missed = 0;
    for (int i = 0; i < N; i++) {
      assertThat(closed[i] || !search[i]).as("sample " + i).isTrue();
      all += closed[i] ? 1 : 0;
      missed += closed[i] && !search[i] ? 1 : 0;
    }
    assertThat(all).isBetween(20, N - 20);
    assertThat(missed).isLessThanOrEqualTo(all / 10);
  }

  @Test
  void giniIsThatOfTextbooks() {
    assertThat(Gini.of(new double[] {3, 3, 3})).isZero();
    assertThat(Gini.of(new double[] {0, 0, 0, 5})).isCloseTo(0.75, within(1e-12));
    // Half of the mean absolute difference over all pairs, relative to the mean: 20/16 / 2 / 2.5
    assertThat(Gini.of(new double[] {4, 2, 1, 3})).isCloseTo(0.25, within(1e-12));
    assertThat(Gini.of(new double[] {0, 0})).isNaN();
    assertThat(Gini.of(new double[0])).isNaN();
    // An exponential distribution has 1/2.
    Random random = new Random(5);
    double[] exponential = random.doubles(20_000).map(u -> -Math.log(1 - u)).toArray();
    assertThat(Gini.of(exponential)).isCloseTo(0.5, within(0.01));
  }
}
