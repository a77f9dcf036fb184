package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MainMemoryTest {
  private static final long MIB = 1L << 20;

  /** A machine of 64 GiB that caches files with most of its memory. */
  private static final List<String> MACHINE =
      List.of(
          "MemTotal:       67108864 kB",
          "MemFree:         1048576 kB",
          "MemAvailable:   52428800 kB");

  @Test
  void cachesOfFilesAreFree() {
    assertThat(MainMemory.of(65_536 * MIB, 1024 * MIB, MACHINE, List.of()))
        .isEqualTo(new MainMemory(65_536 * MIB, 51_200 * MIB));
  }

  @Test
  void aContainerHasNoMoreThanItsLimit() {
    MainMemory limited = new MainMemory(8192 * MIB, 3072 * MIB);
    String bytes = Long.toString(2048 * MIB);
    assertThat(
            MainMemory.of(
                8192 * MIB,
                1024 * MIB,
                MACHINE,
                List.of("anon 5368709120", "inactive_file " + bytes)))
        .isEqualTo(limited);
    assertThat(
            MainMemory.of(
                8192 * MIB,
                1024 * MIB,
                MACHINE,
                List.of("inactive_file 4096", "total_inactive_file " + bytes)))
        .as("version 1 counts the groups below apart")
        .isEqualTo(limited);
    assertThat(MainMemory.of(8192 * MIB, 1024 * MIB, MACHINE, List.of()).freeBytes())
        .isEqualTo(1024 * MIB);
  }

  @Test
  void aSystemThatSaysNoMoreIsTakenAtItsWord() {
    assertThat(MainMemory.of(8192 * MIB, 1024 * MIB, List.of(), List.of()))
        .isEqualTo(new MainMemory(8192 * MIB, 1024 * MIB));
  }

  @Test
  void thisMachineHasSome() {
    MainMemory here = MainMemory.here();
    assertThat(here.freeBytes()).isPositive().isLessThanOrEqualTo(here.totalBytes());
  }
}
