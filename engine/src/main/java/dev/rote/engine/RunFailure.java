package dev.rote.engine;

import java.util.List;

/**
 * A run that was planned and is not finished.
 *
 * @param reason why, in one line
 * @param refused whether its input cannot be used or its output cannot be written, which another
 *     attempt would not change
 */
public record RunFailure(PlannedRun run, String reason, boolean refused) {
  /**
   * Returns the exit code of a process that could not finish these runs, as {@link
   * SingleRun.Ending} has it: that of refused runs if all were refused.
   */
  public static int exitCode(List<RunFailure> missing) {
    SingleRun.Ending ending =
        missing.isEmpty()
            ? SingleRun.Ending.FINISHED
            : missing.stream().allMatch(RunFailure::refused)
                ? SingleRun.Ending.REFUSED
                : SingleRun.Ending.FAILED;
    return ending.exitCode();
  }
}
