package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoiseModelTest {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final double[][] TRANSITION = {{0.8, 0.2, 0}, {0, 0.9, 0.1}, {0.15, 0.15, 0.7}};

  /**
   * Worked out by hand: π_b·((1−λ)·T_bb + λ·s_b) = 0.1·0.45, π_a·((1−λ)·T_ab + λ·s_b) = 0.9·0.15.
   */
  @Test
  void theProbabilityOfAWrongLabelIsBayes() {
    double[][] transition = {{0.8, 0.2}, {0.2, 0.8}};
    NoiseModel model = new NoiseModel(1, 1, 0.5, transition, 0, 0);
    float[][] p = {{0.9f, 0.1f}, {0.9f, 0.1f}, {0.9f, 0.1f}, {0.9f, 0.1f}};
    HeldOut data = new HeldOut(p, new int[] {1, 1, 0, 0}, List.of("a", "b"));
    NoiseModel.Verdict verdict = model.judge(data);
    assertThat(verdict.wrong()[0]).isEqualTo(0.135 / 0.18, within(1e-6));
    assertThat(verdict.right()[0]).isEqualTo(0.045 / 0.18, within(1e-6));
    assertThat(verdict.wrong()[2]).isEqualTo(0.1 * 0.55 / (0.9 * 0.85 + 0.1 * 0.55), within(1e-6));
    assertThat(verdict.suggested()).containsExactly(0, 0, 1, 1);
    assertThat(model.fit(data, all(4), 1).doubt()).isEqualTo(0.1, within(1e-6));
  }

  /** Labels drawn from the model itself give back what they were drawn with. */
  @ParameterizedTest
  @CsvSource({"1, 0, 0", "0.7, 0.5, 0.4", "1.5, 0.25, 0.6"})
  void whatLabelsWereDrawnWithIsFound(double beta, double eye, double byLikeness) {
    Drawn drawn = Drawn.of(40_000, beta, eye, byLikeness);
    NoiseModel model = NoiseModel.start(3, eye).fit(drawn.data, all(40_000), beta);
    assertThat(model.byLikeness()).isEqualTo(byLikeness, within(0.06));
    for (int k = 0; k < 3; k++) {
      for (int j = 0; j < 3; j++) {
        assertThat(model.transition()[k][j]).isEqualTo(TRANSITION[k][j], within(0.04));
      }
    }
    assertThat(model.judge(drawn.data).noiseRate()).isEqualTo(drawn.noiseRate, within(0.01));
    double[][] labelled = model.new Refit(drawn.data).labelled();
    for (int k = 0; k < 3; k++) {
      for (int j = 0; j < 3; j++) {
        assertThat(labelled[k][j]).isEqualTo(drawn.labelled[k][j], within(0.02));
      }
    }
  }

  @Test
  void thePosteriorFindsTheNoiseRateWithoutBeingToldTheModel() {
    Drawn drawn = Drawn.of(20_000, 0.7, 0.5, 0.4);
    NoisePosterior posterior = NoisePosterior.of(drawn.data);
    assertThat(posterior.rate())
        .isEqualTo(drawn.noiseRate, within(0.01 + 2 * posterior.rateDeviation()));
    assertThat(posterior.byLikeness())
        .isGreaterThan(2 * NoisePosterior.of(Drawn.of(20_000, 0.7, 0, 0).data).byLikeness());
    double sum = 0;
    for (int m = 0; m < posterior.weights().length; m++) {
      sum += posterior.weights()[m];
      assertThat(posterior.weights()[m]).isLessThanOrEqualTo(posterior.weights()[0]);
    }
    assertThat(sum).isEqualTo(1, within(1e-9));
  }

  /** A fitted model stays where each sample counts once, and moves a little where half do not. */
  @Test
  void weightsCountSamples() {
    Drawn drawn = Drawn.of(5000, 1, 0.5, 0.3);
    NoiseModel model = NoiseModel.start(3, 0.5).fit(drawn.data, all(5000), 1);
    double[] once = new double[5000];
    double[] half = new double[5000];
    for (int i = 0; i < once.length; i++) {
      once[i] = 1;
      half[i] = i < 2500 ? 2 : 0;
    }
    NoiseModel.Refit refit = model.new Refit(drawn.data);
    assertThat(refit.of(once, 8).noiseRate())
        .isEqualTo(model.judge(drawn.data).noiseRate(), within(1e-3));
    assertThat(refit.of(half, 8).noiseRate())
        .isNotEqualTo(refit.of(once, 8).noiseRate())
        .isEqualTo(model.judge(drawn.data).noiseRate(), within(0.03));
  }

  private static int[] all(int samples) {
    return IntStream.range(0, samples).toArray();
  }

  /** Predictions, and labels drawn from the model. */
  private record Drawn(HeldOut data, double noiseRate, double[][] labelled) {
    static Drawn of(int samples, double beta, double eye, double byLikeness) {
      Random random = new Random(1);
      float[][] p = new float[samples][3];
      int[] labels = new int[samples];
      double[][] counts = new double[3][3];
      int wrong = 0;
      for (int i = 0; i < samples; i++) {
        double[] evidence = {
          2.5 * random.nextGaussian(), 2.5 * random.nextGaussian(), 2.5 * random.nextGaussian()
        };
        double[] prediction = softmax(evidence, 1);
        for (int k = 0; k < 3; k++) {
          p[i][k] = (float) prediction[k];
        }
        int truth = draw(random, softmax(evidence, beta));
        labels[i] =
            random.nextDouble() < byLikeness
                ? draw(random, softmax(evidence, beta * eye))
                : draw(random, TRANSITION[truth]);
        wrong += labels[i] == truth ? 0 : 1;
        counts[truth][labels[i]]++;
      }
      for (double[] row : counts) {
        double sum = row[0] + row[1] + row[2];
        for (int j = 0; j < 3; j++) {
          row[j] /= sum;
        }
      }
      return new Drawn(new HeldOut(p, labels, NAMES), (double) wrong / samples, counts);
    }

    private static double[] softmax(double[] evidence, double power) {
      double[] p = new double[evidence.length];
      double sum = 0;
      for (int k = 0; k < p.length; k++) {
        p[k] = Math.exp(power * evidence[k]);
        sum += p[k];
      }
      for (int k = 0; k < p.length; k++) {
        p[k] /= sum;
      }
      return p;
    }

    private static int draw(Random random, double[] p) {
      double at = random.nextDouble();
      int k = 0;
      while (k < p.length - 1 && at >= p[k]) {
        at -= p[k++];
      }
      return k;
    }
  }
}
