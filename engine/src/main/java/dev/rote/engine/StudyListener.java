package dev.rote.engine;

import dev.rote.run.EpochRecord;

/** Told what happens in a study. Calls come from several threads, but one at a time. */
public interface StudyListener {
  /** A run begins, or goes on after {@code epochsDone} epochs. */
  void started(PlannedRun run, int epochsDone);

  /** {@code fraction} of {@code epoch} is done; several times a second at most. */
  void progress(PlannedRun run, int epoch, double fraction);

  /** An epoch has ended and is on disk. */
  void epoch(PlannedRun run, EpochRecord record);

  /** The run is complete on disk. */
  void finished(PlannedRun run);

  /** The run's worker crashed; another takes the run up from its last epoch. */
  void retrying(PlannedRun run, String reason);

  /**
   * The run is given up. The others go on.
   *
   * @param refused whether its input cannot be read or its output cannot be written: nothing that
   *     training could do about
   */
  void failed(PlannedRun run, String reason, boolean refused);
}
