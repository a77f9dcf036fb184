package dev.rote.engine;

import dev.rote.run.EpochRecord;

/** Fails where training does, and has nothing to say else. */
public class QuietListener implements StudyListener {
  @Override
  public void started(PlannedRun run, int epochsDone) {}

  @Override
  public void progress(PlannedRun run, int epoch, double fraction) {}

  @Override
  public void epoch(PlannedRun run, EpochRecord record) {}

  @Override
  public void finished(PlannedRun run) {}

  @Override
  public void retrying(PlannedRun run, String reason) {}

  @Override
  public void failed(PlannedRun run, String reason, boolean refused) {
    throw new AssertionError(run.label() + ": " + reason);
  }
}
