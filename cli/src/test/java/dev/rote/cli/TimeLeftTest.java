package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimeLeftTest {
  private final TimeLeft<String> time = new TimeLeft<>();

  @Test
  void theRestTakesAsLongPerEpochAsWhatIsDone() {
    time.add("a", 10);
    time.add("b", 6);
    assertThat(time.seconds(5)).isEqualTo(-1);
    time.set("a", 8);
    time.set("b", 4);
    // 4 of 16 epochs in 20 s: 5 s each, 12 left
    assertThat(time.seconds(20)).isEqualTo(60);
    time.set("a", 0);
    time.set("b", 0);
    assertThat(time.seconds(80)).isZero();
  }

  @Test
  void aFailedRunTakesNoMoreTime() {
    time.add("a", 10);
    time.add("b", 10);
    time.set("a", 5);
    time.set("b", 5);
    time.remove("b");
    // 10 epochs were trained in 30 s, 5 are left
    assertThat(time.seconds(30)).isEqualTo(15);
  }
}
