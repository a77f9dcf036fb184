package dev.rote.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AllocationTest {
  private static Allocation allocation(int workers, int threads) {
    return new Allocation(workers, threads);
  }

  @Test
  void withoutTrialsEveryProcessorGetsAWorkerWhileRunsLast() {
    assertThat(Allocation.even(48, 64)).isEqualTo(allocation(48, 1));
    assertThat(Allocation.even(8, 2)).isEqualTo(allocation(2, 1));
    assertThat(Allocation.even(3, 64)).isEqualTo(allocation(3, 21));
    assertThat(Allocation.even(1, 1)).isEqualTo(allocation(1, 1));
    assertThat(Allocation.even(0, 4)).isEqualTo(allocation(1, 4));
  }

  @Test
  void everyCandidateUsesTheMachineAndNoMore() {
    assertThat(Allocation.candidates(8, 2, 100))
        .containsExactly(allocation(2, 1), allocation(1, 2));
    assertThat(Allocation.candidates(48, 64, 1000))
        .containsExactly(
            allocation(48, 1),
            allocation(32, 2),
            allocation(16, 4),
            allocation(8, 8),
            allocation(4, 16),
            allocation(2, 32),
            allocation(1, 64));
    assertThat(Allocation.candidates(48, 6, 1000))
        .containsExactly(allocation(6, 1), allocation(3, 2), allocation(1, 6));
  }

  @Test
  void memoryBoundsTheWorkers() {
    assertThat(Allocation.candidates(48, 8, 3))
        .containsExactly(allocation(3, 2), allocation(2, 4), allocation(1, 8));
    assertThat(Allocation.fitting(10_000, 3_000, 0.9)).isEqualTo(3);
    assertThat(Allocation.fitting(1_000, 3_000, 0.9)).as("one must do").isEqualTo(1);
    assertThat(Allocation.fitting(1_000, 0, 0.9)).as("unknown").isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void theFastestDependsOnHowManyRunsThereAre() {
    Speed single = new Speed(allocation(2, 1), 2.0, 0.5, 0);
    Speed shared = new Speed(allocation(1, 2), 1.2, 0.3, 0);
    // Two runs: one round of 2.0 against two of 1.2. One run: 2.0 against 1.2.
    assertThat(Allocation.fastest(Stream.of(single, shared), 2)).isEqualTo(single);
    assertThat(Allocation.fastest(Stream.of(single, shared), 1)).isEqualTo(shared);
    // Three runs: two rounds of 2.0 against three of 1.2.
    assertThat(Allocation.fastest(Stream.of(single, shared), 3)).isEqualTo(shared);
    assertThat(single.epochSeconds(10, 4)).isEqualTo(10 * 2.0 + 14 * 0.5);
  }
}
