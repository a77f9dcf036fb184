package dev.rote.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class KendallTauTest {
  private static double tau(double[] x, double... y) {
    return KendallTau.of(x, y);
  }

  @Test
  void countsPairs() {
    double[] x = {1, 2, 3, 4};
    assertThat(tau(x, 10, 20, 30, 40)).isEqualTo(1);
    assertThat(tau(x, 4, 3, 2, 1)).isEqualTo(-1);
    assertThat(tau(x, 1, 3, 2, 4)).as("5 agree, 1 does not").isCloseTo(4 / 6.0, within(1e-15));
    assertThat(tau(x, 3, 4, 1, 2)).as("2 agree, 4 do not").isCloseTo(-2 / 6.0, within(1e-15));
  }

  @Test
  void tiesCountAsNeither() {
    // pairs: (1,1) tied in x; two agree; √(2·3) pairs differ
    assertThat(tau(new double[] {1, 1, 2}, 1, 2, 3)).isCloseTo(2 / Math.sqrt(6), within(1e-15));
    assertThat(tau(new double[] {1, 1, 2}, 5, 5, 7)).isEqualTo(1);
    assertThat(tau(new double[] {1, 1 + 1e-14, 2}, 2, 1, 7))
        .as("rounding is a tie")
        .isCloseTo(2 / Math.sqrt(6), within(1e-15));
  }

  @Test
  void nothingToCompareIsNoNumber() {
    assertThat(tau(new double[] {1}, 2)).isNaN();
    assertThat(tau(new double[] {1, 1}, 2, 3)).isNaN();
  }
}
