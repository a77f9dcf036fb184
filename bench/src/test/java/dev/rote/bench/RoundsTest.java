package dev.rote.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RoundsTest {
  @Test
  void medianIsTheMiddleValueOrTheMeanOfTheTwoInTheMiddle() {
    assertThat(Rounds.of(7).median()).isEqualTo(7);
    assertThat(Rounds.of(9, 1, 5).median()).isEqualTo(5);
    assertThat(Rounds.of(9, 1, 5, 6).median()).isEqualTo(5.5);
  }

  @Test
  void spreadIsTheRangeOverTheMedian() {
    assertThat(Rounds.of(110, 100, 90).spread()).isCloseTo(0.2, within(1e-12));
    assertThat(Rounds.of(3, 3).spread()).isZero();
  }

  @Test
  void ratiosAreTakenRoundByRoundSoThatDriftCancels() {
    Rounds slowingDown = Rounds.of(100, 50, 25);
    Rounds twiceAsFast = Rounds.of(200, 100, 50);
    assertThat(twiceAsFast.over(slowingDown)).isEqualTo(Rounds.of(2, 2, 2));
    assertThatThrownBy(() -> slowingDown.over(Rounds.of(1, 2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void noRoundIsNoMeasurement() {
    assertThatThrownBy(Rounds::of).isInstanceOf(IllegalArgumentException.class);
  }
}
