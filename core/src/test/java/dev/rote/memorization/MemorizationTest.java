package dev.rote.memorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MemorizationTest {
  @Test
  void handWorked() {
    // Altered are samples 3 to 7: memorized 3 and 4, corrected 5, other 6 and 7.
    int[] original = {0, 1, 2, 0, 1, 2, 0, 1};
    int[] observed = {0, 1, 2, 1, 2, 0, 1, 2};
    int[] predicted = {0, 1, 1, 1, 2, 2, 2, 0};
    Memorization measured = Memorization.of(predicted, observed, original);
    assertThat(measured.j1()).isEqualTo(4 / 8.0);
    assertThat(measured.j2()).isEqualTo(3 / 8.0);
    assertThat(measured.memorized()).isEqualTo(2 / 5.0);
    assertThat(measured.corrected()).isEqualTo(1 / 5.0);
    assertThat(measured.other()).isEqualTo(2 / 5.0);
    // Of the clean samples 0 to 2, 0 and 1 are predicted as labelled.
    assertThat(measured.clean(5 / 8.0)).isCloseTo(2 / 3.0, within(1e-12));
  }

  @Test
  void withoutAlteredSamplesThereAreNoSharesOfThem() {
    Memorization measured = Memorization.of(new int[] {0, 1}, new int[] {0, 0}, new int[] {0, 0});
    assertThat(measured).isEqualTo(new Memorization(0.5, 0.5, Double.NaN, Double.NaN, Double.NaN));
    assertThat(measured.clean(0)).isEqualTo(0.5);
  }

  @Test
  void extremesOfMemorization() {
    int[] original = {0, 1, 2, 3};
    int[] observed = {1, 1, 2, 0};
    assertThat(Memorization.of(observed, observed, original))
        .isEqualTo(new Memorization(1, 0.5, 1, 0, 0));
    assertThat(Memorization.of(original, observed, original))
        .isEqualTo(new Memorization(0.5, 1, 0, 1, 0));
  }

  @Test
  void sharesSumToOneAndDifferenceOfAccuraciesFollows() {
    int n = 1000;
    int[] original = new int[n];
    int[] observed = new int[n];
    int[] predicted = new int[n];
    int altered = 0;
    for (int i = 0; i < n; i++) {
      original[i] = i % 7;
      observed[i] = i * 31 % 11 % 7;
      predicted[i] = i * 17 % 13 % 7;
      altered += observed[i] == original[i] ? 0 : 1;
    }
    Memorization measured = Memorization.of(predicted, observed, original);
    assertThat(measured.memorized() + measured.corrected() + measured.other())
        .isCloseTo(1, within(1e-12));
    // Unaltered samples count alike in J1 and J2, so only the altered ones tell them apart.
    assertThat(measured.j1() - measured.j2())
        .isCloseTo((measured.memorized() - measured.corrected()) * altered / n, within(1e-12));
  }

  @Test
  void refusesListsOfDifferentLength() {
    assertThatThrownBy(() -> Memorization.of(new int[2], new int[2], new int[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 predictions, 2 observed and 3 original");
    assertThatThrownBy(() -> Memorization.of(new int[0], new int[0], new int[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
