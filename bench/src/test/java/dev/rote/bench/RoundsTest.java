package dev.rote.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RoundsTest {
  @Test
  void medianIsTheMiddleValueOrTheMeanOfTheTwoInTheMiddle() {
    assertThat(new Rounds(7).median()).isEqualTo(7);
    assertThat(new Rounds(9, 1, 5).median()).isEqualTo(5);
    assertThat(new Rounds(9, 1, 5, 6).median()).isEqualTo(5.5);
  }

  @Test
  void spreadIsTheRangeOverTheMedian() {
    assertThat(new Rounds(110, 100, 90).spread()).isCloseTo(0.2, within(1e-12));
    assertThat(new Rounds(3, 3).spread()).isZero();
  }

  @Test
  void ratiosAreTakenRoundByRoundSoThatDriftCancels() {
    Rounds slowingDown = new Rounds(100, 50, 25);
    Rounds twiceAsFast = new Rounds(200, 100, 50);
    assertThat(twiceAsFast.over(slowingDown)).isEqualTo(new Rounds(2, 2, 2));
    assertThatThrownBy(() -> slowingDown.over(new Rounds(1, 2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void noRoundIsNoMeasurement() {
    assertThatThrownBy(Rounds::new).isInstanceOf(IllegalArgumentException.class);
  }
}
