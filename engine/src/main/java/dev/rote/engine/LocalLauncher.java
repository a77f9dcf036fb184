package dev.rote.engine;

import dev.rote.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Trains runs in worker processes of this machine, several at once. A crash costs the runs of one
 * process their unfinished epoch: a new process continues them from their checkpoints, as often as
 * the {@link RetryPolicy} allows. A process that falls silent is ended and counts as crashed.
 */
public final class LocalLauncher implements Launcher {
  private final Path logs;
  private final Allocation allocation;
  private final RetryPolicy retries;
  private final Workers workers;
  private StudyListener listener;
  private RunQueue queue;
  private Throwable failure;
  private volatile boolean stopping;

  /**
   * Prepares to train runs; starts no process yet.
   *
   * @param logs directory of the files that take what workers print
   * @param allocation the device, and how many runs train at once on how many threads
   */
  public LocalLauncher(Path logs, Allocation allocation) {
    this(logs, allocation, allocation.processes(), Patience.DEFAULT);
  }

  /** Prepares to train runs in {@code processes} processes. */
  LocalLauncher(Path logs, Allocation allocation, int processes, Patience patience) {
    this.logs = logs;
    this.allocation = allocation;
    this.retries = RetryPolicy.DEFAULT;
    this.workers = new Workers(allocation, processes, patience, this::log, WorkerPlace.HERE);
  }

  private Path log(int process) {
    return logs.resolve("worker-" + (process + 1) + ".log");
  }

  @Override
  public void train(List<PlannedRun> runs, StudyListener told) throws InterruptedException {
    listener = told;
    queue =
        new RunQueue(runs.stream().filter(run -> !run.finished()).toList(), allocation.workers());
    List<Thread> lanes = new ArrayList<>();
    for (int i = 0; i < allocation.workers(); i++) {
      int lane = i;
      Thread thread = new Thread(() -> work(lane), "lane-" + (i + 1));
      thread.start();
      lanes.add(thread);
    }
    try {
      for (Thread lane : lanes) {
        lane.join();
      }
    } finally {
      close();
    }
    synchronized (this) {
      if (failure != null) {
        throw new IllegalStateException("a listener failed: " + failure, failure);
      }
    }
  }

  /** Thrown where the listener threw: that ends the study, not a run. */
  private static final class ListenerFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    ListenerFailure(RuntimeException cause) {
      super(cause);
    }
  }

  /** Tells the listener something, one lane at a time. */
  private synchronized void tell(Consumer<StudyListener> event) {
    try {
      event.accept(listener);
    } catch (RuntimeException e) {
      throw new ListenerFailure(e);
    }
  }

  @Override
  public void close() {
    stopping = true;
    workers.close();
    for (int i = 0; i < allocation.workers(); i++) {
      try {
        if (Files.exists(log(i)) && Files.size(log(i)) == 0) {
          Files.delete(log(i));
        }
      } catch (IOException e) {
        // An empty log that stays can be ignored.
      }
    }
  }

  /** Trains runs on one lane until none is left. */
  private void work(int lane) {
    try {
      for (Optional<PlannedRun> run = queue.take(); run.isPresent(); run = queue.take()) {
        if (stopping || !trainOrGiveUp(run.get(), lane)) {
          return;
        }
      }
      workers.discard(lane);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ListenerFailure | Error e) {
      synchronized (this) {
        failure = failure != null ? failure : e instanceof Error ? e : e.getCause();
      }
      queue.clear();
      stopping = true;
      workers.close();
    }
  }

  /** Trains a run; a defect on this side of the worker costs that run, not its lane. */
  private boolean trainOrGiveUp(PlannedRun run, int lane) throws InterruptedException {
    try {
      return train(run, lane);
    } catch (ListenerFailure e) {
      throw e;
    } catch (RuntimeException e) {
      workers.discard(lane);
      giveUp(run, "internal error: " + e, false);
      return true;
    }
  }

  /** Trains a run until it ends or is given up; returns false if the lane has retired. */
  private boolean train(PlannedRun run, int lane) throws InterruptedException {
    RetryPolicy.Attempts attempts = retries.newRun();
    while (true) {
      boolean alone = queue.onlyOneLane();
      Ending ending = attempt(run, lane);
      if (stopping && ending.last.isEmpty()) {
        return false;
      }
      boolean full = ending.is(Message.Kind.FULL) && !alone;
      if (ending.last.isPresent() && !full) {
        tell(run, ending.last.get());
        if (ending.is(Message.Kind.FAILED)) {
          // Ending the process frees all memory of the failed run.
          workers.discard(lane);
        }
        return true;
      }
      if (!full && !attempts.retryAfterCrash(ending.epochDone)) {
        giveUp(run, ending.death, false);
        return true;
      }
      String reason =
          full ? "the GPU's memory is full: continuing with fewer runs at once" : ending.death;
      tell(told -> told.retrying(run, reason));
      if (full && queue.leaveToOthers(run)) {
        return false;
      }
    }
  }

  /**
   * How an attempt at a run ended.
   *
   * @param last the worker's last report; empty if the worker died
   * @param epochDone whether an epoch was completed before
   * @param death how the worker died, in words; empty if it did not
   */
  private record Ending(Optional<Message.Report> last, boolean epochDone, String death) {
    boolean is(Message.Kind kind) {
      return last.isPresent() && last.get().kind() == kind;
    }
  }

  private Ending attempt(PlannedRun run, int number) throws InterruptedException {
    WorkerProcess.Lane lane;
    try {
      lane = workers.lane(number);
    } catch (IOException e) {
      return new Ending(Optional.empty(), false, "worker cannot be started: " + e.getMessage());
    }
    lane.send(
        Message.Job.train(
            run.directory().toString(), run.record().on(allocation.execution()), run.extras()));
    boolean epochDone = false;
    Optional<Message.Report> report = lane.receive();
    while (report.isPresent() && !report.get().kind().isLast()) {
      epochDone |= report.get().kind() == Message.Kind.EPOCH;
      tell(run, report.get());
      report = lane.receive();
    }
    return new Ending(report, epochDone, report.isPresent() ? "" : lane.death());
  }

  private void tell(PlannedRun run, Message.Report report) {
    switch (report.kind()) {
      case DAMAGED -> tell(told -> told.notice(run.label() + ": " + report.text()));
      case STARTED -> tell(told -> told.started(run, report.epoch()));
      case PROGRESS -> tell(told -> told.progress(run, report.epoch(), report.fraction()));
      case EPOCH -> tell(told -> told.epoch(run, report.record()));
      case FINISHED -> tell(told -> told.finished(run));
      case REFUSED -> giveUp(run, report.text(), true);
      case FULL, FAILED -> giveUp(run, report.text(), false);
      // Its directory is not touched.
      case BUSY -> tell(told -> told.failed(run, report.text(), false));
      case TRIED, ALIVE ->
          throw new IllegalStateException("unexpected report " + report.kind() + " of " + run.id());
    }
  }

  private void giveUp(PlannedRun run, String reason, boolean refused) {
    try {
      RunDirectory.fail(run.directory(), reason);
    } catch (IOException e) {
      // The listener learns of the failure in any case.
    }
    tell(told -> told.failed(run, reason, refused));
  }
}
