package dev.rote.engine;

import dev.rote.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Trains the runs of a study in worker processes, several at once. A crash costs the runs of one
 * process their epoch under way: they are taken up from their checkpoints by a new one, and given
 * up after {@value #MAX_CRASHES} crashes without an epoch between them.
 */
public final class StudyRunner {
  /** Crashes in a row that a run is given. */
  static final int MAX_CRASHES = 3;

  private final Path logs;
  private final Allocation allocation;
  private final StudyListener listener;
  private final Deque<PlannedRun> queue = new ArrayDeque<>();
  private final Workers workers;
  private int busy;
  private volatile boolean stopping;

  /**
   * Prepares to run a study.
   *
   * @param logs directory that takes what workers print
   * @param allocation where, and how many at once
   */
  public StudyRunner(Path logs, Allocation allocation, StudyListener listener) {
    this(logs, allocation, allocation.processes(), listener);
  }

  /** The same in so many processes. */
  StudyRunner(Path logs, Allocation allocation, int processes, StudyListener listener) {
    this.logs = logs;
    this.allocation = allocation;
    this.listener = listener;
    this.workers = new Workers(allocation, processes, this::log);
  }

  private Path log(int process) {
    return logs.resolve("worker-" + (process + 1) + ".log");
  }

  /** Trains what is unfinished; returns when all is done or given up. */
  public void run(List<PlannedRun> runs) throws InterruptedException {
    synchronized (this) {
      runs.stream().filter(run -> !run.finished()).forEach(queue::add);
      busy = allocation.workers();
    }
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < allocation.workers(); i++) {
      int worker = i;
      Thread thread = new Thread(() -> work(worker), "worker-" + (i + 1));
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    close();
  }

  /** Ends all workers at once; unfinished runs keep their checkpoints. */
  public void stop() {
    stopping = true;
    close();
  }

  private void close() {
    workers.close();
    for (int i = 0; i < allocation.workers(); i++) {
      try {
        if (Files.exists(log(i)) && Files.size(log(i)) == 0) {
          Files.delete(log(i));
        }
      } catch (IOException e) {
        // an empty log that cannot be removed harms nobody
      }
    }
  }

  private void work(int worker) {
    try {
      boolean goesOn = true;
      while (goesOn) {
        Optional<PlannedRun> run = next();
        goesOn = run.isPresent() && train(run.get(), worker);
      }
      workers.discard(worker);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What to train next; empty where nothing is left, and the worker is not busy any more. */
  private synchronized Optional<PlannedRun> next() {
    Optional<PlannedRun> run = stopping ? Optional.empty() : Optional.ofNullable(queue.poll());
    if (run.isEmpty()) {
      busy--;
    }
    return run;
  }

  /**
   * Puts a run back for those that go on, and the worker is not busy any more; false if none do.
   */
  private synchronized boolean leaveToOthers(PlannedRun run) {
    if (isAlone()) {
      return false;
    }
    busy--;
    queue.addFirst(run);
    return true;
  }

  private synchronized boolean isAlone() {
    return busy == 1;
  }

  /** Trains a run to its end, good or bad; false if the worker has made room for the others. */
  private boolean train(PlannedRun run, int worker) throws InterruptedException {
    int crashes = 0;
    while (!stopping) {
      boolean alone = isAlone();
      Ending ending = attempt(run, worker);
      boolean full = ending.is(Message.Kind.FULL) && !alone;
      if (ending.last.isPresent() && !full) {
        tell(run, ending.last.get());
        if (ending.is(Message.Kind.FAILED)) {
          // What a run that failed held goes for certain with its process.
          workers.discard(worker);
        }
        return true;
      }
      if (!full) {
        crashes = ending.epochDone ? 1 : crashes + 1;
      }
      if (stopping) {
        return true;
      }
      if (crashes >= MAX_CRASHES) {
        giveUp(run, ending.death, false);
        return true;
      }
      String trouble =
          full ? "the GPU's memory is full: going on with fewer runs at once" : ending.death;
      synchronized (listener) {
        listener.retrying(run, trouble);
      }
      if (full && leaveToOthers(run)) {
        return false;
      }
    }
    return true;
  }

  /**
   * How an attempt at a run ended.
   *
   * @param last the worker's last report; empty where it died
   * @param epochDone whether there was an epoch before
   * @param death what became of the worker, if it died
   */
  private record Ending(Optional<Message.Report> last, boolean epochDone, String death) {
    boolean is(Message.Kind kind) {
      return last.isPresent() && last.get().kind() == kind;
    }
  }

  private Ending attempt(PlannedRun run, int worker) throws InterruptedException {
    WorkerProcess.Lane lane;
    try {
      lane = workers.lane(worker);
    } catch (IOException e) {
      return new Ending(Optional.empty(), false, "worker cannot be started: " + e.getMessage());
    }
    lane.send(
        Message.Job.train(
            run.directory().toString(),
            run.record().on(allocation.device(), allocation.threads()),
            run.keepWeights()));
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
    synchronized (listener) {
      switch (report.kind()) {
        case STARTED -> listener.started(run, report.epoch());
        case PROGRESS -> listener.progress(run, report.epoch(), report.fraction());
        case EPOCH -> listener.epoch(run, report.record());
        case FINISHED -> listener.finished(run);
        case TRIED -> throw new IllegalStateException("a trial of " + run.id());
        case REFUSED -> giveUp(run, report.text(), true);
        case FULL, FAILED -> giveUp(run, report.text(), false);
      }
    }
  }

  private void giveUp(PlannedRun run, String reason, boolean refused) {
    try {
      RunDirectory.fail(run.directory(), reason);
    } catch (IOException e) {
      // the listener hears of it all the same
    }
    synchronized (listener) {
      listener.failed(run, reason, refused);
    }
  }
}
