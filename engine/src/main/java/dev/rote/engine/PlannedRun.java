package dev.rote.engine;

import dev.rote.data.Inputs;
import dev.rote.run.RunRecord;
import dev.rote.study.Extras;
import dev.rote.study.RunSpec;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A run of a study and its progress.
 *
 * @param record its record if it begins now
 * @param directory its directory
 * @param epochsDone number of epochs that earlier calls completed
 * @param finished whether it is complete
 * @param extras what it does beside training
 * @param origin directory of a run with fewer epochs that this one goes on from
 */
public record PlannedRun(
    RunRecord record,
    Path directory,
    int epochsDone,
    boolean finished,
    Extras extras,
    Optional<Path> origin) {
  /** Returns the name of the run. */
  public String id() {
    return record.id();
  }

  /** Returns the specification of the run. */
  public RunSpec spec() {
    return record.spec();
  }

  /** Returns the number of epochs. */
  public int epochs() {
    return spec().protocol().epochs();
  }

  /** Returns loss, noise, altered inputs, seed and fold in words. */
  public String label() {
    String noise = spec().noise().label();
    return spec().loss()
        + " "
        + noise
        + (spec().inputs() == Inputs.NONE ? "" : " " + spec().inputs())
        + " seed "
        + spec().seed()
        + spec().data().fold().map(f -> " fold " + (f.index() + 1) + "/" + f.count()).orElse("");
  }
}
