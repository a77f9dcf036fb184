package dev.rote.engine;

import dev.rote.run.RunDirectory;
import dev.rote.run.RunLease;
import dev.rote.run.RunPlan;
import dev.rote.run.RunRecord;
import dev.rote.run.StoredRun;
import dev.rote.study.Extras;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Trains exactly one run to its end, in a worker process of this machine: the unit that any
 * scheduler starts. A run is trained from its checkpoint if it has one, and by one process at a
 * time on all machines that share its directory.
 */
public final class SingleRun implements AutoCloseable {
  private static final String LOG = "worker.log";

  private final PlannedRun run;
  private final Path log;
  private final Workers workers;

  /** How the training of a run ended. */
  public enum Ending {
    /** The run is complete on disk. */
    FINISHED(0),
    /** The run cannot continue; another attempt would fail in the same way. */
    FAILED(1),
    /** The input cannot be used or the output cannot be written. */
    REFUSED(2),
    /** The worker was stopped, or another process trains the run: worth another attempt. */
    INTERRUPTED(75);

    private final int exitCode;

    Ending(int exitCode) {
      this.exitCode = exitCode;
    }

    /** Returns the exit code of a process that trained a run with this ending. */
    public int exitCode() {
      return exitCode;
    }
  }

  /**
   * The result of an attempt.
   *
   * @param reason why the run is not finished, in one line; empty if it is
   */
  public record Outcome(Ending ending, String reason) {}

  /** Prepares to train a run on the device and the threads of its record; starts no process. */
  public SingleRun(PlannedRun run) {
    this(run, WorkerPlace.HERE);
  }

  /**
   * Prepares to train a run as above.
   *
   * @param place class path and environment of the worker
   */
  public SingleRun(PlannedRun run, WorkerPlace place) {
    this.run = run;
    log = run.directory().resolve(LOG);
    workers =
        new Workers(
            new Allocation(
                run.record().execution().device(), 1, run.record().execution().threads()),
            1,
            Patience.DEFAULT,
            process -> log,
            place);
  }

  /**
   * Reads a planned run from its directory. A run that has begun keeps the device and the number of
   * threads that it began with.
   *
   * @param data where the images are on this machine; empty: where they were when the run was
   *     planned
   * @throws InputException if the directory holds no run, or the run cannot be read
   */
  public static PlannedRun read(Path directory, Optional<String> data) throws IOException {
    Optional<StoredRun> stored = StoredRun.read(directory);
    Optional<RunPlan> plan = RunPlan.read(directory);
    RunRecord record =
        plan.map(RunPlan::record)
            .or(() -> stored.map(StoredRun::record))
            .orElseThrow(
                () ->
                    new InputException(
                        directory
                            + " holds no run: give a directory below 'runs' of a study, as 'rote"
                            + " plan' creates them"));
    if (stored.isPresent()) {
      record = record.on(stored.get().record().execution());
    }
    return new PlannedRun(
        data.isPresent() ? record.withDataAt(data) : record,
        directory,
        stored.map(s -> s.epochs().size()).orElse(0),
        stored.map(StoredRun::finished).orElse(false),
        plan.map(RunPlan::extras).orElse(Extras.NONE),
        Optional.empty());
  }

  /**
   * Trains the run. Does not call {@link StudyListener#failed}: the outcome says what happened.
   *
   * @throws InterruptedException if the thread is interrupted
   */
  public Outcome train(StudyListener listener) throws InterruptedException, IOException {
    if (run.finished()) {
      return new Outcome(Ending.FINISHED, "");
    }
    Outcomes told = new Outcomes(listener);
    told.training(List.of(run));
    Outcome outcome;
    try {
      outcome = attempt(told);
    } finally {
      workers.close();
    }
    switch (outcome.ending()) {
      case FINISHED -> told.finished(run);
      case FAILED, REFUSED -> noteFailure(outcome.reason());
      case INTERRUPTED -> RunLease.removeIfEnded(run.directory());
    }
    if (Files.exists(log) && Files.size(log) == 0) {
      Files.delete(log);
    }
    return outcome;
  }

  private Outcome attempt(StudyListener listener) throws InterruptedException {
    WorkerProcess.Lane lane;
    try {
      lane = workers.lane(0);
    } catch (IOException e) {
      return new Outcome(Ending.INTERRUPTED, "worker cannot be started: " + e.getMessage());
    }
    lane.send(Message.Job.train(run.directory().toString(), run.record(), run.extras()));
    while (true) {
      Optional<Message.Report> received = lane.receive();
      if (received.isEmpty()) {
        return new Outcome(Ending.INTERRUPTED, lane.death());
      }
      Message.Report report = received.get();
      switch (report.kind()) {
        case DAMAGED -> listener.notice(run.label() + ": " + report.text());
        case STARTED -> listener.started(run, report.epoch());
        case PROGRESS -> listener.progress(run, report.epoch(), report.fraction());
        case EPOCH -> listener.epoch(run, report.record());
        case FINISHED -> {
          return new Outcome(Ending.FINISHED, "");
        }
        case REFUSED -> {
          return new Outcome(Ending.REFUSED, report.text());
        }
        case FULL, FAILED -> {
          return new Outcome(Ending.FAILED, report.text());
        }
        case BUSY -> {
          return new Outcome(Ending.INTERRUPTED, report.text());
        }
        case TRIED, ALIVE ->
            throw new IllegalStateException("unexpected report " + report.kind() + " of a run");
      }
    }
  }

  private void noteFailure(String reason) {
    try {
      RunDirectory.fail(run.directory(), reason);
    } catch (IOException e) {
      // The outcome says it in any case.
    }
  }

  /** Stops the worker at once, from any thread; the run keeps its checkpoint. */
  @Override
  public void close() {
    workers.close();
  }
}
