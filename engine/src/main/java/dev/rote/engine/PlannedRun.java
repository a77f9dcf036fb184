package dev.rote.engine;

import dev.rote.run.RunRecord;
import dev.rote.study.RunSpec;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A run of a study and how far it is.
 *
 * @param record what will be written of it if it begins now
 * @param directory its directory
 * @param epochsDone epochs that an earlier call has done
 * @param finished whether nothing is left to do
 * @param keepWeights see {@link dev.rote.study.StudySpec#keepWeights}
 * @param origin directory of a run with fewer epochs that this one goes on from
 */
public record PlannedRun(
    RunRecord record,
    Path directory,
    int epochsDone,
    boolean finished,
    int keepWeights,
    Optional<Path> origin) {
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

  /** Loss, noise and seed, and the fold if one is held out, for people. */
  public String label() {
    String noise = spec().noise().label();
    return spec().loss()
        + " "
        + noise
        + " seed "
        + spec().seed()
        + spec().data().fold().map(f -> " fold " + (f.index() + 1) + "/" + f.count()).orElse("");
  }
}
