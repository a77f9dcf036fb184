package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JudgementTest {
  private static final int CLASSES = 10;

  /** A network that predicts the observed label with the given probability, else any other. */
  private static Judgement network(int samples, double agreement, Random random) {
    int[] observed = random.ints(samples, 0, CLASSES).toArray();
    int[] predicted =
        IntStream.of(observed)
            .map(
                y ->
                    random.nextDouble() < agreement
                        ? y
                        : (y + 1 + random.nextInt(CLASSES - 1)) % CLASSES)
            .toArray();
    return new Judgement(predicted, observed, CLASSES);
  }

  /** The same, where classes 3 and 8 are never predicted, but 0. */
  private static Judgement withoutTwoClasses(Judgement whole) {
    return new Judgement(
        IntStream.of(whole.predicted()).map(k -> k == 3 || k == 8 ? 0 : k).toArray(),
        whole.observed(),
        CLASSES);
  }

  private static List<Judgement> networks(
      int number, int samples, double agreement, Random random) {
    return IntStream.range(0, number).mapToObj(i -> network(samples, agreement, random)).toList();
  }

  @Test
  void agreementIsTheShareOfObservedLabelsThatArePredicted() {
    assertThat(new Judgement(new int[] {0, 1, 1, 0}, new int[] {0, 1, 0, 0}, 2).agreement())
        .isEqualTo(0.75);
  }

  @Test
  void equalNetworksAreNotWeak() {
    Random random = new Random(1);
    for (int samples : new int[] {50, 150, 2500}) {
      for (int draw = 0; draw < 300; draw++) {
        List<Judgement> all = networks(4, samples, 0.6, random);
        assertThat(all.get(0).isWeakBeside(all.subList(1, 4))).isFalse();
      }
    }
  }

  @Test
  void oneThatAgreesMuchLessIsWeak() {
    Random random = new Random(1);
    List<Judgement> others = networks(3, 2500, 0.59, random);
    assertThat(network(2500, 0.47, random).isWeakBeside(others)).isTrue();
    assertThat(network(100, 0.5, random).isWeakBeside(others)).as("may be chance").isFalse();
    assertThat(network(2500, 0.8, random).isWeakBeside(others)).as("better").isFalse();
  }

  @Test
  void twoOfFourAreWeakBesideTheRest() {
    Random random = new Random(1);
    List<Judgement> others = new ArrayList<>(networks(2, 2500, 0.59, random));
    others.add(network(2500, 0.47, random));
    assertThat(network(2500, 0.47, random).isWeakBeside(others)).isTrue();
  }

  @Test
  void oneThatMissesAClassIsWeak() {
    Random random = new Random(1);
    List<Judgement> others = networks(3, 2500, 0.15, random);
    Judgement missing = withoutTwoClasses(network(2500, 0.15, random));
    assertThat(missing.agreement()).isGreaterThan(0.10); // not by its agreement
    assertThat(missing.isWeakBeside(others)).isTrue();
    assertThat(withoutTwoClasses(network(100, 0.15, random)).isWeakBeside(others))
        .as("10 are expected, which may all be missing by chance")
        .isFalse();
  }

  @Test
  void oneAloneIsNotWeak() {
    assertThat(network(2500, 0.1, new Random(1)).isWeakBeside(List.of())).isFalse();
  }
}
