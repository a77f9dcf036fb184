package dev.rote.report.page;

import dev.rote.run.StoredRun;
import dev.rote.run.Summary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A run as it was last read.
 *
 * @param study results directory that it belongs to
 * @param run the run
 * @param summary its summary, once it has an epoch; always empty for the network of an audit's fold
 * @param changed when its directory last changed, in milliseconds since 1970; 0 if nobody follows
 *     it
 */
public record SeenRun(Path study, StoredRun run, Optional<Summary> summary, long changed) {
  /** An epoch may take three times as long as usual before its run counts as stopped. */
  private static final double PATIENCE = 3;

  private static final double LEAST_PATIENCE_SECONDS = 60;

  /** Returns a run with its summary. */
  public static SeenRun of(Path study, StoredRun run, long changed) throws IOException {
    return new SeenRun(study, run, Summary.ofAll(List.of(run)).stream().findFirst(), changed);
  }

  /** Returns how far the run is at the time {@code now}, in milliseconds since 1970. */
  public RunState state(long now) {
    if (run.failure().isPresent()) {
      return RunState.FAILED;
    }
    if (run.finished()) {
      return summary.isPresent() && !summary.get().fit().fitted()
          ? RunState.DID_NOT_FIT
          : RunState.DONE;
    }
    double patience = Math.max(LEAST_PATIENCE_SECONDS, PATIENCE * epochSeconds());
    return now - changed < 1000 * patience ? RunState.RUNNING : RunState.STOPPED;
  }

  /** Returns the mean duration of the last five epochs, or 0 before the first. */
  double epochSeconds() {
    int done = run.epochs().size();
    return run.epochs().subList(Math.max(0, done - 5), done).stream()
        .mapToDouble(epoch -> epoch.seconds())
        .average()
        .orElse(0);
  }

  /** Returns the seconds that the rest of the run takes at its present speed. */
  public double secondsLeft() {
    return run.finished() || run.failure().isPresent()
        ? 0
        : epochSeconds() * (run.record().spec().protocol().epochs() - run.epochs().size());
  }
}
