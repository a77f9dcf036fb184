package dev.rote.engine;

import dev.rote.run.EpochRecord;
import dev.rote.run.StoredRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Forwards events to a listener and records which runs failed. */
class Outcomes implements StudyListener {
  private final StudyListener listener;
  private final Map<String, RunFailure> failures = new LinkedHashMap<>();

  Outcomes(StudyListener listener) {
    this.listener = listener;
  }

  /**
   * Trains the unfinished ones of {@code runs} and returns those that are still not finished: first
   * those that failed, then those that ended without a report.
   */
  static List<RunFailure> train(Launcher launcher, List<PlannedRun> runs, Outcomes outcomes)
      throws IOException, InterruptedException {
    List<PlannedRun> unfinished = runs.stream().filter(run -> !run.finished()).toList();
    if (!unfinished.isEmpty()) {
      outcomes.training(unfinished);
      launcher.train(unfinished, outcomes);
    }
    List<RunFailure> missing = new ArrayList<>();
    for (PlannedRun run : runs) {
      outcomes.failure(run).ifPresent(missing::add);
    }
    for (PlannedRun run : runs) {
      if (outcomes.failure(run).isEmpty()
          && !StoredRun.read(run.directory()).map(StoredRun::finished).orElse(false)) {
        missing.add(new RunFailure(run, "ended without a result", false));
      }
    }
    return List.copyOf(missing);
  }

  private synchronized Optional<RunFailure> failure(PlannedRun run) {
    return Optional.ofNullable(failures.get(run.directory().toString()));
  }

  @Override
  public void notice(String line) {
    listener.notice(line);
  }

  @Override
  public void begins(Study study) {
    listener.begins(study);
  }

  @Override
  public void training(List<PlannedRun> runs) {
    listener.training(runs);
  }

  @Override
  public void started(PlannedRun run, int epochsDone) {
    listener.started(run, epochsDone);
  }

  @Override
  public void progress(PlannedRun run, int epoch, double fraction) {
    listener.progress(run, epoch, fraction);
  }

  @Override
  public void epoch(PlannedRun run, EpochRecord record) {
    listener.epoch(run, record);
  }

  @Override
  public void finished(PlannedRun run) {
    listener.finished(run);
  }

  @Override
  public void retrying(PlannedRun run, String reason) {
    listener.retrying(run, reason);
  }

  @Override
  public synchronized void failed(PlannedRun run, String reason, boolean refused) {
    failures.put(run.directory().toString(), new RunFailure(run, reason, refused));
    listener.failed(run, reason, refused);
  }
}
