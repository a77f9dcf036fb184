package dev.rote.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;

/**
 * The worker processes of an allocation, each started when it is first needed, and again when it is
 * needed and has died.
 */
final class Workers implements AutoCloseable {
  private final Allocation allocation;
  private final int lanesEach;
  private final Patience patience;
  private final IntFunction<Path> logs;
  private final WorkerPlace place;
  private final WorkerProcess[] processes;
  private boolean closed;

  /**
   * Prepares the processes that an allocation asks for; starts none yet.
   *
   * @param logs maps the number of a process to the file that takes what it prints
   */
  Workers(Allocation allocation, IntFunction<Path> logs) {
    this(allocation, allocation.processes(), Patience.DEFAULT, logs, WorkerPlace.HERE);
  }

  /** Prepares {@code processes} processes, which share the lanes evenly. */
  Workers(
      Allocation allocation,
      int processes,
      Patience patience,
      IntFunction<Path> logs,
      WorkerPlace place) {
    this.place = place;
    this.patience = patience;
    this.allocation = allocation;
    this.lanesEach = allocation.workers() / processes;
    this.logs = logs;
    this.processes = new WorkerProcess[processes];
  }

  /** Returns a lane of a living process, the same one each time while that lives. */
  synchronized WorkerProcess.Lane lane(int worker) throws IOException {
    if (closed) {
      throw new IOException("the study is being stopped");
    }
    int number = worker / lanesEach;
    if (processes[number] == null || !processes[number].isAlive()) {
      Path log = logs.apply(number);
      Files.createDirectories(log.toAbsolutePath().getParent());
      processes[number] =
          new WorkerProcess(
              allocation.device(), lanesEach, allocation.threads(), log, patience, place);
    }
    return processes[number].lane(worker % lanesEach);
  }

  /** Ends the process of a worker that shares it with no other. */
  synchronized void discard(int worker) {
    if (lanesEach == 1 && processes[worker] != null) {
      processes[worker].close();
      processes[worker] = null;
    }
  }

  /** Ends all at once. */
  @Override
  public synchronized void close() {
    closed = true;
    for (WorkerProcess process : processes) {
      if (process != null) {
        process.close();
      }
    }
  }
}
