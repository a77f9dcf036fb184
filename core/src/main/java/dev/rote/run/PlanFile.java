package dev.rote.run;

import dev.rote.data.Inputs;
import dev.rote.format.AtomicFile;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code plan.json}: the runs that the study in a results directory is to make. It tells a page
 * which runs are waiting; training does not read it.
 *
 * @param runs in the order of the plan
 */
public record PlanFile(List<Run> runs) {
  private static final String NAME = "plan.json";

  /** A planned run, named as its directory will be. */
  public record Run(
      String id,
      String dataset,
      Inputs inputs,
      String network,
      String loss,
      String noise,
      long seed,
      int epochs) {

    /** Describes the run of a record. */
    public static Run of(RunRecord record) {
      var spec = record.spec();
      return new Run(
          record.id(),
          spec.data().dataset(),
          spec.inputs(),
          spec.network().toString(),
          spec.loss().toString(),
          spec.noise().toString(),
          spec.seed(),
          spec.protocol().epochs());
    }
  }

  public PlanFile {
    runs = List.copyOf(runs);
  }

  /** Replaces the plan in a results directory. */
  public void write(Path out) throws IOException {
    AtomicFile.writeString(out.resolve(NAME), Json.MAPPER.writeValueAsString(this) + "\n");
  }

  /** Reads the plan of a results directory; it has no runs if there is none that can be read. */
  public static PlanFile read(Path out) {
    try {
      Path file = out.resolve(NAME);
      return Files.exists(file) ? Json.read(file, PlanFile.class) : new PlanFile(List.of());
    } catch (InputException e) {
      return new PlanFile(List.of());
    }
  }
}
