package dev.rote.run;

import dev.rote.format.AtomicFile;
import dev.rote.format.PredictionsFile;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a run directory holds at the end of an epoch, with a checksum of every file. {@code
 * state.json} lists the newest state and the one before, newest first; it is written only after the
 * files that it lists are on the disk.
 *
 * @param epochs number of epochs that are done
 * @param files length and checksum of each file, by name
 */
record SavedState(int epochs, Map<String, Checksum> files) {
  static final String FILE = "state.json";

  SavedState {
    files = new TreeMap<>(files);
    if (epochs < 0) {
      throw new IllegalArgumentException("a state after " + epochs + " epochs");
    }
  }

  /** How thoroughly files are compared with what is recorded. */
  enum Check {
    /** Reads every file. */
    FULL,
    /** Reads all but weights and checkpoints, of which only the lengths are compared. */
    QUICK,
    /** Reads no file; compares the lengths. */
    LENGTHS
  }

  /**
   * The state from which a run's directory can continue.
   *
   * @param states the newest whole state, and those before it; empty if there is none
   * @param damage what is wrong with newer states, in a sentence that names the file
   */
  record Found(List<SavedState> states, Optional<String> damage) {
    /** Returns the newest whole state. */
    Optional<SavedState> newest() {
      return states.stream().findFirst();
    }
  }

  static void write(Path directory, List<SavedState> states) throws IOException {
    AtomicFile.writeString(directory.resolve(FILE), Json.MAPPER.writeValueAsString(states) + "\n");
  }

  /** Looks for the newest state of a directory that is whole. */
  static Found find(Path directory, Check check) throws IOException {
    Path file = directory.resolve(FILE);
    while (true) {
      if (!Files.exists(file)) {
        boolean had = Files.exists(directory.resolve(RunDirectory.WEIGHTS));
        return new Found(List.of(), had ? Optional.of(file + " is missing") : Optional.empty());
      }
      byte[] content = Files.readAllBytes(file);
      Found found = find(directory, check, content);
      // A run that trains meanwhile deletes what its older states refer to.
      if (found.damage.isEmpty()
          || (Files.exists(file) && Arrays.equals(content, Files.readAllBytes(file)))) {
        return found;
      }
    }
  }

  private static Found find(Path directory, Check check, byte[] content) throws IOException {
    List<SavedState> states;
    try {
      states = List.of(Json.parse(content, directory.resolve(FILE), SavedState[].class));
    } catch (InputException e) {
      return new Found(List.of(), Optional.of(e.getMessage()));
    }
    Optional<String> damage = Optional.empty();
    for (int i = 0; i < states.size(); i++) {
      Optional<String> problem = states.get(i).damage(directory, check);
      if (problem.isEmpty()) {
        return new Found(states.subList(i, states.size()), damage);
      }
      damage = damage.or(() -> problem);
    }
    return new Found(
        List.of(), damage.or(() -> Optional.of(directory.resolve(FILE) + " lists no state")));
  }

  private Optional<String> damage(Path directory, Check check) throws IOException {
    if (!files.containsKey(RunDirectory.EPOCHS) || !files.containsKey(RunDirectory.PREDICTIONS)) {
      return Optional.of(directory.resolve(FILE) + " is damaged: it lists no rows");
    }
    for (Map.Entry<String, Checksum> entry : files.entrySet()) {
      Path file = directory.resolve(entry.getKey());
      Checksum recorded = entry.getValue();
      boolean lengthOnly =
          check == Check.LENGTHS
              || (check == Check.QUICK && entry.getKey().endsWith(".safetensors"));
      Optional<String> problem = lengthOnly ? recorded.lengthProblem(file) : recorded.problem(file);
      if (problem.isPresent()) {
        return Optional.of(file + " " + problem.get());
      }
    }
    if (check == Check.LENGTHS) {
      return Optional.empty();
    }
    Optional<String> predictions = damageOfPredictions(directory);
    if (predictions.isPresent()) {
      return predictions;
    }
    // The checksum is right, so counting is enough; rows() parses.
    int rows = EpochsFile.count(epochsFile(directory), files.get(RunDirectory.EPOCHS).bytes());
    return rows == epochs
        ? Optional.empty()
        : Optional.of(
            "%s is damaged: it announces %d epochs, %s has %d"
                .formatted(directory.resolve(FILE), epochs, RunDirectory.EPOCHS, rows));
  }

  /** Returns what is wrong with the header of {@code predictions.npy}, which has no checksum. */
  private Optional<String> damageOfPredictions(Path directory) throws IOException {
    Path file = directory.resolve(RunDirectory.PREDICTIONS);
    try (PredictionsFile.Reader reader = PredictionsFile.read(file, epochs)) {
      return reader.epochs() == epochs
              && reader.bytes() == files.get(RunDirectory.PREDICTIONS).bytes()
          ? Optional.empty()
          : Optional.of(file + " is damaged: its header does not announce the recorded rows");
    } catch (InputException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static Path epochsFile(Path directory) {
    return directory.resolve(RunDirectory.EPOCHS);
  }

  /** Returns the rows of {@code epochs.csv} that belong to this state. */
  List<EpochRecord> rows(Path directory) throws IOException {
    return EpochsFile.read(epochsFile(directory), files.get(RunDirectory.EPOCHS).bytes());
  }

  /** Returns whether all epochs are done and the final weights are there. */
  boolean finished() {
    return files.containsKey(RunDirectory.WEIGHTS);
  }

  /** Returns the checkpoint's file; empty for a finished run, and before the first epoch. */
  Optional<Path> checkpoint(Path directory) {
    return finished() || epochs == 0
        ? Optional.empty()
        : Optional.of(directory.resolve(RunDirectory.checkpoint(epochs)));
  }
}
