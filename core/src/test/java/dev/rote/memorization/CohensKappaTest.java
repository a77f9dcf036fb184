package dev.rote.memorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
    assertThat(CohensKappa.of(range(0, 6), set(0, 1, 2, 3, 6), range(0, 10)))
        .isCloseTo(0.4, within(1e-12));
    // What does not count makes no difference.
    assertThat(CohensKappa.of(set(0, 1, 2, 3, 4, 5, 20), set(0, 1, 2, 3, 6, 30), range(0, 10)))
        .isCloseTo(0.4, within(1e-12));
  }

  @Test
  void extremes() {
    BitSet all = range(0, 10);
    assertThat(CohensKappa.of(range(0, 3), range(0, 3), all)).isCloseTo(1, within(1e-12));
    assertThat(CohensKappa.of(range(0, 5), range(5, 10), all)).isCloseTo(-1, within(1e-12));
    assertThat(CohensKappa.of(all, range(0, 8), all)).as("no more than chance").isZero();
    assertThat(CohensKappa.of(all, all, all)).isNaN();
    assertThat(CohensKappa.of(set(), set(), all)).isNaN();
    assertThat(CohensKappa.of(set(1), set(1), set())).isNaN();
  }

  /** Over all sets of three among six, the mean agreement with one of them is that of chance. */
  @Test
  void chanceIsZeroOnAverage() {
    double sum = 0;
    int sets = 0;
    for (int bits = 0; bits < 64; bits++) {
      if (Integer.bitCount(bits) == 3) {
        sum += CohensKappa.of(range(0, 3), BitSet.valueOf(new long[] {bits}), range(0, 6));
        sets++;
      }
    }
    assertThat(sets).isEqualTo(20);
    assertThat(sum / sets).isCloseTo(0, within(1e-12));
  }
}
