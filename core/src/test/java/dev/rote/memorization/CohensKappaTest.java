package dev.rote.memorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CohensKappaTest {
  private static BitSet set(int... members) {
    BitSet set = new BitSet();
    IntStream.of(members).forEach(set::set);
    return set;
  }

  private static BitSet range(int from, int to) {
    BitSet set = new BitSet();
    set.set(from, to);
    return set;
  }

  @Test
  void handWorked() {
    // Both 4, neither 3 of 10: a = 0.7; p = 0.6, q = 0.5: e = 0.3 + 0.2; κ = 0.2 / 0.5.
    assertThat(CohensKappa.of(range(0, 6), set(0, 1, 2, 3, 6), range(0, 10)).value())
        .isCloseTo(0.4, within(1e-12));
    // What does not count makes no difference.
    assertThat(
            CohensKappa.of(set(0, 1, 2, 3, 4, 5, 20), set(0, 1, 2, 3, 6, 30), range(0, 10)).value())
        .isCloseTo(0.4, within(1e-12));
  }

  @Test
  void extremes() {
    BitSet all = range(0, 10);
    assertThat(CohensKappa.of(range(0, 3), range(0, 3), all).value()).isCloseTo(1, within(1e-12));
    assertThat(CohensKappa.of(range(0, 5), range(5, 10), all).value()).isCloseTo(-1, within(1e-12));
    assertThat(CohensKappa.of(all, range(0, 8), all).value()).as("no more than chance").isZero();
    assertThat(CohensKappa.of(all, all, all).value()).isNaN();
    assertThat(CohensKappa.of(set(), set(), all).value()).isNaN();
    assertThat(CohensKappa.of(set(1), set(1), set()).value()).isNaN();
  }

  /** Over all sets of three among six, the mean agreement with one of them is that of chance. */
  @Test
  void chanceIsZeroOnAverage() {
    double sum = 0;
    int sets = 0;
    for (int bits = 0; bits < 64; bits++) {
      if (Integer.bitCount(bits) == 3) {
        sum += CohensKappa.of(range(0, 3), BitSet.valueOf(new long[] {bits}), range(0, 6)).value();
        sets++;
      }
    }
    assertThat(sets).isEqualTo(20);
    assertThat(sum / sets).isCloseTo(0, within(1e-12));
  }

  /**
   * The delta method: with g_ij the derivative of κ by p_ij, n·SE² is Σ p_ij g_ij² − (Σ p_ij
   * g_ij)². Central differences in place of the closed form.
   */
  @Test
  void theStandardErrorIsThatOfTheDeltaMethod() {
    int[][] tables = {{4, 2, 1, 3}, {40, 9, 7, 44}, {5, 30, 20, 45}, {90, 5, 4, 1}, {0, 20, 30, 0}};
    for (int[] counts : tables) {
      int n = Arrays.stream(counts).sum();
      BitSet one = range(0, counts[0] + counts[1]);
      BitSet other = range(0, counts[0]);
      other.set(counts[0] + counts[1], counts[0] + counts[1] + counts[2]);
      CohensKappa kappa = CohensKappa.of(one, other, range(0, n));
      double[] shares = Arrays.stream(counts).mapToDouble(count -> (double) count / n).toArray();
      assertThat(kappa.value()).isCloseTo(kappa(shares), within(1e-12));
      double squares = 0;
      double mean = 0;
      for (int cell = 0; cell < 4; cell++) {
        double step = 1e-6;
        double[] more = shares.clone();
        double[] less = shares.clone();
        more[cell] += step;
        less[cell] -= step;
        double slope = (kappa(more) - kappa(less)) / (2 * step);
        squares += shares[cell] * slope * slope;
        mean += shares[cell] * slope;
      }
      double error = Math.sqrt((squares - mean * mean) / n);
      assertThat(kappa.standardError()).as(Arrays.toString(counts)).isCloseTo(error, within(1e-7));
      assertThat(kappa.low()).isCloseTo(Math.max(-1, kappa.value() - 1.96 * error), within(1e-4));
      assertThat(kappa.high()).isCloseTo(Math.min(1, kappa.value() + 1.96 * error), within(1e-4));
    }
    CohensKappa same = CohensKappa.of(range(0, 3), range(0, 3), range(0, 10));
    assertThat(same.standardError())
        .as("large samples say nothing here")
        .isCloseTo(0, within(1e-8));
  }

  /** κ of shares that need not sum to 1, as in the definition: yes-yes, yes-no, no-yes, no-no. */
  private static double kappa(double[] shares) {
    double agreement = shares[0] + shares[3];
    double chance =
        (shares[0] + shares[1]) * (shares[0] + shares[2])
            + (shares[2] + shares[3]) * (shares[1] + shares[3]);
    return (agreement - chance) / (1 - chance);
  }
}
