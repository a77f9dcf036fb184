package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.study.Device;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AllocationTest {
  private static Allocation allocation(int workers, int threads) {
    return new Allocation(Device.CPU, workers, threads);
  }

  @Test
  void withoutTrialsEveryProcessorGetsAWorkerWhileRunsLast() {
    assertThat(Allocation.even(Device.CPU, 48, 64)).isEqualTo(allocation(48, 1));
    assertThat(Allocation.even(Device.CPU, 8, 2)).isEqualTo(allocation(2, 1));
    assertThat(Allocation.even(Device.CPU, 3, 64)).isEqualTo(allocation(3, 21));
    assertThat(Allocation.even(Device.CPU, 1, 1)).isEqualTo(allocation(1, 1));
    assertThat(Allocation.even(Device.CPU, 0, 4)).isEqualTo(allocation(1, 4));
  }

  @Test
  void everyCandidateUsesTheMachineAndNoMore() {
    assertThat(Allocation.candidates(Device.CPU, 8, 2, 100))
        .containsExactly(allocation(2, 1), allocation(1, 2));
    assertThat(Allocation.candidates(Device.CPU, 48, 64, 1000))
        .containsExactly(
            allocation(48, 1),
            allocation(32, 2),
            allocation(16, 4),
            allocation(8, 8),
            allocation(4, 16),
            allocation(2, 32),
            allocation(1, 64));
    assertThat(Allocation.candidates(Device.CPU, 48, 6, 1000))
        .containsExactly(allocation(6, 1), allocation(3, 2), allocation(1, 6));
  }

  @Test
  void memoryBoundsTheWorkers() {
    assertThat(Allocation.candidates(Device.CPU, 48, 8, 3))
        .containsExactly(allocation(3, 2), allocation(2, 4), allocation(1, 8));
    assertThat(Allocation.fitting(10_000, 3_000, 0.9)).isEqualTo(3);
    assertThat(Allocation.fitting(1_000, 3_000, 0.9)).as("one must do").isEqualTo(1);
    assertThat(Allocation.fitting(1_000, 0, 0.9)).as("unknown").isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void theFastestDependsOnHowManyRunsThereAre() {
    Speed single = new Speed(allocation(2, 1), 2.0, 0.5, 0, 0);
    Speed shared = new Speed(allocation(1, 2), 1.2, 0.3, 0, 0);
    // Two runs: one round of 2.0 against two of 1.2. One run: 2.0 against 1.2.
    assertThat(Allocation.fastest(Stream.of(single, shared), 2)).isEqualTo(single);
    assertThat(Allocation.fastest(Stream.of(single, shared), 1)).isEqualTo(shared);
    // Three runs: two rounds of 2.0 against three of 1.2.
    assertThat(Allocation.fastest(Stream.of(single, shared), 3)).isEqualTo(shared);
    assertThat(single.seconds(10, 14)).isEqualTo(10 * 2.0 + 14 * 0.5);
  }

  @Test
  void aGpuTakesMoreAndMoreWorkersAsFarAsMemoryAndProcessorsGo() {
    assertThat(Allocation.candidates(Device.CUDA, 48, 16, 100))
        .extracting(Allocation::workers)
        .containsExactly(1, 2, 4, 8, 16);
    assertThat(Allocation.candidates(Device.CUDA, 48, 16, 6))
        .as("memory")
        .extracting(Allocation::workers)
        .containsExactly(1, 2, 4, 6);
    assertThat(Allocation.candidates(Device.CUDA, 3, 16, 100))
        .as("runs")
        .containsExactly(
            new Allocation(Device.CUDA, 1, 1),
            new Allocation(Device.CUDA, 2, 1),
            new Allocation(Device.CUDA, 3, 1));
    assertThat(Allocation.even(Device.CUDA, 48, 16)).isEqualTo(new Allocation(Device.CUDA, 4, 1));
    assertThat(Allocation.even(Device.CUDA, 48, 2)).isEqualTo(new Allocation(Device.CUDA, 2, 1));
    assertThat(Allocation.even(Device.CUDA, 1, 16)).isEqualTo(new Allocation(Device.CUDA, 1, 1));
  }

  @Test
  void describesItselfForPeople() {
    assertThat(allocation(1, 2).description()).isEqualTo("1 run at once on 2 threads each");
    assertThat(allocation(2, 1).description()).isEqualTo("2 runs at once on 1 thread each");
    assertThat(new Allocation(Device.CUDA, 8, 1).description())
        .isEqualTo("8 runs at once on the GPU");
  }
}
