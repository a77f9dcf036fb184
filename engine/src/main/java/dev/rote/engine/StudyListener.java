package dev.rote.engine;

import dev.rote.run.EpochRecord;
import java.util.List;

/**
 * Receives the events of a study or an audit. Calls come from several threads, but one at a time.
 * Every method does nothing unless it is overridden; one that throws ends the study.
 */
public interface StudyListener {
  /** Says something about the machine, the plan or a damaged file in one line. */
  default void notice(String line) {}

  /** A study has locked its results directory. */
  default void begins(Study study) {}

  /** These runs, one or more, are about to be trained. */
  default void training(List<PlannedRun> runs) {}

  /** A run begins, or continues after {@code epochsDone} epochs. */
  default void started(PlannedRun run, int epochsDone) {}

  /** {@code fraction} of {@code epoch} is done; called several times a second at most. */
  default void progress(PlannedRun run, int epoch, double fraction) {}

  /** An epoch has ended and is on disk. */
  default void epoch(PlannedRun run, EpochRecord record) {}

  /** The run is complete on disk. */
  default void finished(PlannedRun run) {}

  /** The run's worker crashed; another continues the run from its last epoch. */
  default void retrying(PlannedRun run, String reason) {}

  /**
   * The run ended without a result. The others continue.
   *
   * @param refused whether its input cannot be used or its output cannot be written, which another
   *     attempt would not change
   */
  default void failed(PlannedRun run, String reason, boolean refused) {}
}
