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
  private final IntFunction<Path> logs;
  private final WorkerProcess[] processes;
  private boolean closed;

  /**
   * With none started.
   *
   * @param logs the file that takes what the process of a number prints
   */
  Workers(Allocation allocation, IntFunction<Path> logs) {
    this(allocation, allocation.processes(), logs);
  }

  /** The same in so many processes. */
  Workers(Allocation allocation, int processes, IntFunction<Path> logs) {
    this.allocation = allocation;
    this.lanesEach = allocation.workers() / processes;
    this.logs = logs;
    this.processes = new WorkerProcess[processes];
  }

  /** A lane of a living process, the same one each time while that lives. */
  synchronized WorkerProcess.Lane lane(int worker) throws IOException {
    if (closed) {
      throw new IOException("the study is being stopped");
    }
    int number = worker / lanesEach;
    if (processes[number] == null || !processes[number].isAlive()) {
      Path log = logs.apply(number);
      Files.createDirectories(log.toAbsolutePath().getParent());
      processes[number] =
          new WorkerProcess(allocation.device(), lanesEach, allocation.threads(), log);
    }
    return processes[number].lane(worker % lanesEach);
  }

  /** Ends the process of a worker that has it to itself, with all that it held. */
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
