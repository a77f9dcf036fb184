package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.engine.PacedLoss;
import dev.rote.format.AtomicFile;
import dev.rote.format.Npy;
import dev.rote.run.StoredRun;
import dev.rote.text.InputException;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The command line in processes of its own: stopped by Ctrl-C, and two at once. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class InterruptTest {
  private static final int INTERRUPTED = 130;

  @TempDir Path temp;
  private final List<String> options = new ArrayList<>();
  private String said;

  private Process start(Path output, String... arguments) throws IOException {
    return start(output, Main.class, arguments);
  }

  private Process start(Path output, Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (OS.LINUX.isCurrentOs()) {
      // A build in the background of a script ignores SIGINT, and so would its children.
      command.addAll(List.of("env", "--default-signal=INT"));
    }
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-D" + PacedLoss.GATE + "=" + gate(),
            "-cp",
            System.getProperty("java.class.path")));
    command.addAll(options);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  /** The file that lets trainings continue after their first batches. */
  private Path gate() {
    return temp.resolve("gate");
  }

  /** Runs the command line in this process, where trainings meet no gate; notes what it says. */
  private int here(String arguments) {
    CommandResult result = CommandResult.of((Object[]) arguments.strip().split(" "));
    said = result.said();
    return result.code();
  }

  private static String study(Path out) {
    return "study --subset 300 --test-subset 100 --network mlp --noise symmetric(0.4) --epochs 8"
        + " --workers 1 --threads 1 --loss "
        + PacedLoss.TEXT
        + " --out "
        + out;
  }

  private static int epochs(Path out) throws IOException {
    return StoredRun.readAll(out).stream().mapToInt(run -> run.epochs().size()).sum();
  }

  @Test
  void whatIsStoppedWhileItWritesSaysSo() throws Exception {
    Path file = temp.resolve("a.json");
    StringWriter text = new StringWriter();
    int code =
        Interruptible.run(
            () -> {
              Thread.currentThread().interrupt();
              try {
                AtomicFile.writeString(file, "{}");
              } catch (IOException e) {
                throw InputException.cannotWrite("results to", file, e);
              }
              return 0;
            },
            new PrintWriter(text));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(code).isEqualTo(INTERRUPTED);
    assertThat(text.toString()).startsWith("Stopped.");
  }

  /** Work that computes and does not look whether it is interrupted. */
  static final class Computation {
    private Computation() {}

    public static void main(String[] args) throws IOException {
      Path begun = Path.of(args[0]);
      int code =
          Interruptible.run(
              () -> {
                Files.createFile(begun);
                long sum = 0;
                while (Files.exists(begun)) {
                  sum++;
                }
                return sum > 0 ? 0 : 1;
              },
              new PrintWriter(System.err));
      System.exit(code);
    }
  }

  @Test
  void aComputationWithoutWorkersIsStoppedAtOnce() throws Exception {
    Path log = temp.resolve("computation.log");
    Path begun = temp.resolve("begun");
    Process process = start(log, Computation.class, begun.toString());
    while (process.isAlive() && !Files.exists(begun)) {
      Thread.sleep(20);
    }
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    assertThat(process.waitFor()).isEqualTo(INTERRUPTED);
    assertThat(log).content().startsWith("Stopped.").doesNotContain("Workers");
  }

  @Test
  void memoryThatRunsOutIsOneLine() throws Exception {
    options.add("-Xmx32m");
    Path p = temp.resolve("p.npy");
    Npy.write(p, new float[10_000_000], 5_000_000, 2);
    Path log = temp.resolve("memory.log");
    Path out = temp.resolve("audit");
    Process process =
        start(log, "audit", "--pred-probs", "" + p, "--labels", "" + p, "--out", "" + out);
    assertThat(process.waitFor()).isEqualTo(Main.FAILED);
    assertThat(Files.readAllLines(log))
        .singleElement()
        .asString()
        .startsWith("rote: too much for 0.0 GiB of Java memory (Java heap space)");
    assertThat(out).doesNotExist();
  }

  @Test
  void aStudyStoppedByCtrlCIsContinuedWithoutChangingABit() throws Exception {
    Path stopped = temp.resolve("stopped");
    Path log = temp.resolve("stopped.log");
    Process process = start(log, study(stopped).split(" "));
    while (process.isAlive() && epochs(stopped) < 1) {
      Thread.sleep(20);
    }
    List<ProcessHandle> workers = process.descendants().toList();
    assertThat(workers).isNotEmpty();
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    assertThat(process.waitFor()).isEqualTo(INTERRUPTED);
    assertThat(log).content().contains("Stopped. Run the same command again to continue");
    for (ProcessHandle worker : workers) {
      worker.onExit().get(20, TimeUnit.SECONDS);
    }
    assertThat(StoredRun.readAll(stopped)).noneMatch(StoredRun::finished);

    assertThat(here(study(stopped))).as(said).isZero();
    assertThat(said).contains("continuing after epoch ");
    Path whole = temp.resolve("whole");
    assertThat(here(study(whole))).as(said).isZero();
    StoredRun left = StoredRun.readAll(stopped).get(0);
    StoredRun right = StoredRun.readAll(whole).get(0);
    assertThat(left.epochs())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("seconds", "extra")
        .isEqualTo(right.epochs());
    assertThat(left.directory().resolve("weights.safetensors"))
        .hasSameBinaryContentAs(right.directory().resolve("weights.safetensors"));
  }

  @Test
  void aSecondAuditOfADirectoryIsRefusedAndChangesNothing() throws Exception {
    Path out = temp.resolve("audit");
    String audit =
        "audit --dataset glyphs --subset 400 --network mlp --epochs 8 --folds 2 --workers 1"
            + " --threads 1 --no-final-network --loss "
            + PacedLoss.TEXT
            + " --out "
            + out;
    Path log = temp.resolve("first.log");
    Process first = start(log, audit.split(" "));
    Path labels = out.resolve("trained_labels.csv");
    while (first.isAlive() && StoredRun.readAll(out.resolve("folds").resolve("1")).isEmpty()) {
      Thread.sleep(20);
    }
    byte[] before = Files.readAllBytes(labels);
    assertThat(here(audit + " --noise symmetric(0.3) --seed 2")).isEqualTo(2);
    assertThat(said).contains("another audit is writing to " + out + " now");
    assertThat(labels).hasBinaryContent(before);
    Files.createFile(gate());
    assertThat(first.waitFor()).as(Files.readString(log)).isZero();
    assertThat(labels).hasBinaryContent(before);
  }
}
