package dev.rote.memorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FlipEpochTest {
  @Test
  void firstEpochFromWhichJ1StaysAbove() {
    double[] j2 = {.5, .5, .5, .5, .5};
    assertThat(FlipEpoch.of(new double[] {.4, .6, .4, .6, .7}, j2)).hasValue(4);
    assertThat(FlipEpoch.of(new double[] {.6, .6, .6, .6, .7}, j2)).hasValue(1);
    assertThat(FlipEpoch.of(new double[] {.4, .4, .4, .4, .7}, j2)).hasValue(5);
  }

  @Test
  void noFlipWhereJ1IsNotAboveAtTheEnd() {
    double[] j2 = {.5, .5};
    assertThat(FlipEpoch.of(new double[] {.6, .5}, j2)).isEmpty();
    assertThat(FlipEpoch.of(new double[] {.6, .6}, new double[] {.5, Double.NaN})).isEmpty();
    assertThat(FlipEpoch.of(new double[0], new double[0])).isEmpty();
  }

  @Test
  void refusesListsOfDifferentLength() {
    assertThatThrownBy(() -> FlipEpoch.of(new double[1], new double[2]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
