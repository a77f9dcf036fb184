package dev.rote.run;

import dev.rote.format.AtomicFile;
import dev.rote.format.Npy;
import dev.rote.format.PredictionsFile;
import dev.rote.format.SafeTensors;
import dev.rote.format.TensorBoardEvents;
import dev.rote.format.TensorData;
import dev.rote.noise.NoiseDraw;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes the directory of one run while it trains.
 *
 * <p>After each epoch the predictions and the row of {@code epochs.csv} are appended, the weights
 * are kept if it is their turn, and last the checkpoint is replaced atomically. The checkpoint is
 * what counts: whatever lies behind it when a run is taken up again is cut off, so that a crash at
 * any moment loses at most the epoch under way. One process at a time holds the directory, by a
 * lock that the operating system drops with the process.
 */
public final class RunDirectory implements RunSink, AutoCloseable {
  static final String RECORD = "run.json";
  static final String EPOCHS = "epochs.csv";
  static final String PREDICTIONS = "predictions.npy";
  static final String OBSERVED = "observed.npy";
  static final String ORIGINAL = "original.npy";
  static final String SAMPLE_IDS = "sample_ids.npy";
  static final String CHECKPOINT = "checkpoint.safetensors";
  static final String WEIGHTS = "weights.safetensors";
  static final String STATISTICS = "statistics.safetensors";
  static final String FAILURE = "failure.txt";
  private static final Pattern KEPT_WEIGHTS = Pattern.compile("weights-(\\d{1,9})\\.safetensors");
  private static final String LOCK = ".lock";
  private static final String EPOCHS_DONE = "epochs_done";

  private final Path directory;
  private final FileChannel lockFile;
  private final FileLock lock;
  private final RunRecord record;
  private final int keepWeights;
  private final int epochsDone;
  private final Optional<Map<String, TensorData>> checkpoint;
  private PredictionsFile predictions;
  private TensorBoardEvents events;

  private RunDirectory(
      Path directory, FileChannel lockFile, FileLock lock, RunRecord fresh, int keepWeights)
      throws IOException {
    this.directory = directory;
    this.lockFile = lockFile;
    this.lock = lock;
    this.keepWeights = keepWeights;
    Files.deleteIfExists(directory.resolve(FAILURE));
    Path checkpointFile = directory.resolve(CHECKPOINT);
    if (Files.exists(checkpointFile) && Files.exists(directory.resolve(RECORD))) {
      SafeTensors stored = SafeTensors.read(checkpointFile);
      this.record =
          Json.MAPPER.readValue(Files.readString(directory.resolve(RECORD)), RunRecord.class);
      this.epochsDone = epochsDone(checkpointFile, stored);
      this.checkpoint = Optional.of(stored.tensors());
    } else {
      this.record = fresh;
      this.epochsDone = 0;
      this.checkpoint = Optional.empty();
    }
  }

  /** Takes hold of a run's directory, to keep no weights but the final ones. */
  public static RunDirectory open(Path directory, RunRecord fresh) throws IOException {
    return open(directory, fresh, 0);
  }

  /**
   * Takes hold of a run's directory, which is made if it is not there.
   *
   * @param fresh the record of the run if it begins now; an unfinished run keeps the one that it
   *     began with
   * @param keepWeights weights of every so many epochs are kept in files of their own; 0: none
   * @throws IOException if another process holds the directory, or it cannot be written
   */
  public static RunDirectory open(Path directory, RunRecord fresh, int keepWeights)
      throws IOException {
    Files.createDirectories(directory);
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = waitForLock(channel);
    if (lock == null) {
      channel.close();
      throw new IOException(directory + " is in use by another process");
    }
    return new RunDirectory(directory, channel, lock, fresh, keepWeights);
  }

  /** The epoch that a checkpoint was taken at the end of. */
  static int epochsDone(Path file, SafeTensors checkpoint) {
    String text = checkpoint.metadata().get(EPOCHS_DONE);
    if (text == null) {
      throw new InputException(file + " is no checkpoint: it does not say of which epoch");
    }
    return Integer.parseInt(text);
  }

