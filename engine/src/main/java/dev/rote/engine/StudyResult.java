package dev.rote.engine;

import dev.rote.run.Summary;
import java.nio.file.Path;
import java.util.List;

/**
 * How a study ended.
 *
 * @param out directory of the results
 * @param plan the plan
 * @param summaries the runs in {@code out} that have completed an epoch, as in {@code summary.csv};
 *     runs of earlier calls included
 * @param missing the planned runs that are not finished; empty if the study is complete
 */
public record StudyResult(
    Path out, StudyPlan plan, List<Summary> summaries, List<RunFailure> missing) {
  /** Copies the lists. */
  public StudyResult {
    summaries = List.copyOf(summaries);
    missing = List.copyOf(missing);
  }
}
