package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.data.NumberTable;
import dev.rote.format.Npy;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeaturesTest {
  private static final List<String> NAMES = List.of("a", "b", "c");

  /**
   * Three normal classes in eight dimensions, on scales that differ; a fifth of the labels wrong.
   */
  private record Drawn(Features features, int[] truth, int[] labels) {
    static Drawn of(int samples, double separation) {
      Random random = new Random(5);
      float[][] x = new float[samples][8];
      int[] truth = new int[samples];
      int[] labels = new int[samples];
      for (int i = 0; i < samples; i++) {
        truth[i] = random.nextInt(3);
        labels[i] = random.nextDouble() < 0.2 ? (truth[i] + 1 + random.nextInt(2)) % 3 : truth[i];
        for (int d = 0; d < 8; d++) {
          double z = random.nextGaussian() + (d == truth[i] ? separation : 0);
          x[i][d] = (float) (Math.pow(10, d - 4) * z + 3);
        }
      }
      return new Drawn(new Features(x), truth, labels);
    }
  }

  @Test
  void heldOutPredictionsAreThoseOfTheExactPosterior() {
    Drawn drawn = Drawn.of(3000, 3);
    float[][] predicted = drawn.features.predict(drawn.truth, NAMES, 1).probabilities();
    double off = 0;
    for (int i = 0; i < 3000; i++) {
      double[] posterior = new double[3];
      double sum = 0;
      for (int k = 0; k < 3; k++) {
        double z = (drawn.features.values()[i][k] - 3) / Math.pow(10, k - 4);
        posterior[k] = Math.exp(3 * z - 4.5);
        sum += posterior[k];
      }
      for (int k = 0; k < 3; k++) {
        off += Math.abs(predicted[i][k] - posterior[k] / sum) / 9000;
      }
    }
    assertThat(off).as("mean absolute error of the probabilities").isLessThan(0.02);
  }

  @Test
  void labelsAreAuditedByFeaturesAlone() {
    Drawn drawn = Drawn.of(3000, 3);
    HeldOut heldOut = drawn.features.predict(drawn.labels, NAMES, 1);
    AuditResult result = Audit.of(heldOut);
    assertThat(result.noiseRate().low()).isLessThan(0.2);
    assertThat(result.noiseRate().high()).isGreaterThan(0.2);
    DetectionQuality quality = DetectionQuality.of(result.ranking(), drawn.truth);
    assertThat(quality.auroc()).isGreaterThan(0.95);
  }

  @Test
  void neighboursOfAnotherLabelAreCounted() {
    // In one dimension the cosine is the sign: two groups of three.
    float[][] x = {{1}, {2}, {3}, {-1}, {-2}, {-3}};
    double[] share =
        Features.disagreement(new Features(x).nearest(2), new int[] {0, 0, 1, 1, 1, 1});
    assertThat(share[0]).isEqualTo(0.5, within(1e-9));
    assertThat(share[2]).isEqualTo(1, within(1e-9));
    assertThat(share[4]).isZero();
  }

  @Test
  void wrongLabelsHaveNeighboursOfAnotherLabel() {
    Drawn drawn = Drawn.of(1000, 5);
    double[] share = Features.disagreement(drawn.features.nearest(10), drawn.labels);
    double wrong = 0;
    double right = 0;
    int count = 0;
    for (int i = 0; i < 1000; i++) {
      if (drawn.labels[i] != drawn.truth[i]) {
        wrong += share[i];
        count++;
      } else {
        right += share[i];
      }
    }
    assertThat(wrong / count).isGreaterThan(0.8);
    assertThat(right / (1000 - count)).isLessThan(0.35);
  }

  /**
   * Well separated classes of unequal size, labels drawn along a transition matrix that is not
   * symmetric.
   */
  @Test
  void theConsensusOfNeighboursGivesTheTransitionMatrix() {
    double[][] transition = {{0.7, 0.3, 0}, {0.1, 0.9, 0}, {0, 0.2, 0.8}};
    double[] shares = {0.5, 0.3, 0.2};
    Random random = new Random(8);
    float[][] x = new float[4000][3];
    int[] labels = new int[4000];
    for (int i = 0; i < 4000; i++) {
      int truth = draw(shares, random);
      labels[i] = draw(transition[truth], random);
      for (int d = 0; d < 3; d++) {
        x[i][d] = (float) (random.nextGaussian() + (d == truth ? 12 : 0));
      }
    }
    NeighbourConsensus consensus = NeighbourConsensus.of(labels, new Features(x).nearest(2), 3);
    for (int k = 0; k < 3; k++) {
      assertThat(consensus.shares()[k]).isEqualTo(shares[k], within(0.04));
      for (int j = 0; j < 3; j++) {
        assertThat(consensus.transition()[k][j]).isEqualTo(transition[k][j], within(0.06));
      }
    }
    assertThat(consensus.noiseRate()).isEqualTo(0.5 * 0.3 + 0.3 * 0.1 + 0.2 * 0.2, within(0.03));
  }

  private static int draw(double[] p, Random random) {
    double at = random.nextDouble();
    int k = 0;
    while (k < p.length - 1 && at >= p[k]) {
      at -= p[k++];
    }
    return k;
  }

  @Test
  void whatIsNoFeatureArrayIsRefused(@TempDir Path directory) throws IOException {
    Path flat = directory.resolve("flat.npy");
    Npy.write(flat, new float[] {1, 2, 3}, 3);
    assertThatThrownBy(() -> NumberTable.read(flat))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has 1 dimensions");
    assertThatThrownBy(() -> new Features(new float[][] {{1, Float.NaN}}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("must be finite");
    Features two = new Features(new float[][] {{1}, {2}});
    assertThatThrownBy(() -> two.predict(new int[] {0, 1, 1}, NAMES, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("2 rows of features for 3 labels");
  }
}
