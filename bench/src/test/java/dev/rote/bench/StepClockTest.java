package dev.rote.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepClockTest {
  private static final long SECOND = 1_000_000_000L;

  private final List<String> told = new ArrayList<>();
  private long now = 17 * SECOND;

  private final StepClock.Listener listener =
      new StepClock.Listener() {
        @Override
        public void ready() {
          told.add("ready");
          now += 100 * SECOND; // waits for the others
        }

        @Override
        public void lap() {
          told.add("lap");
        }

        @Override
        public void skipped() {
          told.add("skipped");
        }
      };

  private StepClock clock(StepClock.Limit warmUp, StepClock.Limit measured) {
    return new StepClock(() -> now, warmUp, measured, listener);
  }

  @Test
  void warmUpAndWaitingDoNotCount() {
    StepClock clock = clock(new StepClock.Limit(2, 3), new StepClock.Limit(3, 2));
    clock.start();
    for (int lap = 1; lap <= 3; lap++) {
      now += 5 * SECOND;
      assertThat(clock.lap()).isTrue();
    }
    assertThat(told).containsExactly("ready");
    now += SECOND;
    assertThat(clock.lap()).isTrue();
    now += 3 * SECOND;
    assertThat(clock.lap()).isFalse();
    assertThat(told).containsExactly("ready", "lap", "lap");
    assertThat(clock.laps()).isEqualTo(2);
    assertThat(clock.seconds()).isCloseTo(4, within(1e-12));
  }

  @Test
  void withoutWarmUpTheFirstLapCounts() {
    StepClock clock = clock(new StepClock.Limit(0, 0), new StepClock.Limit(0, 1));
    clock.start();
    now += 2 * SECOND;
    assertThat(clock.lap()).isFalse();
    assertThat(clock.seconds()).isCloseTo(2, within(1e-12));
  }

  @Test
  void whatIsSkippedBelongsToNoLap() {
    StepClock clock = clock(new StepClock.Limit(0, 0), new StepClock.Limit(2, 1));
    clock.start();
    now += SECOND;
    assertThat(clock.lap()).isTrue();
    now += 50 * SECOND;
    clock.skip();
    now += SECOND;
    assertThat(clock.lap()).isFalse();
    assertThat(clock.seconds()).isCloseTo(2, within(1e-12));
    assertThat(told).containsExactly("ready", "lap", "skipped", "lap");
  }

  @Test
  void whatFollowsTheTrainingOfAnEpochIsMeasuring() {
    StepClock clock = clock(new StepClock.Limit(0, 0), new StepClock.Limit(10, 2));
    clock.start();
    for (int epoch = 1; epoch <= 2; epoch++) {
      now += 4 * SECOND;
      clock.trained();
      now += SECOND;
      assertThat(clock.lap()).isEqualTo(epoch == 1);
    }
    assertThat(clock.seconds()).isCloseTo(10, within(1e-12));
    assertThat(clock.measuringSeconds()).isCloseTo(2, within(1e-12));
  }

  @Test
  void whatIsDoneAsideBelongsToNoLapAndIsKnown() {
    StepClock clock = clock(new StepClock.Limit(0, 0), new StepClock.Limit(2, 1));
    clock.start();
    now += SECOND;
    assertThat(clock.lap()).isTrue();
    clock.aside(() -> now += 7 * SECOND);
    now += SECOND;
    assertThat(clock.lap()).isFalse();
    clock.aside(() -> now += 7 * SECOND);
    assertThat(clock.seconds()).isCloseTo(2, within(1e-12));
    assertThat(clock.asideSeconds()).isCloseTo(14, within(1e-12));
  }
}
