package dev.rote.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.engine.PacedLoss;
import dev.rote.engine.Study;
import dev.rote.engine.StudyListener;
import dev.rote.net.Networks;
import dev.rote.run.StoredRun;
import dev.rote.study.Device;
import dev.rote.study.StudyOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A study on a real Spark: master, workers and two executors in processes of their own. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class SparkStudyTest {
  private static final String MASTER = "local-cluster[2,1,512]";

  @TempDir Path temp;

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
    Process driver =
        new SparkDriver(temp.resolve("home"))
            .start(MASTER, file, out, log, PacedLoss.GATE + "=" + gate);
    try {
      while (driver.isAlive() && runsWithAnEpoch(out) < 2) {
        Thread.sleep(50);
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

    Path local = temp.resolve("local");
    Study.plan(StudyOptions.read(file).resolve(Networks::protocol), local, Device.CPU, 1)
        .run(new StudyListener() {});
    assertSameRuns(local, out);
  }

  private static long runsWithAnEpoch(Path out) throws Exception {
    return StoredRun.readAll(out).stream().filter(run -> !run.epochs().isEmpty()).count();
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
