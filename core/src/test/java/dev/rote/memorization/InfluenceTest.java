package dev.rote.memorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The learner is the nearest neighbour on a line, so that every subset can be worked out. */
class InfluenceTest {
  private static final double[] PLACES = {0, 1, 10, 11};
  private static final int[] LABELS = {0, 1, 1, 1};

  private static int nearest(int subset, double place) {
    int best = -1;
    for (int i = 0; i < PLACES.length; i++) {
      boolean in = (subset >> i & 1) == 1;
      if (in && (best < 0 || Math.abs(PLACES[i] - place) < Math.abs(PLACES[best] - place))) {
        best = i;
      }
    }
    return LABELS[best];
  }

  private static List<Integer> subsets(int size) {
    List<Integer> all = new ArrayList<>();
    for (int subset = 1; subset < 1 << PLACES.length; subset++) {
      if (Integer.bitCount(subset) == size) {
        all.add(subset);
      }
    }
    return all;
  }

  private static Influence influence(List<Integer> subsets, int source, double place, int label) {
    BitSet trained = new BitSet();
    BitSet correct = new BitSet();
    for (int t = 0; t < subsets.size(); t++) {
      trained.set(t, (subsets.get(t) >> source & 1) == 1);
      correct.set(t, nearest(subsets.get(t), place) == label);
    }
    return Influence.of(trained, correct, subsets.size());
  }

  /** Every subset of three of the points 0 (a), 1 (b), 10 (b), 11 (b). */
  @Test
  void isAsWorkedOutByHand() {
    List<Integer> threes = subsets(3);
    double[] memorization = {1, 1, 0, 0};
    for (int i = 0; i < 4; i++) {
      Influence own = influence(threes, i, PLACES[i], LABELS[i]);
      assertThat(own.in()).isEqualTo(3);
      assertThat(own.out()).isEqualTo(1);
      assertThat(own.value()).as("mem(%d)", i).isEqualTo(memorization[i]);
    }
    // A test point at 0.4 of class a is right if and only if the point at 0 is there.
    assertThat(influence(threes, 0, 0.4, 0).value()).isEqualTo(1);
    for (int i = 1; i < 4; i++) {
      // Two of the three subsets with it have the point at 0, and so has the one without it.
      assertThat(influence(threes, i, 0.4, 0).value()).isCloseTo(2 / 3.0 - 1, within(1e-12));
    }
  }

  /** Probabilities counted subset by subset, for subsets of two. */
  @Test
  void isTheDifferenceOfExactProbabilities() {
    List<Integer> twos = subsets(2);
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        double in = 0;
        double correctIn = 0;
        double out = 0;
        double correctOut = 0;
        for (int subset : twos) {
          int hit = nearest(subset, PLACES[j]) == LABELS[j] ? 1 : 0;
          if ((subset & 1 << i) != 0) {
            in++;
            correctIn += hit;
          } else {
            out++;
            correctOut += hit;
          }
        }
        assertThat(influence(twos, i, PLACES[j], LABELS[j]).value())
            .isCloseTo(correctIn / in - correctOut / out, within(1e-12));
      }
    }
  }

  /** Over many simulated studies the squared error is the variance of the estimate. */
  @Test
  void standardErrorsAreThoseOfBernoulliTrials() {
    Random random = new Random(1);
    int networks = 200;
    int studies = 4000;
    double sum = 0;
    double squares = 0;
    double errors = 0;
    int covered = 0;
    for (int s = 0; s < studies; s++) {
      BitSet trained = new BitSet();
      BitSet correct = new BitSet();
      for (int t = 0; t < networks; t++) {
        boolean in = random.nextDouble() < 0.7;
        trained.set(t, in);
        correct.set(t, random.nextDouble() < (in ? 0.8 : 0.3));
      }
      Influence influence = Influence.of(trained, correct, networks);
      sum += influence.value();
      squares += influence.value() * influence.value();
      errors += influence.error() * influence.error();
      covered += Math.abs(influence.value() - 0.5) < 1.96 * influence.error() ? 1 : 0;
    }
    double mean = sum / studies;
    double variance = squares / studies - mean * mean;
    assertThat(mean).isCloseTo(0.5, within(5 * Math.sqrt(variance / studies)));
    // 0.16/140 + 0.21/60; the variance of a variance of 4,000 values is 2% of it.
    assertThat(variance).isCloseTo(0.16 / 140 + 0.21 / 60, within(0.15 * variance));
    assertThat(errors / studies).isCloseTo(variance, within(0.12 * variance));
    assertThat(covered / (double) studies).isBetween(0.93, 0.97);
  }

  @Test
  void networksThatAgreeAreNotCertain() {
    assertThat(new Influence(10, 10, 4, 0).value()).isEqualTo(1);
    // (11/12 · 1/12)/10 + (1/6 · 5/6)/4
    assertThat(new Influence(10, 10, 4, 0).error())
        .isCloseTo(Math.sqrt(11 / 1440.0 + 5 / 144.0), within(1e-12));
    assertThat(new Influence(10, 10, 0, 0).value()).isNaN();
    assertThatThrownBy(() -> new Influence(1, 2, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
