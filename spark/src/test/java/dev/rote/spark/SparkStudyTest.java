package dev.rote.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.engine.Machine;
import dev.rote.engine.PacedLoss;
import dev.rote.engine.Study;
import dev.rote.engine.StudyListener;
import dev.rote.net.Networks;
import dev.rote.run.EpochRecord;
import dev.rote.run.StoredRun;
import dev.rote.study.Device;
import dev.rote.study.StudyOptions;
import dev.rote.study.StudySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A study on a real Spark: master, workers and two executors in processes of their own. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class SparkStudyTest {
  @TempDir Path temp;

  /**
   * Started by spark-submit, with its runs in a store. {@link SparkChaosTest} starts one as the
   * command line does, with its runs in a directory.
   */
  @Test
  void aStudyThatLosesAnExecutorHasTheBitsOfALocalOne() throws Exception {
    Path file = temp.resolve("study.yaml");
    Files.writeString(
        file,
        "{dataset: glyphs, subset: 300, test-subset: 100, network: mlp, noise: [symmetric(0.4)],"
            + " seed: [1, 2], epochs: 8, loss: \""
            + PacedLoss.TEXT
            + "\"}");
    // No run ends before one of the executors has.
    Path gate = temp.resolve("gate");
    Path out = temp.resolve("spark");
    Path log = temp.resolve("driver.log");
    String store = "objects://" + temp.resolve("store");
    SparkDriver spark = new SparkDriver(temp.resolve("home"));
    String property = PacedLoss.GATE + "=" + gate;
    Process driver = spark.submit(file, out, log, property, "--store", store);
    Map<String, List<EpochRecord>> before = Map.of();
    try {
      while (driver.isAlive() && before.size() < 2) {
        Thread.sleep(200);
        before = epochs(out, store);
      }
      List<ProcessHandle> executors = SparkDriver.executors(driver);
      assertThat(executors).as(Files.readString(log)).hasSize(2);
      executors.get(0).destroyForcibly();
      Files.createFile(gate);
      assertThat(driver.waitFor()).as(Files.readString(log)).isZero();
    } finally {
      driver.destroyForcibly();
    }
    assertThat(log).content().contains("continuing from its last epoch");
    // With the times that they took: no epoch was trained again.
    Map<String, List<EpochRecord>> after = epochs(out, "");
    before.forEach(
        (id, rows) -> assertThat(after.get(id)).startsWith(rows.toArray(EpochRecord[]::new)));

    Path local = temp.resolve("local");
    trainLocally(file, local);
    assertSameRuns(local, out);
  }

  /**
   * Returns the epochs of the runs that have one, by name.
   *
   * @param store address of the store that keeps them; empty: they are in {@code out}
   */
  static Map<String, List<EpochRecord>> epochs(Path out, String store) throws IOException {
    Map<String, List<EpochRecord>> epochs = new HashMap<>();
    if (store.isEmpty()) {
      StoredRun.readAll(out).forEach(run -> epochs.put(run.record().id(), run.epochs()));
    } else {
      Configuration configuration = new Configuration(false);
      configuration.set(ObjectFileSystem.SETTING, ObjectFileSystem.class.getName());
      RunStore runs = new RunStore(store, configuration);
      for (String id : planned(out)) {
        Optional<RunStore.State> state = runs.newest(id);
        if (state.isPresent()) {
          epochs.put(id, runs.epochs(state.get()));
        }
      }
    }
    epochs.values().removeIf(List::isEmpty);
    return epochs;
  }

  private static List<String> planned(Path out) throws IOException {
    Path runs = out.resolve("runs");
    if (!Files.exists(runs)) {
      return List.of();
    }
    try (Stream<Path> directories = Files.list(runs)) {
      return directories.map(directory -> directory.getFileName().toString()).toList();
    }
  }

  /** Trains a study on this machine, in one worker. */
  static void trainLocally(Path file, Path out) throws Exception {
    Machine machine = new Machine(Optional.of(Device.CPU), Optional.of(1), Optional.of(1));
    StudySpec spec = StudyOptions.read(file).study(Networks::protocol);
    StudyListener listener = new StudyListener() {};
    Study.plan(spec, out, machine, listener).run(listener);
  }

  static void assertSameRuns(Path expected, Path actual) throws Exception {
    List<StoredRun> left = StoredRun.readAll(expected);
    List<StoredRun> right = StoredRun.readAll(actual);
    assertThat(right).hasSameSizeAs(left).isNotEmpty();
    for (int i = 0; i < left.size(); i++) {
      assertThat(right.get(i).record().id()).isEqualTo(left.get(i).record().id());
      assertThat(right.get(i).epochs())
          .usingRecursiveFieldByFieldElementComparatorIgnoringFields("seconds", "extra")
          .isEqualTo(left.get(i).epochs());
      for (String name : List.of("weights.safetensors", "predictions.npy")) {
        assertThat(right.get(i).directory().resolve(name))
            .hasSameBinaryContentAs(left.get(i).directory().resolve(name));
      }
    }
  }
}
