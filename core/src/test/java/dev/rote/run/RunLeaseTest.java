package dev.rote.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.testing.DiskModel;
import dev.rote.testing.RecordingFileSystem;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RunLeaseTest {
  @TempDir Path directory;

  private RunLease acquire() throws IOException {
    return RunLease.acquire(directory, Duration.ZERO);
  }

  /** Leaves the lease of a process on another machine, last written so long ago. */
  private void leaseOfAnotherMachine(Duration ago) throws IOException {
    RunLease.Holder far =
        new RunLease.Holder("node7", "", "another boot", 4711, "", "token of node7");
    Path file = directory.resolve(RunLease.FILE);
    Files.writeString(file, Json.LINE.writeValueAsString(far));
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(ago)));
  }

  @Test
  void aRunHasOneHolderWhoIsNamed() throws IOException {
    try (RunLease lease = acquire()) {
      assertThatThrownBy(this::acquire)
          .isInstanceOf(RunLease.HeldException.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid() + " on ");
      lease.check();
    }
    assertThat(RunLease.holder(directory)).isEmpty();
    acquire().close();
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void anotherMachinesLeaseIsTakenOverOnceItHasExpired() throws IOException {
    leaseOfAnotherMachine(RunLease.EXPIRY.minusSeconds(20));
    assertThatThrownBy(this::acquire)
        .isInstanceOf(RunLease.HeldException.class)
        .hasMessageContaining("process 4711 on node7");
    leaseOfAnotherMachine(RunLease.EXPIRY.plusSeconds(1));
    try (RunLease lease = acquire()) {
      lease.check();
    }
  }

  /** The disk is full at some heartbeats, and has room again later. */
  @Test
  void theHeartbeatOutlivesAFileSystemThatFailsForAWhile() throws Exception {
    DiskModel disk = new DiskModel(directory);
    Path there = new RecordingFileSystem(disk).path(directory);
    Path file = directory.resolve(RunLease.FILE);
    FileTime old = FileTime.from(Instant.now().minusSeconds(50));
    try (RunLease lease = RunLease.acquire(there, Duration.ZERO, Duration.ofMillis(1))) {
      disk.fullAfter(0);
      int refused = disk.refused();
      while (disk.refused() < refused + 3) {
        Thread.sleep(1);
      }
      Files.setLastModifiedTime(file, old);
      disk.fullAfter(Long.MAX_VALUE / 2);
      while (Files.getLastModifiedTime(file).equals(old)) {
        Thread.sleep(1);
      }
      lease.check();
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void aHolderThatWasSilentForTooLongFindsOutBeforeItWrites() throws IOException {
    try (RunLease lease = acquire()) {
      Files.delete(directory.resolve(RunLease.FILE));
      assertThatThrownBy(lease::check).isInstanceOf(RunLease.HeldException.class);
      leaseOfAnotherMachine(Duration.ZERO);
      assertThatThrownBy(lease::check)
          .isInstanceOf(RunLease.HeldException.class)
          .hasMessageContaining("taken over by process 4711 on node7");
    }
    assertThat(RunLease.holder(directory))
        .as("closing removes no lease but one's own")
        .hasValueSatisfying(holder -> assertThat(holder.host()).isEqualTo("node7"));
  }

  @Test
  void aLeaseThatIsJustBeingWrittenIsHeld() throws IOException {
    Files.createFile(directory.resolve(RunLease.FILE));
    assertThatThrownBy(this::acquire).isInstanceOf(RunLease.HeldException.class);
  }

  /** Holds the lease of the directory that is its argument, until it is killed. */
  static final class HoldingProcess {
    public static void main(String[] args) throws Exception {
      RunLease.acquire(Path.of(args[0]), Duration.ZERO);
      System.out.println("held");
      Thread.sleep(Duration.ofMinutes(5).toMillis());
    }
  }

  @Test
  void theLeaseOfAKilledProcessOfThisMachineIsFreeAtOnce() throws Exception {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-cp",
                System.getProperty("java.class.path"),
                HoldingProcess.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(process.inputReader().readLine()).isEqualTo("held");
      assertThatThrownBy(this::acquire)
          .isInstanceOf(RunLease.HeldException.class)
          .hasMessageContaining("process " + process.pid() + " on ");
      RunLease.removeIfEnded(directory);
      assertThat(directory.resolve(RunLease.FILE)).exists();
    } finally {
      process.destroyForcibly().waitFor();
    }
    RunLease.removeIfEnded(directory);
    assertThat(directory.resolve(RunLease.FILE)).doesNotExist();
    acquire().close();
  }

  /**
   * Many at once take over an expired lease, again and again: never do two believe they have it.
   */
  @Test
  void ofManyThatTakeOverAnExpiredLeaseOneGetsIt() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 50; round++) {
        leaseOfAnotherMachine(RunLease.EXPIRY.plusSeconds(1));
        List<Callable<RunLease>> takers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          takers.add(this::acquire);
        }
        List<RunLease> taken = new ArrayList<>();
        for (Future<RunLease> taker : threads.invokeAll(takers)) {
          try {
            taken.add(taker.get());
          } catch (java.util.concurrent.ExecutionException e) {
            assertThat(e).cause().isInstanceOf(RunLease.HeldException.class);
          }
        }
        int holding = 0;
        for (RunLease lease : taken) {
          try {
            lease.check();
            holding++;
          } catch (RunLease.HeldException e) {
            // It was caught by another taker's removal, and knows.
          }
        }
        assertThat(holding).isLessThanOrEqualTo(1);
        for (RunLease lease : taken) {
          lease.close();
        }
        Files.deleteIfExists(directory.resolve(RunLease.FILE));
      }
    } finally {
      threads.shutdown();
    }
  }
}
