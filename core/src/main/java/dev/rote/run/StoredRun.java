package dev.rote.run;

import dev.rote.format.Npy;
import dev.rote.format.PredictionsFile;
import dev.rote.format.TensorData;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A run as its directory tells it, finished or not.
 *
 * @param directory the run's directory
 * @param record what it depends on
 * @param epochs epochs that are done and whole
 * @param finished whether all are, and the final weights are there
 * @param failure why it was given up, if it was
 * @param damage what is wrong with a file that the run had written, if something is: the epochs are
 *     then those that a new call resumes
 */
public record StoredRun(
    Path directory,
    RunRecord record,
    List<EpochRecord> epochs,
    boolean finished,
    Optional<String> failure,
    Optional<String> damage) {

  /**
   * Reads a run; empty if the directory holds none, or one that has not begun.
   *
   * @throws InputException if {@code run.json} cannot be read or belongs to another run
   */
  public static Optional<StoredRun> read(Path directory) throws IOException {
    SavedState.Found found = SavedState.find(directory, SavedState.Check.QUICK);
    if (found.states().isEmpty() && found.damage().isEmpty()) {
      return Optional.empty();
    }
    return read(directory, found.newest(), found.damage());
  }

  private static Optional<StoredRun> read(
      Path directory, Optional<SavedState> state, Optional<String> damage) throws IOException {
    Path recordFile = directory.resolve(RunDirectory.RECORD);
    if (!Files.exists(recordFile)) {
      return Optional.empty();
    }
    RunRecord record = Json.read(recordFile, RunRecord.class);
    if (!directory.getFileName().toString().equals(record.id())) {
      throw new InputException(
          "%s describes the run %s: a run's directory has the run's name; move or delete it"
              .formatted(recordFile, record.id()));
    }
    Path failureFile = directory.resolve(RunDirectory.FAILURE);
    Optional<String> failure =
        Files.exists(failureFile)
            ? Optional.of(Files.readString(failureFile).strip())
            : Optional.empty();
    return Optional.of(
        new StoredRun(
            directory,
            record,
            state.isPresent() ? state.get().rows(directory) : List.of(),
            state.isPresent() && state.get().finished(),
            failure,
            damage));
  }

  /**
   * Reads a run that is to be trained to its end, and compares every file with its checksum. Empty
   * if nothing of the run is whole: then it begins anew.
   *
   * @throws InputException if {@code run.json} belongs to another run
   */
  public static Optional<StoredRun> readToResume(Path directory) throws IOException {
    SavedState.Found found = SavedState.find(directory, SavedState.Check.FULL);
    return found.newest().isEmpty()
        ? Optional.empty()
        : read(directory, found.newest(), found.damage());
  }

  /** Returns the runs of a study's results directory, by name. */
  public static List<StoredRun> readAll(Path out) throws IOException {
    List<StoredRun> all = new ArrayList<>();
    for (Path directory : directories(out)) {
      read(directory).ifPresent(all::add);
    }
    return List.copyOf(all);
  }

  /**
   * Returns the names of the runs of a study's results directory that have begun, and whether each
   * is finished. Reads no epochs and no predictions; the lengths of files are compared with what is
   * recorded.
   */
  public static Map<String, Boolean> begun(Path out) throws IOException {
    Map<String, Boolean> begun = new TreeMap<>();
    for (Path directory : directories(out)) {
      SavedState.Found found = SavedState.find(directory, SavedState.Check.LENGTHS);
      if ((found.newest().isPresent() || found.damage().isPresent())
          && Files.exists(directory.resolve(RunDirectory.RECORD))) {
        begun.put(
            directory.getFileName().toString(),
            found.newest().map(SavedState::finished).orElse(false));
      }
    }
    return begun;
  }

  private static List<Path> directories(Path out) throws IOException {
    Path runs = out.resolve("runs");
    if (!Files.isDirectory(runs)) {
      return List.of();
    }
    try (Stream<Path> directories = Files.list(runs)) {
      return directories.sorted().toList();
    }
  }

  /**
   * Returns the rows of a copy of {@code epochs.csv}, of a run that is kept elsewhere.
   *
   * @throws InputException if they cannot be read
   */
  public static List<EpochRecord> rows(Path epochs) throws IOException {
    return EpochsFile.read(epochs, Files.size(epochs));
  }

  /**
   * Weights that the run left behind, by epoch: those that it was told to keep, and the final ones
   * or, of an unfinished run, those of its checkpoint.
   *
   * @throws InputException if {@code state.json} is damaged
   */
  public List<StoredWeights> weights() throws IOException {
    TreeMap<Integer, Path> files = new TreeMap<>(RunDirectory.keptWeights(directory));
    SavedState.Found found = SavedState.find(directory, SavedState.Check.QUICK);
    if (found.newest().isPresent()) {
      SavedState state = found.newest().get();
      files.keySet().removeIf(epoch -> epoch > state.epochs());
      Optional<Path> last =
          state.finished()
              ? Optional.of(directory.resolve(RunDirectory.WEIGHTS))
              : state.checkpoint(directory);
      last.ifPresent(file -> files.put(state.epochs(), file));
    }
    return files.entrySet().stream()
        .map(entry -> new StoredWeights(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** Returns observed labels, {@code [N]}. */
  public int[] observed() throws IOException {
    return Npy.read(directory.resolve(RunDirectory.OBSERVED)).toInts();
  }

  /** Returns the original labels, {@code [N]}. */
  public int[] original() throws IOException {
    return Npy.read(directory.resolve(RunDirectory.ORIGINAL)).toInts();
  }

  /**
   * Returns the positions of the training samples that the run trained on, ascending: all, unless
   * it was told to draw a subsample. J1, J2 and all that follows from them count these alone.
   */
  public int[] trained() {
    return record.spec().trainedOn(record.data().samples());
  }

  /**
   * Returns what a run that held a fold out, or trained on a subsample, gathered of every sample;
   * see {@code docs/files.md}.
   */
  public Map<String, TensorData> statistics() throws IOException {
    return StoredWeights.readWhole(directory.resolve(RunDirectory.STATISTICS)).tensors();
  }

  /** Returns whether the run's predictions are there, which compact results lack. */
  public boolean hasPredictions() {
    return Files.exists(directory.resolve(RunDirectory.PREDICTIONS));
  }

  /**
   * Returns the classes predicted for the training samples at the end of an epoch (1-based), {@code
   * [N]}.
   */
  public int[] predictions(int epoch) throws IOException {
    try (PredictionsFile.Reader reader =
        PredictionsFile.read(directory.resolve(RunDirectory.PREDICTIONS), epoch)) {
      return reader.epoch(epoch);
    }
  }
}
