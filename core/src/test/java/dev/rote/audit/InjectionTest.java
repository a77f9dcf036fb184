package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.text.InputException;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class InjectionTest {
  @Test
  void makesExactlyTheShareWrongAndEachOtherClassAboutAsOften() {
    int[] observed = new int[9000];
    Injection injection = Injection.of(observed, 10, 0.2, 1);
    int[] count = new int[10];
    for (int label : injection.trained()) {
      count[label]++;
    }
    assertThat(injection.injected()).isEqualTo(1800);
    assertThat(count[0]).isEqualTo(7200);
    for (int k = 1; k < 10; k++) {
      assertThat(count[k]).isBetween(140, 260); // 200, deviation 14
    }
    assertThat(Injection.of(observed, 10, 0.2, 1).trained()).isEqualTo(injection.trained());
    assertThat(Injection.of(observed, 10, 0.2, 2).trained()).isNotEqualTo(injection.trained());
    assertThatThrownBy(() -> Injection.of(observed, 10, 0.3, 1)).isInstanceOf(InputException.class);
  }

  /** 0.2 of the labels wrong, 0.1 of the samples injected: 0.1 + 0.9 · 0.2 = 0.28 wrong. */
  @Test
  void takesTheInjectedOnesOff() {
    Injection injection = Injection.of(new int[100], 10, 0.1, 1);
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
