package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.format.Npy;
import dev.rote.loss.CategoricalCrossEntropy;
import dev.rote.loss.Loss;
import dev.rote.net.Networks;
import dev.rote.run.EpochRecord;
import dev.rote.run.StoredRun;
import dev.rote.run.StudyDirectory;
import dev.rote.study.Device;
import dev.rote.study.StudyOptions;
import dev.rote.study.StudySpec;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LocalLauncherTest {
  private static final String PACED = "epochs: 4, keep-weights: 3, loss: " + text(PacedLoss.class);

  @TempDir static Path shared;
  private static Path undisturbed;

  @TempDir Path temp;

  @AfterEach
  void atFullPace() {
    System.clearProperty(PacedLoss.PAUSE);
  }

  /** Notes what happens, and kills some workers of this process in the middle of an epoch. */
  private static class Notes implements StudyListener {
    final List<String> lines = new ArrayList<>();
    private final Set<Long> killed = new HashSet<>();
    private final int kills;

    Notes(int kills) {
      this.kills = kills;
    }

    @Override
    public void started(PlannedRun run, int epochsDone) {
      lines.add("started " + epochsDone);
    }

    @Override
    public void progress(PlannedRun run, int epoch, double fraction) {
      if (epoch >= 2 && killed.size() < kills) {
        // A killed worker may have sent another report before.
        ProcessHandle.current()
            .children()
            .filter(worker -> killed.add(worker.pid()))
            .forEach(ProcessHandle::destroyForcibly);
      }
    }

    @Override
    public void epoch(PlannedRun run, EpochRecord record) {
      lines.add("epoch " + record.epoch());
    }

    @Override
    public void finished(PlannedRun run) {
      lines.add("finished");
    }

    @Override
    public void retrying(PlannedRun run, String reason) {
      lines.add("retrying: " + reason);
    }

    @Override
    public void failed(PlannedRun run, String reason, boolean refused) {
      lines.add((refused ? "refused: " : "failed: ") + reason);
    }
  }

  private StudySpec study(String more) {
    return study(temp, "mlp", more);
  }

  private static StudySpec study(Path directory, String network, String more) {
    return StudyOptions.none()
        .overriddenBy(StudyOptions.read(write(directory, network, more)))
        .study(Networks::protocol);
  }

  /** Trains the run that other tests disturb. */
  @BeforeAll
  static void trainUndisturbed() throws Exception {
    undisturbed = shared.resolve("undisturbed");
    assertThat(run(study(shared, "mlp", PACED), undisturbed, 0).lines)
        .containsExactly("started 0", "epoch 1", "epoch 2", "epoch 3", "epoch 4", "finished");
  }

  private static Path write(Path directory, String network, String yaml) {
    try {
      Path file = Files.createTempFile(directory, "study", ".yaml");
      return Files.writeString(
          file,
          "{dataset: glyphs, subset: 600, test-subset: 100, noise: symmetric(0.4), network: "
              + network
              + ", "
              + yaml
              + "}");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Notes run(StudySpec spec, Path out, int kills) throws Exception {
    return run(spec, out, kills, 1);
  }

  /** With lanes of one process, as on a GPU; slowly if a worker is to be killed in an epoch. */
  private static Notes run(StudySpec spec, Path out, int kills, int lanes) throws Exception {
    System.setProperty(PacedLoss.PAUSE, kills == 0 ? "0" : "50");
    Notes notes = new Notes(kills);
    StudyPlan plan = StudyPlan.of(spec, out);
    try (StudyDirectory directory =
        StudyDirectory.open(out, plan.identity(), plan.bytesToWrite())) {
      new LocalLauncher(out, new Allocation(Device.CPU, lanes, 1), 1, Patience.DEFAULT)
          .train(plan.runs(), notes);
      directory.summarize();
    }
    return notes;
  }

  /** Has room for two lanes of a process. */
  static final class HungryLoss implements Loss {
    @Override
    public Tensor perSample(Tensor logits, Tensor labels) {
      String lane = Thread.currentThread().getName();
      if (!lane.equals("lane-0") && !lane.equals("lane-1")) {
        throw new IllegalStateException("CUDA out of memory. Tried to allocate 2.00 GiB");
      }
      return new CategoricalCrossEntropy().perSample(logits, labels);
    }
  }

  /** Has room for none. */
  static final class InsatiableLoss implements Loss {
    @Override
    public Tensor perSample(Tensor logits, Tensor labels) {
      throw new IllegalStateException("CUDA out of memory. Tried to allocate 2000.00 GiB");
    }
  }

  /** Prints half a line at every step, as a native library might. */
  static final class PrintingLoss implements Loss {
    @Override
    public Tensor perSample(Tensor logits, Tensor labels) {
      System.out.print("no line break; ");
      System.out.flush();
      return new CategoricalCrossEntropy().perSample(logits, labels);
    }
  }

  @Test
  void whatLibrariesPrintDoesNotHideReports() throws Exception {
    StudySpec spec = study("epochs: 2, loss: " + text(PrintingLoss.class));
    Notes notes = run(spec, temp.resolve("out"), 0);
    assertThat(notes.lines).containsExactly("started 0", "epoch 1", "epoch 2", "finished");
    assertThat(temp.resolve("out").resolve("worker-1.log")).content().contains("no line break; ");
  }

  @Test
  void aStoppedWorkerIsReplacedWithoutChangingABit() throws Exception {
    StudySpec spec = study(PACED);
    Path out = temp.resolve("stopped");
    Notes notes =
        new Notes(0) {
          @Override
          public void epoch(PlannedRun run, EpochRecord record) {
            super.epoch(run, record);
            if (record.epoch() == 2 && lines.stream().noneMatch(l -> l.startsWith("retrying"))) {
              ProcessHandle.current().children().forEach(LocalLauncherTest::suspend);
            }
          }
        };
    Patience impatient =
        new Patience(Duration.ofMinutes(1), Duration.ofSeconds(5), Duration.ofMinutes(1));
    StudyPlan plan = StudyPlan.of(spec, out);
    new LocalLauncher(out, new Allocation(Device.CPU, 1, 1), 1, impatient)
        .train(plan.runs(), notes);
    assertThat(notes.lines)
        .anyMatch(line -> line.startsWith("retrying: worker gave no sign of life for 5 s"))
        .last()
        .isEqualTo("finished");
    assertSameResults(undisturbed, out);
  }

  private static void suspend(ProcessHandle process) {
    try {
      new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Never returns from its first step in the first process that gets here. */
  static final class HangingLoss implements Loss {
    @Override
    public Tensor perSample(Tensor logits, Tensor labels) {
      try {
        Files.createFile(Path.of(System.getProperty("rote.test.hang")));
        Thread.sleep(Long.MAX_VALUE);
      } catch (IOException e) {
        // It has hung before.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return new CategoricalCrossEntropy().perSample(logits, labels);
    }
  }

  @Test
  void aRunThatHangsIsTriedAgainInANewProcess() throws Exception {
    System.setProperty("rote.test.hang", temp.resolve("hung").toString());
    try {
      StudySpec spec = study("epochs: 1, loss: " + text(HangingLoss.class));
      Notes notes = new Notes(0);
      Patience impatient =
          new Patience(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofSeconds(5));
      Path out = temp.resolve("out");
      new LocalLauncher(out, new Allocation(Device.CPU, 1, 1), 1, impatient)
          .train(StudyPlan.of(spec, out).runs(), notes);
      assertThat(notes.lines)
          .anyMatch(line -> line.startsWith("retrying: training made no step for 5 s"))
          .last()
          .isEqualTo("finished");
    } finally {
      System.clearProperty("rote.test.hang");
    }
  }

  @Test
  void aLabelsFileEditedWhileTheStudyRunsIsRefused() throws Exception {
    Path labels = temp.resolve("labels.npy");
    int[] zeros = new int[600];
    Npy.write(labels, zeros, zeros.length);
    Path file = temp.resolve("labels.yaml");
    Files.writeString(
        file,
        "{dataset: glyphs, subset: 600, test-subset: 100, network: mlp, epochs: 1, loss:"
            + " [mse, mae], noise: \"labels('"
            + labels
            + "')\"}");
    StudySpec spec = StudyOptions.read(file).study(Networks::protocol);
    Notes notes =
        new Notes(0) {
          @Override
          public void finished(PlannedRun run) {
            super.finished(run);
            zeros[7] = 1;
            try {
              Npy.write(labels, zeros, zeros.length);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    Path out = temp.resolve("out");
    new LocalLauncher(out, new Allocation(Device.CPU, 1, 1))
        .train(StudyPlan.of(spec, out).runs(), notes);
    assertThat(notes.lines).filteredOn("finished"::equals).hasSize(1);
    assertThat(notes.lines)
        .last()
        .asString()
        .startsWith("refused: the file of labels(")
        .endsWith("has changed since the study was planned");
  }

  @Test
  void aListenerThatThrowsEndsTheStudyWithItsReason() throws Exception {
    StudySpec spec = study("epochs: 1, loss: [mse, mae]");
    Path out = temp.resolve("out");
    Notes broken =
        new Notes(0) {
          @Override
          public void epoch(PlannedRun run, EpochRecord record) {
            throw new IllegalStateException("no display");
          }
        };
    LocalLauncher launcher = new LocalLauncher(out, new Allocation(Device.CPU, 1, 1));
    List<PlannedRun> runs = StudyPlan.of(spec, out).runs();
    assertThatThrownBy(() -> launcher.train(runs, broken)).hasMessageContaining("no display");
  }

  private static String text(Class<?> loss) {
    return "\"class('" + loss.getName() + "')\"";
  }

  private static void assertSameResults(Path a, Path b) throws IOException {
    List<StoredRun> left = StoredRun.readAll(a);
    List<StoredRun> right = StoredRun.readAll(b);
    assertThat(left).isNotEmpty().allMatch(StoredRun::finished);
    assertThat(left)
        .extracting(r -> r.record().id())
        .isEqualTo(right.stream().map(r -> r.record().id()).toList());
    for (int i = 0; i < left.size(); i++) {
      assertThat(left.get(i).epochs())
          .usingRecursiveFieldByFieldElementComparatorIgnoringFields("seconds", "extra")
          .isEqualTo(right.get(i).epochs());
      for (String file :
          List.of("predictions.npy", "observed.npy", "original.npy", "weights.safetensors")) {
        assertThat(left.get(i).directory().resolve(file))
            .hasSameBinaryContentAs(right.get(i).directory().resolve(file));
      }
    }
  }

  @Test
  void aKilledWorkerCostsAnEpochAndChangesNoBit() throws Exception {
    StudySpec spec = study(PACED);
    Notes killed = run(spec, temp.resolve("killed"), 1);
    assertThat(killed.lines).anyMatch(line -> line.startsWith("retrying: worker was killed"));
    assertThat(killed.lines).last().isEqualTo("finished");
    assertSameResults(undisturbed, temp.resolve("killed"));
    Path kept = StoredRun.readAll(undisturbed).get(0).weights().get(0).file();
    assertThat(kept.getFileName()).hasToString("weights-3.safetensors");
    assertThat(temp.resolve("killed").resolve(undisturbed.relativize(kept)))
        .hasSameBinaryContentAs(kept);

    Notes again = run(spec, undisturbed, 0);
    assertThat(again.lines).as("nothing is left to do").isEmpty();
  }

  @Test
  void lanesOfOneProcessGiveTheBitsOfRunsOneAfterAnother() throws Exception {
    // Convolutions, whose kernels the lanes share.
    String more = "seed: [1, 2, 3], epochs: 3, loss: " + text(PacedLoss.class);
    StudySpec spec = study(temp, "small-cnn", more);
    run(spec, temp.resolve("alone"), 0);
    run(spec, temp.resolve("together"), 0, 3);
    assertSameResults(temp.resolve("alone"), temp.resolve("together"));
    Notes killed = run(spec, temp.resolve("killed"), 1, 3);
    assertThat(killed.lines)
        .filteredOn(line -> line.startsWith("retrying: worker was killed"))
        .as("all runs of the process lose their epoch")
        .hasSize(3);
    assertSameResults(temp.resolve("alone"), temp.resolve("killed"));
  }

  @Test
  void whereMemoryIsFullFewerRunsGoOnAtOnce() throws Exception {
    StudySpec spec = study("seed: [1, 2, 3, 4, 5], epochs: 1, loss: " + text(HungryLoss.class));
    Notes notes = run(spec, temp.resolve("hungry"), 0, 4);
    assertThat(notes.lines).filteredOn("finished"::equals).hasSize(5);
    assertThat(notes.lines)
        .filteredOn(line -> line.startsWith("retrying"))
        .containsExactly(
            "retrying: the GPU's memory is full: continuing with fewer runs at once",
            "retrying: the GPU's memory is full: continuing with fewer runs at once");

    Notes insatiable =
        run(
            study("epochs: 1, loss: [mse, %s]".formatted(text(InsatiableLoss.class))),
            temp.resolve("insatiable"),
            0,
            2);
    assertThat(insatiable.lines).filteredOn("finished"::equals).hasSize(1);
    assertThat(insatiable.lines)
        .last()
        .asString()
        .startsWith("failed: the GPU's memory is full: train fewer runs at once (--workers)");
  }

  @Test
  void aWorkerThatAlwaysDiesIsGivenUpAndTheNextRunGoesOn() throws Exception {
    StudySpec spec = study("seed: [1, 2], epochs: 2, loss: " + text(PacedLoss.class));
    Notes notes = run(spec, temp.resolve("out"), 3);
    assertThat(notes.lines)
        .filteredOn(line -> line.startsWith("failed: worker was killed"))
        .hasSize(1);
    assertThat(notes.lines).last().isEqualTo("finished");
    Notes again = run(spec, temp.resolve("out"), 0);
    assertThat(again.lines).filteredOn("finished"::equals).hasSize(1);
    assertThat(StoredRun.readAll(temp.resolve("out"))).hasSize(2).allMatch(StoredRun::finished);
  }

  @Test
  void aRunWhoseFilesCannotBeWrittenIsRefusedAndTheNextGoesOn() throws Exception {
    StudySpec spec = study("loss: [mse, mae], epochs: 1");
    Path out = temp.resolve("out");
    Path blocked = StudyPlan.of(spec, out).runs().get(0).directory().resolve("observed.npy");
    Files.createDirectories(blocked.resolve("in-the-way"));
    Files.writeString(Files.createDirectories(out).resolve("study.json"), identity(spec, out));
    Notes notes = run(spec, out, 0);
    assertThat(notes.lines).anyMatch(line -> line.startsWith("refused: cannot write "));
    assertThat(notes.lines).filteredOn("finished"::equals).hasSize(1);
  }

  private static String identity(StudySpec spec, Path out) throws IOException {
    Path elsewhere = out.resolveSibling("identity");
    StudyDirectory.open(elsewhere, StudyPlan.of(spec, elsewhere).identity(), 0).close();
    return Files.readString(elsewhere.resolve("study.json"));
  }

  /** A study in a process of its own, to be killed whole. */
  static final class Study {
    public static void main(String[] args) throws Exception {
      run(StudyOptions.read(Path.of(args[0])).study(Networks::protocol), Path.of(args[1]), 0);
    }
  }

  @Test
  void aKilledStudyIsTakenUpAgainWithoutChangingABit() throws Exception {
    Path file = write(temp, "mlp", PACED);
    Path out = temp.resolve("killed");
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-D" + PacedLoss.GATE + "=" + temp.resolve("never"),
                "-cp",
                System.getProperty("java.class.path"),
                Study.class.getName(),
                file.toString(),
                out.toString())
            .inheritIO()
            .start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    while (StoredRun.readAll(out).stream().mapToInt(r -> r.epochs().size()).sum() < 1) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(20);
    }
    process.destroyForcibly().waitFor();

    StudySpec spec = StudyOptions.read(file).study(Networks::protocol);
    Notes rest = run(spec, out, 0);
    assertThat(rest.lines.get(0)).isNotEqualTo("started 0");
    assertSameResults(out, undisturbed);
  }
}
