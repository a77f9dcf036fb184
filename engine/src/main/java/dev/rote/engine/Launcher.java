package dev.rote.engine;

import java.util.List;

/**
 * Trains runs somewhere: in worker processes of this machine ({@link LocalLauncher}), or on a
 * cluster. A launcher trains one list of runs; the results are in the run directories.
 */
public interface Launcher extends AutoCloseable {
  /**
   * Trains runs to their end, each from its checkpoint if it has one. Returns when every run has
   * finished or has been given up, as reported to the listener. An interrupt stops the workers;
   * unfinished runs keep their checkpoints.
   *
   * @param runs the runs, in the order in which they should start; finished ones are skipped
   * @throws InterruptedException if the thread is interrupted
   */
  void train(List<PlannedRun> runs, StudyListener listener) throws InterruptedException;

  /** Stops all workers at once, from any thread; unfinished runs keep their checkpoints. */
  @Override
  void close();
}
