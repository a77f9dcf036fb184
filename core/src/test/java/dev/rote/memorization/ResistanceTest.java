package dev.rote.memorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ResistanceTest {
  private static final Fit FITTED = new Fit(true, "fitted");
  private static final Fit COLLAPSED = new Fit(false, "did not fit");

  @Test
  void cleanAccuracyMinusJ2() {
    assertThat(Resistance.of(0.99, FITTED, 0.95, FITTED).difference())
        .isCloseTo(0.04, within(1e-12));
  }

  @Test
  void aNetworkThatLearnedNothingResistsNothing() {
    assertThat(Resistance.of(0.2, COLLAPSED, 0.2, COLLAPSED).difference()).isNaN();
    assertThat(Resistance.of(0.99, FITTED, 0.2, COLLAPSED).difference()).isNaN();
    assertThat(Resistance.of(0.2, COLLAPSED, 0.95, FITTED).difference()).isNaN();
  }
}
