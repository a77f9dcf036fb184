package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResistedLabelsTest {
  private static final Rate OPEN = new Rate(0.5, 0, 1);

  /** What networks show of a set in which the share {@code wrong} of the disagreement is wrong. */
  private static ResistedLabels mixture(
      double disagreement, double wrong, double fittedWrong, double fittedHard) {
    double fitted = wrong * fittedWrong + (1 - wrong) * fittedHard;
    return new ResistedLabels(1000, disagreement, 1, fitted);
  }

  /** From networks that resist nearly all wrong labels to ones that memorize most of them. */
  @ParameterizedTest
  @CsvSource({
    "0.12, 0.81, 0.03, 0.85, 0.02",
    "0.22, 0.89, 0.04, 0.89, 0.03",
    "0.42, 0.93, 0.06, 0.93, 0.04",
    "0.17, 0.40, 0.50, 0.97, 0.08",
    "0.37, 0.20, 0.63, 0.88, 0.15",
    "0.36, 0.20, 0.71, 0.96, 0.15",
    "0.05, 0.00, 0.50, 0.90, 0.02"
  })
  void theIntervalHoldsTheMixtureThatItIsMadeFor(
      double disagreement, double wrong, double fittedWrong, double fittedHard, double half) {
    Rate rate = mixture(disagreement, wrong, fittedWrong, fittedHard).with(OPEN);
    assertThat(disagreement * wrong).isBetween(rate.low(), rate.high());
    assertThat((rate.high() - rate.low()) / 2).isLessThan(half);
  }

  @Test
  void theMoreOfTheContradictedLabelsAreFittedTheFewerAreWrong() {
    double last = 1;
    for (double fitted = 0.05; fitted < 1; fitted += 0.05) {
      double estimate = new ResistedLabels(500, 0.3, 1, fitted).estimate();
      assertThat(estimate).isBetween(0.0, Math.min(last, 0.301));
      last = estimate;
    }
    assertThat(last).isLessThan(0.03);
  }

  @Test
  void networksThatDoNotFitSayNothing() {
    Rate curve = new Rate(0.2, 0.15, 0.3);
    assertThat(new ResistedLabels(500, 0.3, 0.95, 0.6).with(curve)).isEqualTo(curve);
    assertThat(new ResistedLabels(500, 0, 1, 0.5).with(curve)).isEqualTo(curve);
  }

  /** Cross-entropy that memorized every label once made 30% of wrong labels 0.3 (at most 0.9). */
  @Test
  void networksThatFitEverythingSayNothing() {
    Rate curve = new Rate(0.4, 0.0, 0.8);
    ResistedLabels everything = new ResistedLabels(3000, 0.6, 1, 0.9997);
    assertThat(everything.weight()).isZero();
    assertThat(everything.with(curve)).isEqualTo(curve);
    assertThat(new ResistedLabels(3000, 0.6, 1, 0.97).weight()).isCloseTo(1, within(1e-9));
  }

  @Test
  void theCurveBoundsTheRateFromAbove() {
    ResistedLabels open = mixture(0.36, 0.3, 0.7, 0.95);
    Rate bounded = open.with(new Rate(0.02, 0.01, 0.03));
    assertThat(bounded.high()).isLessThan(0.04).isLessThan(open.with(OPEN).high());
  }

  /** Labels 0 and 1 are predicted; those of samples 2 and 3 are not. */
  @Test
  void countsAsWorkedOutByHand() {
    HeldOut data =
        new HeldOut(
            new float[][] {{0.9f, 0.1f}, {0.2f, 0.8f}, {0.7f, 0.3f}, {0.4f, 0.6f}},
            new int[] {0, 1, 1, 0},
            List.of("a", "b"));
    ResistedLabels resisted = ResistedLabels.of(data, new double[] {1, 0.5, 0.25, 0});
    assertThat(resisted.disagreement()).isEqualTo(0.5);
    assertThat(resisted.fittedAgreeing()).isEqualTo(0.75);
    assertThat(resisted.fittedDisagreeing()).isEqualTo((0.25 + 0.5) / 3, within(1e-12));
  }
}
