package dev.rote.run;

import dev.rote.format.AtomicFile;
import dev.rote.format.Directories;
import dev.rote.study.Extras;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code planned.json} in the directory of a run: all that is needed to train it, by any process on
 * any machine that sees the directory and the data.
 *
 * @param record the run as it was planned, with the device and the number of threads to train it
 *     with
 * @param extras what it does beside training
 */
public record RunPlan(RunRecord record, Extras extras) {
  private static final String FILE = "planned.json";

  /** Writes the plan into a run's directory, which is created if it does not exist. */
  public void write(Path directory) throws IOException {
    Directories.create(directory);
    AtomicFile.writeString(directory.resolve(FILE), Json.MAPPER.writeValueAsString(this) + "\n");
  }

  /**
   * Reads the plan of a run; empty if its directory has none.
   *
   * @throws InputException if it is damaged
   */
  public static Optional<RunPlan> read(Path directory) {
    Path file = directory.resolve(FILE);
    return Files.exists(file) ? Optional.of(Json.read(file, RunPlan.class)) : Optional.empty();
  }
}
