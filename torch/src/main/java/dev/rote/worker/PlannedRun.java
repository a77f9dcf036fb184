package dev.rote.worker;

import dev.rote.run.RunRecord;
import dev.rote.study.RunSpec;
import java.nio.file.Path;

/**
 * A run of a study and how far it is.
 *
 * @param record what will be written of it if it begins now
 * @param directory its directory
 * @param epochsDone epochs that an earlier call has done
 * @param finished whether nothing is left to do
 * @param keepWeights see {@link dev.rote.study.StudySpec#keepWeights}
 */
public record PlannedRun(
    RunRecord record, Path directory, int epochsDone, boolean finished, int keepWeights) {
  /** Name of the run. */
  public String id() {
    return record.id();
  }

  /** What is trained. */
  public RunSpec spec() {
    return record.spec();
  }

  /** Epochs in all. */
  public int epochs() {
    return spec().protocol().epochs();
  }

  /** Loss, noise and seed, for people. */
  public String label() {
    return spec().loss() + " " + spec().noise() + " seed " + spec().seed();
  }
}
