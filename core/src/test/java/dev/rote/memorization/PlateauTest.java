package dev.rote.memorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlateauTest {
  @Test
  void theLastFifthIsComparedWithTheFifthBefore() {
    // Ten epochs: the last fifth is 0.62 and 0.64, the fifth before 0.59 and 0.61.
    Plateau end = Plateau.of(new double[] {.1, .2, .3, .4, .5, .55, .59, .61, .62, .64});
    assertThat(end.mean()).isCloseTo(0.63, within(1e-12));
    assertThat(end.change()).isCloseTo(0.03, within(1e-12));
  }

  @Test
  void aStraightLineChangesByAFifthOfItsLength() {
    for (int epochs : new int[] {5, 10, 50, 200}) {
      double[] line = IntStream.range(0, epochs).mapToDouble(e -> 2.0 * e / epochs).toArray();
      assertThat(Plateau.of(line).change()).isCloseTo(0.4, within(1e-12));
    }
  }

  @Test
  void fiveEpochsShowAChangeToo() {
    assertThat(Plateau.of(new double[] {.1, .2, .3, .4, .6}).change())
        .isCloseTo(0.2, within(1e-12));
  }

  @Test
  void oneEpochTellsNothingOfAChange() {
    Plateau end = Plateau.of(new double[] {.5});
    assertThat(end.mean()).isEqualTo(.5);
    assertThat(end.change()).isNaN();
    assertThatThrownBy(() -> Plateau.of(new double[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
