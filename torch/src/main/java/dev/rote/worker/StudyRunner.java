package dev.rote.worker;

import dev.rote.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Trains the runs of a study in worker processes, several at once. A crash costs one run its epoch
 * under way: the run is taken up from its checkpoint by a new worker, and given up after {@value
 * #MAX_CRASHES} crashes without an epoch between them.
 */
public final class StudyRunner {
  /** Crashes in a row that a run is given. */
  static final int MAX_CRASHES = 3;

  private final Path logs;
  private final Allocation allocation;
  private final StudyListener listener;
  private final Queue<PlannedRun> queue = new ConcurrentLinkedQueue<>();
  private final List<WorkerProcess> processes = new ArrayList<>();
  private boolean stopping;

  /**
   * Prepares to run a study.
   *
   * @param logs directory that takes what workers print
   * @param allocation where, and how many at once
   */
  public StudyRunner(Path logs, Allocation allocation, StudyListener listener) {
    this.logs = logs;
    this.allocation = allocation;
    this.listener = listener;
  }

  /** Trains what is unfinished; returns when all is done or given up. */
  public void run(List<PlannedRun> runs) throws InterruptedException {
    for (PlannedRun run : runs) {
      if (!run.finished()) {
        queue.add(run);
      }
    }
    List<Thread> lanes = new ArrayList<>();
    for (int i = 0; i < allocation.workers(); i++) {
      Path log = logs.resolve("worker-" + (i + 1) + ".log");
      Thread lane = new Thread(() -> work(log), "worker-" + (i + 1));
      lane.start();
      lanes.add(lane);
    }
    for (Thread lane : lanes) {
      lane.join();
    }
  }

  /** Ends all workers at once; unfinished runs keep their checkpoints. */
  public synchronized void stop() {
    stopping = true;
    processes.forEach(WorkerProcess::close);
  }

  private void work(Path log) {
    WorkerProcess worker = null;
    try {
      for (PlannedRun run = queue.poll(); run != null && !isStopping(); run = queue.poll()) {
        worker = train(run, worker, log);
      }
      WorkerProcess.discardEmpty(log);
    } catch (IOException e) {
      // an empty log that cannot be removed harms nobody
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (worker != null) {
        worker.close();
      }
    }
  }

  /** Trains one run and returns the worker for the next one. */
  private WorkerProcess train(PlannedRun run, WorkerProcess idle, Path log)
      throws InterruptedException {
    WorkerProcess worker = idle;
    int crashes = 0;
    while (true) {
      boolean epochDone = false;
      String death;
      try {
        if (worker == null) {
          worker = start(log);
        }
        worker.send(
            Message.Job.train(
                run.directory().toString(),
                run.record().on(allocation.device(), allocation.threads()),
                run.keepWeights()));
        for (Optional<Message.Report> report = worker.receive();
            report.isPresent();
            report = worker.receive()) {
          epochDone |= report.get().kind() == Message.Kind.EPOCH;
          if (tell(run, report.get())) {
            if (report.get().kind() == Message.Kind.FAILED) {
              // What a run that failed held, on a GPU above all, goes for certain with its process.
              worker.close();
              return null;
            }
            return worker;
          }
        }
        death = worker.death();
      } catch (IOException e) {
        death = "worker cannot be reached: " + e.getMessage();
      }
      if (isStopping()) {
        return worker;
      }
      worker = null;
      crashes = epochDone ? 1 : crashes + 1;
      if (crashes >= MAX_CRASHES) {
        giveUp(run, death, false);
        return null;
      }
      String reason = death;
      synchronized (listener) {
        listener.retrying(run, reason);
      }
    }
  }

  private synchronized WorkerProcess start(Path log) throws IOException {
    if (stopping) {
      throw new IOException("the study is being stopped");
    }
    Files.createDirectories(log.getParent());
    WorkerProcess process = new WorkerProcess(allocation.device(), allocation.threads(), log);
    processes.add(process);
    return process;
  }

  private synchronized boolean isStopping() {
    return stopping;
  }

  /** Passes a report on; true if it was the run's last. */
  private boolean tell(PlannedRun run, Message.Report report) {
    synchronized (listener) {
      switch (report.kind()) {
        case STARTED -> listener.started(run, report.epoch());
        case PROGRESS -> listener.progress(run, report.epoch(), report.fraction());
        case EPOCH -> listener.epoch(run, report.record());
        case FINISHED -> listener.finished(run);
        case TRIED -> throw new IllegalStateException("a trial of " + run.id());
        case REFUSED -> giveUp(run, report.text(), true);
        case FAILED -> giveUp(run, report.text(), false);
      }
    }
    return report.kind().isLast();
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
