package dev.rote.engine;

import dev.rote.data.DataSets;
import dev.rote.data.ReadDataSet;
import dev.rote.run.PlanFile;
import dev.rote.run.RunDirectory;
import dev.rote.run.RunPlan;
import dev.rote.run.RunRecord;
import dev.rote.run.StudyDirectory;
import dev.rote.study.Device;
import dev.rote.study.StudySpec;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A study: a grid of runs, planned and ready to train.
 *
 * <pre>{@code
 * StudyResult result = Study.run(spec, Path.of("studies/mine"), new StudyListener() {});
 * }</pre>
 *
 * @param out directory of the results
 * @param plan every run, those included that an earlier call has finished
 * @param choice where the runs train, and how many at once
 * @param duration estimated time for the unfinished runs; empty if nothing is known about the
 *     device
 */
public record Study(
    Path out, StudyPlan plan, SpeedMeter.Choice choice, Optional<Duration> duration) {
  /**
   * Trains the unfinished runs of a study and summarizes it, as {@code rote study} does. Repeating
   * the call continues where an earlier one stopped. To stop it, interrupt the thread: unfinished
   * runs keep their checkpoints, and the summary covers the epochs so far.
   *
   * @param out directory of the results; may hold a part of them already
   * @throws InputException if the specification, the data or {@code out} cannot be used
   * @throws InterruptedException if the thread is interrupted
   */
  public static StudyResult run(StudySpec spec, Path out, StudyListener listener)
      throws IOException, InterruptedException {
    return plan(spec, out, Machine.AUTOMATIC, listener).run(listener);
  }

  /**
   * Plans a study: reads the images, checks every input, and chooses how many runs train at once. A
   * long study tries this out for some seconds. Writes nothing to {@code out}.
   *
   * @throws InputException if the specification, the data or {@code out} cannot be used
   */
  public static Study plan(StudySpec spec, Path out, Machine machine, StudyListener listener)
      throws IOException, InterruptedException {
    ReadDataSet read = DataSets.read(spec.data());
    read.notes().forEach(listener::notice);
    StudyPlan plan = StudyPlan.of(spec, read.data(), out);
    StudyDirectory.check(out, plan.identity());
    plan.requireRunsToLengthen(out);
    Device device = GpuState.choose(machine.device(), listener::notice);
    SpeedMeter meter = SpeedMeter.ofThisMachine(listener::notice);
    SpeedMeter.Choice choice = meter.choose(plan, device, machine);
    boolean known = device == Device.CPU || choice.speed().isPresent();
    return new Study(
        out, plan, choice, known ? Optional.of(TimeEstimate.of(plan, choice)) : Optional.empty());
  }

  /**
   * Plans a study whose runs train elsewhere, each by itself. Writes nothing to {@code out}.
   *
   * @param device where each run will train
   * @param threads threads that each will compute with
   * @throws InputException if the specification, the data or {@code out} cannot be used
   */
  public static Study plan(StudySpec spec, Path out, Device device, int threads)
      throws IOException {
    StudyPlan plan = StudyPlan.of(spec, out);
    StudyDirectory.check(out, plan.identity());
    plan.requireRunsToLengthen(out);
    Allocation all = new Allocation(device, Math.max(1, plan.unfinished().size()), threads);
    return new Study(out, plan, new SpeedMeter.Choice(all, Optional.empty()), Optional.empty());
  }

  /**
   * Creates the directory of the results, and in it the directory of each unfinished run with all
   * that is needed to train it. Trains nothing.
   *
   * @throws InputException if {@code out} cannot be used
   */
  public void prepare() throws IOException {
    try (StudyDirectory results = StudyDirectory.open(out, plan.identity(), plan.bytesToWrite())) {
      writePlan();
    }
  }

  private void writePlan() throws IOException {
    for (PlannedRun run : plan.runs()) {
      if (run.origin().isPresent()) {
        RunDirectory.lengthen(run.origin().get(), run.directory(), run.record());
      }
    }
    new PlanFile(plan.runs().stream().map(run -> PlanFile.Run.of(run.record())).toList())
        .write(out);
    Allocation each = choice.allocation();
    for (PlannedRun run : plan.unfinished()) {
      RunRecord record = run.record().on(each.execution());
      Optional<String> data = record.spec().data().path();
      new RunPlan(
              record.withDataAt(data.map(path -> Path.of(path).toAbsolutePath().toString())),
              run.extras())
          .write(run.directory());
    }
  }

  /**
   * Trains the unfinished runs on this machine. See {@link #run(StudySpec, Path, StudyListener)}.
   */
  public StudyResult run(StudyListener listener) throws IOException, InterruptedException {
    try (Launcher launcher = new LocalLauncher(out, choice.allocation())) {
      return run(launcher, listener);
    }
  }

  /**
   * Trains the unfinished runs.
   *
   * @param launcher trains the runs
   * @throws InputException if {@code out} cannot be used
   * @throws InterruptedException if the thread is interrupted
   */
  public StudyResult run(Launcher launcher, StudyListener listener)
      throws IOException, InterruptedException {
    try (StudyDirectory results = StudyDirectory.open(out, plan.identity(), plan.bytesToWrite())) {
      writePlan();
      listener.begins(this);
      List<RunFailure> missing;
      try {
        missing = Outcomes.train(launcher, plan.runs(), new Outcomes(listener));
      } catch (InterruptedException e) {
        results.summarize();
        throw e;
      }
      return new StudyResult(out, plan, results.summarize(), missing);
    }
  }
}
