package dev.rote.engine;

/** Fails where training does, and is silent otherwise. */
public class QuietListener implements StudyListener {
  @Override
  public void failed(PlannedRun run, String reason, boolean refused) {
    throw new AssertionError(run.label() + ": " + reason);
  }
}
