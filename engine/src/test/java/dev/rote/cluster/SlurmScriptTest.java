package dev.rote.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.study.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script in a real shell; commands of Slurm and Rote are replaced by ones that note calls. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SlurmScriptTest {
  private static final Pattern ARRAY =
      Pattern.compile("^#SBATCH --array=0-(\\d+)(%\\d+)?$", Pattern.MULTILINE);

  @TempDir Path temp;
  private Path calls;

  @BeforeEach
  void makeCommands() throws IOException {
    calls = Files.createFile(temp.resolve("calls"));
    command("scontrol", "echo \"scontrol $*\" >> calls");
    // The exit code of a run stands in its name: run-75 is interrupted.
    command("rote", "echo \"$2\" >> calls; code=${2##*-}; exit \"$code\"");
  }

  private void command(String name, String body) throws IOException {
    Path file = temp.resolve(name);
    Files.writeString(file, "#!/bin/bash\ncd '" + temp + "'\n" + body + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Path script(List<String> runs, OptionalInt parallel) throws IOException {
    String text =
        SlurmScript.of(
            new ClusterJob("rote-x", Path.of("/a study/it's"), runs, Device.CPU, 2), parallel);
    Path file = Files.writeString(temp.resolve("study.sbatch"), text);
    assertThat(file).content().contains("#SBATCH --cpus-per-task=2\n", "#SBATCH --requeue\n");
    return file;
  }

  private Process start(Path script, int task, int restarts) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("bash", script.toString());
    builder.environment().put("PATH", temp + ":" + System.getenv("PATH"));
    builder.environment().put("SLURM_ARRAY_JOB_ID", "42");
    builder.environment().put("SLURM_ARRAY_TASK_ID", Integer.toString(task));
    builder.environment().put("SLURM_RESTART_COUNT", Integer.toString(restarts));
    builder.environment().remove("ROTE");
    return builder.inheritIO().start();
  }

  /** Does what sbatch does with an array job: runs the script once for each task. */
  private void submit(Path script) throws Exception {
    Matcher array = ARRAY.matcher(Files.readString(script));
    assertThat(array.find()).isTrue();
    int last = Integer.parseInt(array.group(1));
    assertThat(last).isLessThan(1001);
    List<Process> tasks = new ArrayList<>();
    for (int task = 0; task <= last; task++) {
      tasks.add(start(script, task, 0));
      if (tasks.size() == 20 || task == last) {
        for (Process started : tasks) {
          assertThat(started.waitFor()).isZero();
        }
        tasks.clear();
      }
    }
  }

  private static List<String> runs(int count) {
    return IntStream.range(0, count).mapToObj(i -> "cce-s" + i + "-0").toList();
  }

  private static String directory(String run) {
    return "/a study/it's/runs/" + run;
  }

  @Test
  void everyRunIsTrainedOnceWhateverTheirNumber() throws Exception {
    for (int count : new int[] {1, 7}) {
      Files.writeString(calls, "");
      submit(script(runs(count), OptionalInt.empty()));
      assertThat(Files.readAllLines(calls))
          .containsExactlyInAnyOrderElementsOf(
              runs(count).stream().map(SlurmScriptTest::directory).toList());
    }
  }

  @Test
  void tasksShareMoreRunsThanAnArrayHolds() throws Exception {
    int count = 2 * SlurmScript.MOST_TASKS + 5;
    Path script = script(runs(count), OptionalInt.of(30));
    assertThat(script).content().contains("#SBATCH --array=0-999%30\n");
    for (int task : new int[] {0, 4, 5, 999}) {
      Files.writeString(calls, "");
      assertThat(start(script, task, 0).waitFor()).isZero();
      List<String> expected =
          IntStream.iterate(task, i -> i < count, i -> i + 1000)
              .mapToObj(i -> directory("cce-s" + i + "-0"))
              .toList();
      assertThat(Files.readAllLines(calls)).isEqualTo(expected);
    }
  }

  @Test
  void anInterruptedRunIsQueuedAgainAndARefusedOneIsNot() throws Exception {
    Path script = script(List.of("a-75", "b-2", "c-1", "d-137"), OptionalInt.empty());
    assertThat(start(script, 0, 0).waitFor()).isEqualTo(75);
    assertThat(Files.readAllLines(calls))
        .containsExactly(directory("a-75"), "scontrol requeue 42_0");
    Files.writeString(calls, "");
    assertThat(start(script, 1, 0).waitFor()).isEqualTo(2);
    assertThat(start(script, 2, 0).waitFor()).isEqualTo(1);
    assertThat(start(script, 0, 10).waitFor()).as("tried often enough").isEqualTo(75);
    assertThat(Files.readAllLines(calls))
        .containsExactly(directory("b-2"), directory("c-1"), directory("a-75"));
    assertThat(start(script, 3, 9).waitFor()).isEqualTo(75);
    assertThat(calls).content().endsWith("scontrol requeue 42_3\n");
  }

  @Test
  void aTaskThatIsToldToStopStopsItsRunAndIsQueuedAgain() throws Exception {
    command(
        "rote", "trap 'echo stopped >> calls; exit 75' TERM; echo up >> calls; sleep 60 & wait");
    Process task = start(script(runs(2), OptionalInt.empty()), 1, 0);
    while (Files.size(calls) == 0) {
      Thread.sleep(20);
    }
    task.destroy();
    assertThat(task.waitFor()).isEqualTo(75);
    assertThat(Files.readAllLines(calls)).containsExactly("up", "stopped", "scontrol requeue 42_1");
  }
}
