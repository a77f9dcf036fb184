package dev.rote.memorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SaturationNoiseRateTest {
  @Test
  void oneMinusTheMeanOfTheLastEpochs() {
    SaturationNoiseRate read = SaturationNoiseRate.of(new double[] {.1, .5, .59, .60, .64}, 3);
    assertThat(read.rate()).isCloseTo(0.39, within(1e-12));
    assertThat(read.drift()).isCloseTo(0.05, within(1e-12));
    assertThat(read.epochs()).isEqualTo(3);
  }

  @Test
  void aShortRunIsAveragedWhole() {
    assertThat(SaturationNoiseRate.of(new double[] {.5}, 10))
        .isEqualTo(new SaturationNoiseRate(0.5, 0, 1));
  }

  @Test
  void refusesNothingToAverage() {
    assertThatThrownBy(() -> SaturationNoiseRate.of(new double[0], 3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SaturationNoiseRate.of(new double[1], 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
