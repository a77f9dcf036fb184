package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.text.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InjectionTest {
  @Test
  void makesExactlyTheShareWrongAndEachOtherClassAboutAsOften() {
    int[] observed = new int[9000];
    for (int i = 0; i < 18; i++) {
      observed[i] = 1 + i % 9;
    }
    Injection injection = Injection.of(observed, 10, 0.2, 1);
    int[] count = new int[10];
    for (int label : injection.trained()) {
      count[label]++;
    }
    assertThat(injection.injected()).isEqualTo(1800);
    assertThat(IntStream.range(0, 9000).filter(i -> injection.trained()[i] != observed[i]))
        .hasSize(1800);
    for (int k = 1; k < 10; k++) {
      assertThat(count[k]).isBetween(142, 262); // 2 and 200, deviation 14
    }
    assertThat(Injection.of(observed, 10, 0.2, 1).trained()).isEqualTo(injection.trained());
    assertThat(Injection.of(observed, 10, 0.2, 2).trained()).isNotEqualTo(injection.trained());
    assertThatThrownBy(() -> Injection.of(observed, 10, 0.3, 1)).isInstanceOf(InputException.class);
  }

  /** Else the audit of the altered labels would be refused after all the training. */
  @Test
  void leavesNoClassWithOneSampleAndGivesNoneThatDoesNotOccur() {
    int[] observed = new int[60];
    for (int i = 0; i < 60; i++) {
      observed[i] = i < 2 ? 3 : i < 4 ? 5 : i % 2 == 0 ? 0 : 7;
    }
    boolean everGiven = false;
    for (int seed = 0; seed < 200; seed++) {
      Injection injection = Injection.of(observed, 8, 0.2, seed);
      int[] count = new int[8];
      for (int label : injection.trained()) {
        count[label]++;
      }
      assertThat(injection.injected()).isEqualTo(12);
      assertThat(new int[] {count[1], count[2], count[4], count[6]}).containsOnly(0);
      assertThat(List.of(count[0], count[3], count[5], count[7])).allMatch(n -> n >= 2);
      everGiven |= count[3] > 2;
    }
    assertThat(everGiven).isTrue();
    assertThat(Injection.of(new int[] {0, 0, 1, 1}, 2, 0.2, 1).injected()).isZero();
  }

  /** 0.2 of the labels wrong, 0.1 of the samples injected: 0.1 + 0.9 · 0.2 = 0.28 wrong. */
  @Test
  void takesTheInjectedOnesOff() {
    int[] observed = new int[100];
    Arrays.fill(observed, 0, 50, 1);
    Injection injection = Injection.of(observed, 10, 0.1, 1);
    assertThat(injection.without(0.28)).isEqualTo(0.2, within(1e-12));
    assertThat(injection.without(0.05)).isZero();
  }

  /** A network that knows the classes finds what was injected, and the rate is off by little. */
  @Test
  void judgesAnAudit() {
    SimulatedNetwork network = SimulatedNetwork.of(4000, "symmetric(0.2)", 3.5, 1, 11);
    HeldOut heldOut = network.heldOut();
    Injection injection = Injection.of(heldOut.labels(), 10, 0.05, 1);
    AuditResult result = Audit.of(heldOut, OptionalDouble.empty(), 1);
    Injection.Quality quality = injection.judge(heldOut, result, 1);
    assertThat(quality.injected()).isEqualTo(200);
    assertThat(quality.recall()).isGreaterThan(0.85);
    assertThat(quality.precision()).isBetween(0.85, 1.0);
    assertThat(quality.rateError()).isEqualTo(0, within(0.01));
    // A wrong label made wrong again need not have its first label suggested: some 0.2 of them.
    assertThat(quality.suggested()).isBetween(0.6, 0.95);
  }
}
