package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.engine.PacedLoss;
import dev.rote.run.StoredRun;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code rote plan}, and {@code rote run} in processes of its own, as schedulers start it. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class RunCommandTest {
  private static final String STUDY =
      " --dataset glyphs --subset 300 --test-subset 100 --network mlp --noise symmetric(0.4)"
          + " --epochs 8 --threads 1 --loss "
          + PacedLoss.TEXT
          + " --out ";

  @TempDir Path temp;
  private String said;

  private Process start(String log, String arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-D" + PacedLoss.GATE + "=" + gate(),
            "-cp",
            System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments.strip().split(" ")));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(temp.resolve(log).toFile())
        .start();
  }

  /** Runs the command line in this process, where trainings meet no gate; notes what it says. */
  private int here(String arguments) {
    CommandResult result = CommandResult.of((Object[]) arguments.strip().split(" "));
    said = result.said();
    return result.code();
  }

  /** The file that lets trainings continue after their first batches. */
  private Path gate() {
    return temp.resolve("gate");
  }

  private Path planned(String name) throws Exception {
    Path study = temp.resolve(name);
    assertThat(here("plan" + STUDY + study)).as(said).isZero();
    try (Stream<Path> runs = Files.list(study.resolve("runs"))) {
      return runs.findFirst().orElseThrow();
    }
  }

  private static int epochs(Path run) throws IOException {
    return StoredRun.read(run).map(stored -> stored.epochs().size()).orElse(0);
  }

  @Test
  void aRunIsTrainedByOneProcessAndStoppedAndContinuedWithoutChangingABit() throws Exception {
    Path run = planned("planned");
    assertThat(said).contains(run.getFileName().toString() + "\n");
    Process first = start("first.log", "run " + run);
    while (first.isAlive() && epochs(run) < 1) {
      Thread.sleep(20);
    }
    long worker = first.descendants().findFirst().orElseThrow().pid();
    // It waits for the holder, and would train to the end if that ended.
    Process second = start("second.log", "run " + run);
    new ProcessBuilder("kill", "-STOP", Long.toString(worker)).start().waitFor();
    assertThat(second.waitFor()).isEqualTo(75);
    assertThat(temp.resolve("second.log")).content().contains("trained by process " + worker);
    new ProcessBuilder("kill", "-CONT", Long.toString(worker)).start().waitFor();

    first.destroy();
    assertThat(first.waitFor()).isEqualTo(75);
    assertThat(temp.resolve("first.log")).content().contains("Stopped. The run keeps its last");
    assertThat(run.resolve("lease.json")).doesNotExist();
    int done = epochs(run);
    assertThat(done).isBetween(1, 7);

    assertThat(here("run " + run)).as(said).isZero();
    assertThat(said).contains("continuing after epoch ");
    Path whole = temp.resolve("whole");
    assertThat(here("study --workers 1" + STUDY + whole)).as(said).isZero();
    StoredRun left = StoredRun.read(run).orElseThrow();
    StoredRun right = StoredRun.readAll(whole).get(0);
    assertThat(left.record().id()).isEqualTo(right.record().id());
    assertThat(left.epochs())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("seconds", "extra")
        .isEqualTo(right.epochs());
    for (String file : List.of("weights.safetensors", "predictions.npy")) {
      assertThat(left.directory().resolve(file))
          .hasSameBinaryContentAs(right.directory().resolve(file));
    }
  }

  @Test
  void anInputThatCannotBeUsedIsRefusedOnceForAll() throws Exception {
    Path run = planned("planned");
    Path plan = run.resolve("planned.json");
    String text = Files.readString(plan);
    Files.writeString(plan, text.replaceFirst("(\"digest\"\\s*:\\s*\")[^\"]+", "$1of others"));
    assertThat(here("run " + run)).isEqualTo(2);
    assertThat(said).contains("have changed since the study was");
    assertThat(here("run " + temp)).isEqualTo(2);
    assertThat(said).contains("holds no run");
  }
}
