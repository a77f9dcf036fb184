package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisagreementCurveTest {
  private static final List<String> TWO = List.of("no", "yes");

  private static HeldOut binary(double[] yes, int[] labels) {
    float[][] rows = new float[yes.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[] {(float) (1 - yes[i]), (float) yes[i]};
    }
    return new HeldOut(rows, labels, TWO);
  }

  private static OwnDoubt own(HeldOut data, double certain) {
    int[] predicted = new int[data.size()];
    boolean[] differs = new boolean[data.size()];
    for (int i = 0; i < predicted.length; i++) {
      predicted[i] = data.predicted(i);
      differs[i] = predicted[i] != data.labels()[i];
    }
    return OwnDoubt.of(data, predicted, differs, certain);
  }

  /**
   * Ten samples predicted {@code no}, the surest first; those in {@code yes} are labelled so. The
   * four surest have the ranks 0.05, 0.15, 0.25 and 0.35.
   */
  @ParameterizedTest
  @CsvSource({
    "'0, 8', 0.25, 0.046875", // falls, so that the mean counts
    "'2, 3', 0, 0.2625", // rises from −0.3
    "'0, 3', 0.5, 0.0625", // is level
    "'1, 2, 3, 9', 0.15, 0.196875" // rises by 3 from 0.15
  })
  void theSurestShareIsThatWorkedOutByHand(String differing, double surest, double variance) {
    double[] yes = new double[10];
    int[] labels = new int[10];
    for (int i = 0; i < 10; i++) {
      yes[i] = 0.02 + 0.04 * i;
    }
    for (String at : differing.split(", ")) {
      labels[Integer.parseInt(at)] = 1;
    }
    OwnDoubt own = own(binary(yes, labels), 0);
    assertThat(own.surest()).isCloseTo(surest, within(1e-9));
    assertThat(own.error() * own.error()).isCloseTo(variance, within(1e-6));
    assertThat(own.excess(surest)).isZero();
    assertThat(own.excess(surest + own.error())).isCloseTo(own.error() / 2, within(1e-9));
  }

  @Test
  void samplesThatAreEquallySureCountAlike() {
    double[] yes = new double[100];
    int[] labels = new int[100];
    for (int i = 0; i < 100; i++) {
      yes[i] = i < 50 ? 0 : 1;
      labels[i] = i % 10 == 3 ? 1 - i / 50 : i / 50;
    }
    HeldOut data = binary(yes, labels);
    assertThat(own(data, 0.1).surest()).isCloseTo(0.1, within(1e-12));
    assertThat(own(data, 0.1).share()).isZero();
    assertThat(DisagreementCurve.of(data).rate().value()).isCloseTo(0.1, within(1e-9));
  }

  /**
   * Log odds that are spread evenly from −6 to 6, right and too bold: the share of ties is
   * 2·log(1.5)/12, that of errors 2·log(2)/12, of which half a percent lies beyond 6.
   */
  @ParameterizedTest
  @CsvSource({"1, 0", "3, 0", "0.5, 0", "1, 0.1", "3, 0.1"})
  void whereOddsAreSpreadEvenlyTiesAreAKnownShareOfTheErrors(double boldness, double noise) {
    Random random = new Random(7);
    int n = 20_000;
    double[] yes = new double[n];
    int[] labels = new int[n];
    int differing = 0;
    for (int i = 0; i < n; i++) {
      double odds = -6 + 12 * (i + 0.5) / n;
      int truth = random.nextDouble() < 1 / (1 + Math.exp(-odds)) ? 1 : 0;
      labels[i] = random.nextDouble() < noise ? 1 - truth : truth;
      yes[i] = 1 / (1 + Math.exp(-boldness * odds));
      differing += (odds > 0 ? 1 : 0) == labels[i] ? 0 : 1;
    }
    double ties = 2 * Math.log(1.5) / 12;
    double expected = Math.min(1, ties / (0.5 * differing / n));
    assertThat(own(binary(yes, labels), noise).share()).isCloseTo(expected, within(0.13));
  }

  /**
   * Samples of two classes whose scores are normal, one apart from 0 to each side for each unit of
   * {@code distance}; the log odds of the exact posterior, and labels of which some were flipped.
   */
  private record Scores(double[] logOdds, int[] truth, int[] labels, double rate) {
    static Scores of(int n, double distance, double carried, double missing, long seed) {
      Random random = new Random(seed);
      double[] logOdds = new double[n];
      int[] truth = new int[n];
      int[] labels = new int[n];
      int wrong = 0;
      for (int i = 0; i < n; i++) {
        truth[i] = random.nextDouble() < carried ? 1 : 0;
        double score = (2 * truth[i] - 1) * distance + random.nextGaussian();
        logOdds[i] = 2 * distance * score + Math.log(carried / (1 - carried));
        labels[i] = truth[i] == 1 && random.nextDouble() < missing ? 0 : truth[i];
        wrong += labels[i] == truth[i] ? 0 : 1;
      }
      return new Scores(logOdds, truth, labels, (double) wrong / n);
    }

    HeldOut heldOut(double boldness) {
      double[] yes = new double[logOdds.length];
      for (int i = 0; i < yes.length; i++) {
        yes[i] = 1 / (1 + Math.exp(-boldness * logOdds[i]));
      }
      return binary(yes, labels);
    }
  }

  /** Neither ranks nor fitted odds depend on how bold the probabilities are. */
  @Test
  void ownDoubtDoesNotDependOnHowBoldTheProbabilitiesAre() {
    Scores scores = Scores.of(4000, 1, 0.4, 0.1, 3);
    OwnDoubt right = own(scores.heldOut(1), 0.05);
    for (double boldness : new double[] {0.5, 0.8, 1.5}) {
      OwnDoubt other = own(scores.heldOut(boldness), 0.05);
      assertThat(other.surest()).isCloseTo(right.surest(), within(1e-3));
      assertThat(other.share()).isCloseTo(right.share(), within(0.1));
    }
  }

  /**
   * Networks for two classes that are right on 84 to 89% of the samples: what they do not know does
   * not count as wrong labels.
   */
  @ParameterizedTest
  @CsvSource({
    "0.2, 0, 1",
    "0.2, 0.1, 1",
    "0.5, 0, 1",
    "0.5, 0.1, 1",
    "0.2, 0, 1.5",
    "0.2, 0.1, 0.7"
  })
  void whatWeakNetworksForTwoClassesDoNotKnowIsNotNoise(
      double carried, double missing, double boldness) {
    for (long seed = 1; seed <= 3; seed++) {
      Scores scores = Scores.of(5000, 1, carried, missing, seed);
      DisagreementCurve curve = DisagreementCurve.of(scores.heldOut(boldness));
      assertThat(curve.disagreement() - scores.rate()).isGreaterThan(0.08);
      assertThat(curve.rate().value()).isCloseTo(scores.rate(), within(0.03));
      assertThat(scores.rate()).isBetween(curve.rate().low(), curve.rate().high());
    }
  }

  /**
   * A network that is right on 84% and as sure as if it were right on nearly all: predictions that
   * are sharper than the labels allow say that it may err at full confidence, and the labels be
   * right.
   */
  @ParameterizedTest
  @CsvSource({"4, 0", "4, 0.1", "8, 0", "8, 0.1"})
  void theSureDisagreementOfAnOverconfidentNetworkMayBeItsErrors(double boldness, double missing) {
    for (long seed = 1; seed <= 3; seed++) {
      Scores scores = Scores.of(5000, 1, 0.5, missing, seed);
      DisagreementCurve curve = DisagreementCurve.of(scores.heldOut(boldness));
      Rate rate = curve.rate();
      assertThat(scores.rate()).isBetween(rate.low(), rate.high());
      assertThat(rate.value()).isCloseTo(scores.rate(), within(0.055));
      assertThat(rate.low()).isLessThan(0.02);
    }
  }

  /**
   * A network that knows the classes, and doubts as the people do whose labels it learned: they
   * mislabel them with probabilities from 0.02 to 0.4, and nowhere does it tie.
   */
  @Test
  void doubtThatStopsShortOfTiesIsThatOfTheLabels() {
    Random random = new Random(5);
    int n = 5000;
    double[] yes = new double[n];
    int[] labels = new int[n];
    int wrong = 0;
    for (int i = 0; i < n; i++) {
      int truth = i % 2;
      double mistake = 0.02 + 0.38 * Math.pow(random.nextDouble(), 3);
      boolean flipped = random.nextDouble() < mistake;
      labels[i] = flipped ? 1 - truth : truth;
      yes[i] = truth == 1 ? 1 - mistake : mistake;
      wrong += flipped ? 1 : 0;
    }
    HeldOut data = binary(yes, labels);
    DisagreementCurve curve = DisagreementCurve.of(data);
    double rate = (double) wrong / n;
    assertThat(own(data, curve.certain()).share()).isLessThan(0.3);
    assertThat(rate).isBetween(curve.rate().low(), curve.rate().high());
    assertThat(curve.rate().value()).isBetween(0.5 * rate, 1.05 * rate);
  }
}
