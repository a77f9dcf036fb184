package dev.rote.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.engine.PacedLoss;
import dev.rote.run.EpochRecord;
import dev.rote.text.InputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills executors, workers and the driver at random moments. {@code -Drote.chaos.runs=20} makes it
 * long, {@code -Drote.chaos.seed=N} other moments, {@code -Drote.chaos.store=true} keeps the runs
 * in an object store.
 */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class SparkChaosTest {
  private static final int RUNS = Integer.getInteger("rote.chaos.runs", 2);
  private static final int SEED = Integer.getInteger("rote.chaos.seed", 1);

  private static final boolean IN_STORE = Boolean.getBoolean("rote.chaos.store");

  @TempDir Path temp;
  private final Map<String, Integer> epochs = new HashMap<>();

  /** Checks that no run has fewer epochs than before: none begins anew. */
  private void look(Path out, String store) throws IOException {
    for (Map.Entry<String, List<EpochRecord>> run : read(out, store).entrySet()) {
      int done = run.getValue().size();
      assertThat(done)
          .as(run.getKey())
          .isGreaterThanOrEqualTo(epochs.getOrDefault(run.getKey(), 0));
      epochs.put(run.getKey(), done);
    }
  }

  /** Runs may be read in the middle of a write; the next look sees them whole. */
  private static Map<String, List<EpochRecord>> read(Path out, String store) throws IOException {
    try {
      return SparkStudyTest.epochs(out, store);
    } catch (InputException | FileNotFoundException e) {
      return Map.of();
    }
  }

  @Test
  void whateverIsKilledEveryRunEndsWithTheSameBits() throws Exception {
    String seeds =
        IntStream.rangeClosed(1, RUNS).mapToObj(Integer::toString).collect(Collectors.joining(","));
    Path file = temp.resolve("study.yaml");
    Files.writeString(
        file,
        "{dataset: glyphs, subset: 300, test-subset: 100, network: mlp, noise: [symmetric(0.4)],"
            + " epochs: 8, seed: ["
            + seeds
            + "], loss: \""
            + PacedLoss.TEXT
            + "\"}");
    Path out = temp.resolve("spark");
    Path log = temp.resolve("driver.log");
    String store = IN_STORE ? "objects://" + temp.resolve("store") : "";
    String[] more = IN_STORE ? new String[] {"--store", store} : new String[0];
    SparkDriver spark = new SparkDriver(temp.resolve("home"));
    Random random = new Random(SEED);
    int drivers = 0;
    int kills = 0;
    int code = -1;
    while (code != 0) {
      Process driver = spark.start(file, out, log, PacedLoss.PAUSE + "=150", more);
      drivers++;
      assertThat(drivers).as(Files.readString(log)).isLessThanOrEqualTo(4 + RUNS / 4);
      boolean last = drivers > 1 + RUNS / 8;
      while (driver.isAlive()) {
        int before = epochs.values().stream().mapToInt(Integer::intValue).sum();
        int wanted = before + 1 + random.nextInt(4);
        while (driver.isAlive()
            && epochs.values().stream().mapToInt(Integer::intValue).sum() < wanted) {
          Thread.sleep(100);
          look(out, store);
        }
        Thread.sleep(random.nextInt(300));
        if (!last && (random.nextInt(3) == 0 || kills >= 2 * drivers)) {
          SparkDriver.kill(driver);
        } else if (kills < RUNS) {
          // The first is an executor.
          List<ProcessHandle> victims =
              kills == 0 || random.nextBoolean()
                  ? SparkDriver.executors(driver)
                  : SparkDriver.workers(driver);
          if (!victims.isEmpty()) {
            victims.get(random.nextInt(victims.size())).destroyForcibly();
            kills++;
          }
        }
      }
      code = driver.waitFor();
    }
    look(out, store);
    assertThat(drivers).as("drivers").isGreaterThan(1);
    assertThat(kills).as("executors and workers killed").isGreaterThan(0);
    Path local = temp.resolve("local");
    SparkStudyTest.trainLocally(file, local);
    SparkStudyTest.assertSameRuns(local, out);
    System.out.println(drivers + " drivers, " + kills + " other processes killed");
  }
}
