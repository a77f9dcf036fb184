package dev.rote.memorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SeedSummaryTest {
  @Test
  void studentsInterval() {
    // Mean 3, squares 4+1+0+1+4 = 10, s² = 2.5; the tables give t(4, 0.975) = 2.776445.
    SeedSummary summary = SeedSummary.of(1, 2, 3, 4, 5);
    assertThat(summary.seeds()).isEqualTo(5);
    assertThat(summary.mean()).isEqualTo(3);
    assertThat(summary.sd()).isCloseTo(Math.sqrt(2.5), within(1e-12));
    double half = 2.776445 * Math.sqrt(2.5 / 5);
    assertThat(summary.low()).isCloseTo(3 - half, within(1e-6));
    assertThat(summary.high()).isCloseTo(3 + half, within(1e-6));
  }

  @Test
  void otherConfidence() {
    // With two values t has one degree of freedom, a Cauchy distribution: t = tan(π(p − 1/2)).
    SeedSummary summary = SeedSummary.of(new double[] {0, 2}, 0.5);
    assertThat(summary.high()).isCloseTo(1 + Math.tan(Math.PI / 4), within(1e-9));
    assertThat(summary.low()).isCloseTo(0, within(1e-9));
  }

  @Test
  void oneSeedHasNoInterval() {
    assertThat(SeedSummary.of(0.6))
        .isEqualTo(new SeedSummary(1, 0.6, Double.NaN, Double.NaN, Double.NaN));
  }

  @Test
  void pairsAreSubtractedSeedBySeed() {
    double[] a = {0.9, 0.5, 0.7};
    double[] b = {0.8, 0.4, 0.6};
    SeedSummary summary = SeedSummary.ofPairedDifferences(a, b, 0.95);
    assertThat(summary.mean()).isCloseTo(0.1, within(1e-12));
    assertThat(summary.sd()).isCloseTo(0, within(1e-12));
  }

  @Test
  void refusesWhatCannotBeSummarized() {
    assertThatThrownBy(() -> SeedSummary.of()).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SeedSummary.of(new double[] {1}, 95))
        .hasMessage("confidence 95.0 is outside (0, 1)");
    assertThatThrownBy(() -> SeedSummary.ofPairedDifferences(new double[1], new double[2], 0.9))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
