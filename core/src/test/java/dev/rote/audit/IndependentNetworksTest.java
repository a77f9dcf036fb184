package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndependentNetworksTest {
  private static final int CLASSES = 4;
  private static final int SAMPLES = 8000;

  /**
   * 0.188 − 100·(0.01 + 0.001)·(0.002 + 0.001)/0.8 − 1.959964·√(0.188·0.812/1000) − 0.005, by hand.
   */
  @Test
  void theBoundIsWhatErrorsDoNotExplain() {
    var networks = new IndependentNetworks(1000, 0.8, 0.01, 0.002, 0.188);
    assertThat(networks.bound()).isCloseTo(0.154659, within(1e-6));
  }

  @Test
  void withoutSamplesThereIsNoBound() {
    assertThat(new IndependentNetworks(0, 0, 0, 0, 0).bound()).isZero();
    assertThat(new IndependentNetworks(500, 0, 0.5, 0.1, 0.4).bound()).isZero();
  }

  /** Both networks err on hard samples: 40% of them together, 30% each one alone. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.3, 0.5})
  void theBoundIsBelowTheNoiseAndNearIt(double noise) {
    for (long seed = 1; seed <= 5; seed++) {
      double bound = new Trial(noise, 0.05, 0, false, seed).networks().bound();
      assertThat(bound).isBetween(Math.max(0, noise - 0.11), noise);
    }
  }

  @Test
  void weakNetworksLeaveNoBound() {
    assertThat(new Trial(0, 0.9, 0, false, 1).networks().bound()).isZero();
  }

  @Test
  void networksThatMemorizeLeaveNoBoundRatherThanAWrongOne() {
    double resisting = new Trial(0.3, 0.05, 0.05, false, 1).networks().bound();
    double memorizing = new Trial(0.3, 0.05, 0.95, false, 1).networks().bound();
    assertThat(resisting).isBetween(0.1, 0.3);
    assertThat(memorizing).isZero();
  }

  /**
   * Networks that predict class 0 for class 1 contradict a quarter of the labels, all of them
   * right.
   */
  @Test
  void classesThatNetworksGaveUpAreNoWrongLabels() {
    IndependentNetworks networks = new Trial(0, 0.02, 0, true, 1).networks();
    assertThat(networks.neither()).isLessThan(0.03);
    assertThat(networks.bound()).isZero();
  }

  @Test
  void theBoundIsTheLowerEnd() {
    var sure = new IndependentNetworks(1000, 0.8, 0.01, 0.002, 0.188);
    var unsure = new IndependentNetworks(1000, 0.4, 0.2, 0.1, 0.3);
    Rate raised = sure.with(new Rate(0.2, 0.02, 0.3));
    assertThat(raised.low()).isEqualTo(sure.bound());
    assertThat(raised.value()).isEqualTo(0.2);
    assertThat(unsure.with(new Rate(0.6, 0.4, 0.7))).isEqualTo(new Rate(0.35, 0, 0.7));
    var few = new IndependentNetworks(50, 0.78, 0.02, 0, 0.2);
    assertThat(few.bound()).as("too few to raise it").isZero();
    Rate kept = few.with(new Rate(0.2, 0.18, 0.3));
    assertThat(kept).as("and no errors that lower it").isEqualTo(new Rate(0.2, 0.18, 0.3));
    assertThat(sure.with(new Rate(0.05, 0, 0.1))).isEqualTo(new Rate(0.1, 0.1, 0.1));
  }

  @Test
  void anAuditIsBoundedFromBelowAndSaysSo() {
    Trial trial = new Trial(0.3, 0.02, 0.1, false, 1);
    double bound = trial.networks().bound();
    AuditResult result = Audit.of(trial.heldOut(), trial.dynamics());
    assertThat(bound).isPositive();
    assertThat(result.noiseRate().low()).isBetween(bound, 0.3);
    assertThat(result.estimates())
        .contains(
            new Estimate(
                "independent networks",
                Rate.without(bound),
                "labels that networks trained apart contradict together, a lower bound"));
    assertThat(Audit.of(trial.heldOut()).estimates())
        .noneMatch(estimate -> estimate.name().equals("independent networks"));
  }

  /**
   * Two networks that do not exist, and labels.
   *
   * @param noise share of the labels that are altered, to any other class
   * @param hard share of the samples that are hard
   * @param memorized share of the labels that the network trained on them predicts for no other
   *     reason
   * @param collapsed whether both networks predict class 0 for class 1
   */
  private static final class Trial {
    private final float[][] probabilities = new float[SAMPLES][CLASSES];
    private final int[] labels = new int[SAMPLES];
    private final double[] fitted = new double[SAMPLES];

    Trial(double noise, double hard, double memorized, boolean collapsed, long seed) {
      Random random = new Random(seed);
      for (int i = 0; i < SAMPLES; i++) {
        int original = random.nextInt(CLASSES);
        int other = (original + 1 + random.nextInt(CLASSES - 1)) % CLASSES;
        labels[i] =
            random.nextDouble() < noise
                ? (original + 1 + random.nextInt(CLASSES - 1)) % CLASSES
                : original;
        boolean isHard = random.nextDouble() < hard;
        double u = random.nextDouble();
        int held = isHard && u < 0.7 ? other : original;
        int trained = isHard && (u < 0.4 || u >= 0.7) ? other : original;
        if (collapsed) {
          held = held == 1 ? 0 : held;
          trained = trained == 1 ? 0 : trained;
        }
        trained = random.nextDouble() < memorized ? labels[i] : trained;
        fitted[i] = trained == labels[i] ? 1 : 0;
        float sure = 0.9f + 0.09f * random.nextFloat();
        for (int k = 0; k < CLASSES; k++) {
          probabilities[i][k] = k == held ? sure : (1 - sure) / (CLASSES - 1);
        }
      }
    }

    HeldOut heldOut() {
      return new HeldOut(probabilities, labels, List.of("a", "b", "c", "d"));
    }

    Dynamics dynamics() {
      double[] none = new double[SAMPLES];
      return new Dynamics(
          List.<float[][]>of(probabilities),
          none,
          none,
          none,
          none,
          none,
          fitted,
          OptionalDouble.empty());
    }

    IndependentNetworks networks() {
      return IndependentNetworks.of(heldOut(), dynamics());
    }
  }
}