  /** Files of weights that were kept on the way, by epoch. */
  static Map<Integer, Path> keptWeights(Path directory) throws IOException {
    Map<Integer, Path> kept = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Matcher matcher = KEPT_WEIGHTS.matcher(file.getFileName().toString());
        if (matcher.matches()) {
          kept.put(Integer.valueOf(matcher.group(1)), file);
        }
      }
    }
    return kept;
  }

  /** A worker whose study was killed needs a moment to end. */
  private static FileLock waitForLock(FileChannel channel) throws IOException {
    for (int tries = 0; tries < 100; tries++) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return lock;
        }
        Thread.sleep(100);
      } catch (OverlappingFileLockException e) {
        return null;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }
    return null;
  }

  /** The record of the run: the one that it began with, if it is unfinished. */
  public RunRecord record() {
    return record;
  }

  /** Number of epochs that need not be trained again. */
  public int epochsDone() {
    return epochsDone;
  }

  /** What the trainer was given to keep at the end of the last such epoch. */
  public Optional<Map<String, TensorData>> checkpoint() {
    return checkpoint;
  }

  /**
   * Writes what is known before training, or cuts off what lies behind the checkpoint.
   *
   * @param complete the record, with what only the trainer could tell
   * @param ids sample ids, {@code [N]}
   * @param original original labels, {@code [N]}
   */
  public void begin(RunRecord complete, long[] ids, int[] original, NoiseDraw noise)
      throws IOException {
    int classes = complete.data().classNames().size();
    if (epochsDone == 0) {
      write(RECORD, Json.MAPPER.writeValueAsBytes(complete));
      Npy.write(directory.resolve(SAMPLE_IDS), ids, ids.length);
      Npy.write(directory.resolve(ORIGINAL), original, original.length);
      Npy.write(directory.resolve(OBSERVED), noise.observed(), original.length);
    }
    for (Map.Entry<Integer, Path> weights : keptWeights(directory).entrySet()) {
      if (weights.getKey() > epochsDone) {
        Files.delete(weights.getValue());
      }
    }
    List<String> kept = List.of();
    Path epochs = directory.resolve(EPOCHS);
    if (epochsDone > 0) {
      kept = EpochsFile.wholeRows(epochs).subList(0, epochsDone);
    }
    List<String> lines = new ArrayList<>();
    lines.add(EpochsFile.HEADER);
    lines.addAll(kept);
    write(EPOCHS, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    predictions =
        PredictionsFile.open(directory.resolve(PREDICTIONS), original.length, classes, epochsDone);
    events = TensorBoardEvents.open(directory, epochsDone);
  }

  private void write(String name, byte[] content) throws IOException {
    AtomicFile.write(directory.resolve(name), out -> out.write(content));
  }

  @Override
  public void epoch(EpochRecord epoch, int[] predicted, Map<String, TensorData> state)
      throws IOException {
    predictions.append(predicted);
    Files.writeString(
        directory.resolve(EPOCHS), EpochsFile.row(epoch) + "\n", StandardOpenOption.APPEND);
    events.append(epoch.epoch(), System.currentTimeMillis() / 1000.0, EpochsFile.byColumn(epoch));
    if (keepWeights > 0 && epoch.epoch() % keepWeights == 0) {
      new SafeTensors(StoredWeights.ofNetwork(state), Map.of("run", record.id()))
          .write(directory.resolve("weights-" + epoch.epoch() + ".safetensors"));
    }
    new SafeTensors(state, Map.of(EPOCHS_DONE, Integer.toString(epoch.epoch())))
        .write(directory.resolve(CHECKPOINT));
  }

  @Override
  public void statistics(Map<String, TensorData> statistics) throws IOException {
    new SafeTensors(statistics, Map.of("run", record.id())).write(directory.resolve(STATISTICS));
  }

  @Override
  public void finished(Map<String, TensorData> weights) throws IOException {
    new SafeTensors(weights, Map.of("run", record.id())).write(directory.resolve(WEIGHTS));
    Files.deleteIfExists(directory.resolve(CHECKPOINT));
  }

  /** Notes that the run was given up, and why. */
  public static void fail(Path directory, String reason) throws IOException {
    Files.createDirectories(directory);
    AtomicFile.writeString(directory.resolve(FAILURE), reason + "\n");
  }

  @Override
  public void close() throws IOException {
    try {
      if (predictions != null) {
        predictions.close();
      }
      if (events != null) {
        events.close();
      }
    } finally {
      lock.release();
      lockFile.close();
    }
  }
}
