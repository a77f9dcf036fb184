package dev.rote.memorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class FitTest {
  private static final double[] FLAT = {2.3, 2.3};
  private static final double[] FALLING = {2.3, 1.9};

  private static int[] labels(int n, IntUnaryOperator label) {
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = label.applyAsInt(i);
    }
    return labels;
  }

  /** 1,000 balanced labels of ten classes. */
  private static final int[] ORIGINAL = labels(1000, i -> i % 10);

  /** 40% of each class altered, to the nine others in turn. */
  private static final int[] OBSERVED =
      labels(1000, i -> i / 10 % 10 < 4 ? (i % 10 + 1 + i / 100 % 9) % 10 : i % 10);

  @Test
  void twoClassesOfTenAreACollapse() {
    // Perfect on classes 0 and 1, which the other eight are given to: J2 is 0.2, J1 near 0.15.
    int[] predicted = labels(1000, i -> i % 10 == 0 ? 0 : 1);
    Memorization accuracy = Memorization.of(predicted, OBSERVED, ORIGINAL);
    assertThat(accuracy.j2()).isEqualTo(0.2);
    assertThat(accuracy.j1()).isBetween(0.13, 0.18);
    Fit fit = Fit.of(predicted, OBSERVED, ORIGINAL, FLAT);
    assertThat(fit.fitted()).isFalse();
    assertThat(fit.reason()).contains("2 of 10 classes").contains("J2 0.200");
  }

  @Test
  void strayPredictionsDoNotHideACollapse() {
    int[] predicted = labels(1000, i -> i < 20 ? i % 10 : i % 10 == 0 ? 0 : 1);
    assertThat(Fit.of(predicted, OBSERVED, ORIGINAL, FLAT).fitted()).isFalse();
  }

  @Test
  void slowButLearningIsAFit() {
    // Right about 42% of each class and one class off on the rest, as normalized MSE at epoch 20.
    int[] predicted = labels(1000, i -> i / 10 * 61 % 100 < 42 ? i % 10 : (i + 1) % 10);
    Memorization accuracy = Memorization.of(predicted, OBSERVED, ORIGINAL);
    assertThat(accuracy.j2()).isEqualTo(0.42);
    assertThat(accuracy.j1()).isLessThan(0.4);
    assertThat(Fit.of(predicted, OBSERVED, ORIGINAL, FALLING).fitted()).isTrue();
  }

  @Test
  void memorizingIsAFitAndSoIsKnowingTheOriginalLabels() {
    assertThat(Fit.of(OBSERVED, OBSERVED, ORIGINAL, FALLING).fitted()).isTrue();
    assertThat(Fit.of(ORIGINAL, OBSERVED, ORIGINAL, FALLING).fitted()).isTrue();
  }

  @Test
  void chanceLevelWithAllClassesIsNoFit() {
    int[] predicted = labels(1000, i -> i / 10 % 10);
    Fit fit = Fit.of(predicted, ORIGINAL, ORIGINAL, FLAT);
    assertThat(fit.fitted()).isFalse();
    assertThat(fit.reason()).contains("floor of 0.235").contains("J1 0.100");
  }

  @Test
  void theMostFrequentClassAloneIsNoFit() {
    int[] labels = labels(100, i -> i < 90 ? 0 : 1);
    assertThat(Fit.of(new int[100], labels, labels, FALLING).fitted()).isFalse();
    // 0.9 + 0.15·0.1 = 0.915 must be passed.
    assertThat(Fit.of(labels(100, i -> i < 99 ? 0 : 1), labels, labels, FALLING).fitted())
        .isFalse();
    assertThat(Fit.of(labels(100, i -> i < 94 ? 0 : 1), labels, labels, FALLING).fitted()).isTrue();
  }

  @Test
  void aRareClassCountsByItsOwnFrequency() {
    // 96 and 4 images, all predicted as labelled.
    int[] labels = labels(100, i -> i < 96 ? 0 : 1);
    Fit fit = Fit.of(labels, labels, labels, FALLING);
    assertThat(fit.fitted()).isTrue();
    assertThat(fit.reason()).startsWith("fitted: 2 of 2 classes predicted (J1 1.000, J2 1.000");
    // A long tail: class k has 2^k images of 2,047.
    int[] tail = labels(2047, i -> 31 - Integer.numberOfLeadingZeros(i + 1));
    assertThat(Fit.of(tail, tail, tail, FALLING).reason()).contains("11 of 11 classes");
    // The most frequent class alone is a collapse, whatever the others weigh.
    assertThat(Fit.of(labels(2047, i -> 10), tail, tail, FALLING).fitted()).isFalse();
  }

  @Test
  void aTenthOfItsFrequencyMakesAClassPredicted() {
    int[] labels = labels(200, i -> i < 100 ? 0 : 1);
    // Class 1 has 100 images: 9 are too few, 10 are enough; the accuracy is far above the floor
    // in neither case.
    assertThat(Fit.of(labels(200, i -> i < 191 ? 0 : 1), labels, labels, FALLING).reason())
        .contains("1 of 2 classes");
    assertThat(Fit.of(labels(200, i -> i < 190 ? 0 : 1), labels, labels, FALLING).reason())
        .doesNotContain("1 of 2 classes");
  }

  @Test
  void aLossThatIsNoNumberIsNoFit() {
    Fit fit = Fit.of(ORIGINAL, ORIGINAL, ORIGINAL, new double[] {2.3, Double.NaN});
    assertThat(fit).isEqualTo(new Fit(false, "did not fit: the loss is NaN"));
  }

  @Test
  void theFloorIsConfigurable() {
    int[] predicted = labels(1000, i -> i / 10 * 61 % 100 < 42 ? i % 10 : (i + 1) % 10);
    assertThat(Fit.of(predicted, OBSERVED, ORIGINAL, FALLING, 0.5).fitted()).isFalse();
    assertThatThrownBy(() -> Fit.of(predicted, OBSERVED, ORIGINAL, FALLING, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("fit floor 1.0 is outside [0, 1)");
  }
}
