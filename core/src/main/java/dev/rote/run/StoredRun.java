package dev.rote.run;

import dev.rote.format.Npy;
import dev.rote.format.PredictionsFile;
import dev.rote.format.SafeTensors;
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
import tools.jackson.core.JacksonException;

/**
 * A run as its directory tells it, finished or not.
 *
 * @param directory the run's directory
 * @param record what it depends on
 * @param epochs epochs that are done
 * @param finished whether all are, and the final weights are there
 * @param failure why it was given up, if it was
 */
public record StoredRun(
    Path directory,
    RunRecord record,
    List<EpochRecord> epochs,
    boolean finished,
    Optional<String> failure) {

  /** Reads a run; empty if the directory holds none, or one that has not begun. */
  public static Optional<StoredRun> read(Path directory) throws IOException {
    Path recordFile = directory.resolve(RunDirectory.RECORD);
    Path epochsFile = directory.resolve(RunDirectory.EPOCHS);
    if (!Files.exists(recordFile) || !Files.exists(epochsFile)) {
      return Optional.empty();
    }
    RunRecord record;
    try {
      record = Json.MAPPER.readValue(Files.readString(recordFile), RunRecord.class);
    } catch (JacksonException e) {
      throw new InputException(recordFile + " is damaged: " + e.getOriginalMessage(), e);
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
            EpochsFile.read(epochsFile),
            Files.exists(directory.resolve(RunDirectory.WEIGHTS)),
            failure));
  }

  /** The runs of a study's results directory, by name. */
  public static List<StoredRun> readAll(Path out) throws IOException {
    Path runs = out.resolve("runs");
    if (!Files.isDirectory(runs)) {
      return List.of();
    }
    List<StoredRun> all = new ArrayList<>();
    try (Stream<Path> directories = Files.list(runs)) {
      for (Path directory : directories.sorted().toList()) {
        read(directory).ifPresent(all::add);
      }
    }
    return List.copyOf(all);
  }

  /**
   * Weights that the run left behind, by epoch: those that it was told to keep, and the final ones
   * or, of an unfinished run, those of its checkpoint.
   *
   * @throws InputException if a checkpoint is damaged
   */
  public List<StoredWeights> weights() throws IOException {
    TreeMap<Integer, Path> files = new TreeMap<>(RunDirectory.keptWeights(directory));
    Path checkpoint = directory.resolve(RunDirectory.CHECKPOINT);
    if (finished) {
      files.put(record.spec().protocol().epochs(), directory.resolve(RunDirectory.WEIGHTS));
    } else if (Files.exists(checkpoint)) {
      files.put(RunDirectory.epochsDone(checkpoint, SafeTensors.read(checkpoint)), checkpoint);
    }
    return files.entrySet().stream()
        .map(entry -> new StoredWeights(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** Observed labels, {@code [N]}. */
  public int[] observed() throws IOException {
    return Npy.read(directory.resolve(RunDirectory.OBSERVED)).toInts();
  }

  /** Original labels, {@code [N]}. */
  public int[] original() throws IOException {
    return Npy.read(directory.resolve(RunDirectory.ORIGINAL)).toInts();
  }

  /** What a run that held a fold out gathered of every sample; see {@code docs/files.md}. */
  public Map<String, TensorData> statistics() throws IOException {
    return SafeTensors.read(directory.resolve(RunDirectory.STATISTICS)).tensors();
  }

  /**
   * Classes that were predicted for the training samples at the end of an epoch (1-based), {@code
   * [N]}.
   */
  public int[] predictions(int epoch) throws IOException {
    try (PredictionsFile.Reader reader =
        PredictionsFile.read(directory.resolve(RunDirectory.PREDICTIONS))) {
      return reader.epoch(epoch);
    }
  }
}
