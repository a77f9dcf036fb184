package dev.rote.run;

import dev.rote.data.Inputs;
import dev.rote.format.AtomicFile;
import dev.rote.format.Directories;
import dev.rote.format.Npy;
import dev.rote.format.PredictionsFile;
import dev.rote.format.SafeTensors;
import dev.rote.format.TensorBoardEvents;
import dev.rote.format.TensorData;
import dev.rote.noise.NoiseDraw;
import dev.rote.study.Protocol;
import dev.rote.study.RunSpec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
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
 * <p>After each epoch the predictions and the row of {@code epochs.csv} are appended, the
 * checkpoint is written, and all of them are synced to the disk. Then {@code state.json} is
 * replaced, which lists these files with their lengths and checksums. Only what it lists counts:
 * when a run is taken up again, everything beyond is cut off, so that a crash or a power cut at any
 * moment loses at most the epoch under way. The state before the newest one is kept as well, with
 * its checkpoint. If a file of the newest state is damaged, the run continues from the older one.
 *
 * <p>One process at a time holds the directory, by its {@link RunLease}.
 */
public final class RunDirectory implements RunSink, AutoCloseable {
  static final String RECORD = "run.json";
  static final String EPOCHS = "epochs.csv";
  static final String PREDICTIONS = "predictions.npy";
  static final String OBSERVED = "observed.npy";
  static final String ORIGINAL = "original.npy";
  static final String SAMPLE_IDS = "sample_ids.npy";
  static final String WEIGHTS = "weights.safetensors";
  static final String NETWORK = "network.onnx";
  static final String STATISTICS = "statistics.safetensors";
  static final String FAILURE = "failure.txt";
  private static final Pattern KEPT_WEIGHTS = Pattern.compile("weights-(\\d{1,9})\\.safetensors");
  private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-\\d+\\.safetensors");

  /** How long a worker whose study was killed may take to end. */
  private static final Duration WAIT_FOR_WORKER = Duration.ofSeconds(10);

  /** The newest state, and the one before. */
  private static final int STATES_KEPT = 2;

  private final Path directory;
  private final RunLease lease;
  private final RunRecord record;
  private final int keepWeights;
  private final boolean finished;
  private final Optional<String> damage;
  private final Optional<Map<String, TensorData>> checkpoint;
  private List<SavedState> states;
  private PredictionsFile predictions;
  private TensorBoardEvents events;

  private RunDirectory(Path directory, RunLease lease, RunRecord fresh, int keepWeights)
      throws IOException {
    this.directory = directory;
    this.lease = lease;
    this.keepWeights = keepWeights;
    Files.deleteIfExists(directory.resolve(FAILURE));
    SavedState.Found found = SavedState.find(directory, SavedState.Check.FULL);
    damage = found.damage();
    finished = found.newest().map(SavedState::finished).orElse(false);
    Optional<Path> file = found.newest().flatMap(state -> state.checkpoint(directory));
    if (file.isPresent()) {
      states = found.states();
      record = Json.read(directory.resolve(RECORD), RunRecord.class);
      checkpoint = Optional.of(SafeTensors.read(file.get()).tensors());
    } else {
      states = List.of();
      record = fresh;
      checkpoint = Optional.empty();
    }
  }

  /** Opens and leases a run's directory; keeps the final weights only. */
  public static RunDirectory open(Path directory, RunRecord fresh) throws IOException {
    return open(directory, fresh, 0);
  }

  /**
   * Opens and leases a run's directory, which is created if needed.
   *
   * @param fresh the record of the run if it begins now; an unfinished run keeps the one that it
   *     began with
   * @param keepWeights weights of every so many epochs are kept in files of their own; 0: none
   * @throws RunLease.HeldException if another process holds the directory
   * @throws IOException if it cannot be written
   */
  public static RunDirectory open(Path directory, RunRecord fresh, int keepWeights)
      throws IOException {
    Directories.create(directory);
    RunLease lease = RunLease.acquire(directory, WAIT_FOR_WORKER);
    try {
      return new RunDirectory(directory, lease, fresh, keepWeights);
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  /** Returns the name of the checkpoint of an epoch. */
  static String checkpoint(int epoch) {
    return "checkpoint-" + epoch + ".safetensors";
  }

  /** Returns the files of weights kept during training, by epoch. */
  static Map<Integer, Path> keptWeights(Path directory) throws IOException {
    Map<Integer, Path> kept = new TreeMap<>();
    for (Path file : list(directory)) {
      Matcher matcher = KEPT_WEIGHTS.matcher(file.getFileName().toString());
      if (matcher.matches()) {
        kept.put(Integer.valueOf(matcher.group(1)), file);
      }
    }
    return kept;
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  /** Returns the record of the run: the one that it began with, if it is unfinished. */
  public RunRecord record() {
    return record;
  }

  /** Returns whether the run was finished when this was opened; {@link #begin} starts it anew. */
  public boolean isFinished() {
    return finished;
  }

  /** Returns the number of epochs that need not be trained again. */
  public int epochsDone() {
    return states.isEmpty() ? 0 : states.get(0).epochs();
  }

  /** Returns what the trainer was given to keep at the end of the last such epoch. */
  public Optional<Map<String, TensorData>> checkpoint() {
    return checkpoint;
  }

  /**
   * Returns why the run continues from an earlier epoch than it had reached, if a file is damaged.
   */
  public Optional<String> damage() {
    return damage.map(
        problem ->
            "%s; the run %s"
                .formatted(
                    problem,
                    epochsDone() == 0
                        ? "begins anew"
                        : "continues from the end of epoch " + epochsDone()));
  }

  /**
   * Writes what is known before training, or cuts off what lies beyond the state that the run goes
   * on from.
   *
   * @param complete the record, with what only the trainer could tell
   * @param ids sample ids, {@code [N]}
   * @param original original labels, {@code [N]}
   */
  public void begin(RunRecord complete, long[] ids, int[] original, NoiseDraw noise)
      throws IOException {
    int classes = complete.data().classNames().size();
    int done = epochsDone();
    List<EpochRecord> rows = done == 0 ? List.of() : states.get(0).rows(directory);
    // First, so that no other state is left whose files are about to change.
    if (!states.isEmpty()) {
      SavedState.write(directory, states);
    } else {
      Files.deleteIfExists(directory.resolve(SavedState.FILE));
      Directories.sync(directory);
    }
    deleteUnlisted();
    // Made from the weights, so that a user may delete it from a finished run: no state lists it.
    Files.deleteIfExists(directory.resolve(NETWORK));
    // The network of an audit's fold predicts no training samples.
    int predicted = complete.spec().data().fold().isPresent() ? 0 : original.length;
    predictions = PredictionsFile.open(directory.resolve(PREDICTIONS), predicted, classes, done);
    EpochsFile.write(directory.resolve(EPOCHS), rows);
    if (done == 0) {
      AtomicFile.writeString(
          directory.resolve(RECORD), Json.MAPPER.writeValueAsString(complete) + "\n");
      Npy.write(directory.resolve(SAMPLE_IDS), ids, ids.length);
      Npy.write(directory.resolve(ORIGINAL), original, original.length);
      Npy.write(directory.resolve(OBSERVED), noise.observed(), original.length);
      save(0, RECORD, SAMPLE_IDS, ORIGINAL, OBSERVED, PREDICTIONS, EPOCHS);
    }
    events = TensorBoardEvents.open(directory, done, settings(complete.spec()));
    for (EpochRecord row : rows.subList((int) Math.min(events.lastStep(), done), done)) {
      append(row);
    }
  }

  private static Map<String, Object> settings(RunSpec spec) {
    Protocol protocol = spec.protocol();
    Map<String, Object> settings = new TreeMap<>();
    settings.put("dataset", spec.data().dataset());
    if (spec.inputs() != Inputs.NONE) {
      settings.put("inputs", spec.inputs());
    }
    settings.put("network", spec.network());
    settings.put("loss", spec.loss());
    settings.put("noise", spec.noise());
    settings.put("seed", spec.seed());
    settings.put("epochs", protocol.epochs());
    settings.put("batch size", protocol.batchSize());
    settings.put("optimizer", protocol.optimizer());
    settings.put("learning rate", protocol.optimizer().rate());
    settings.put("schedule", protocol.schedule());
    settings.put("precision", protocol.precision());
    settings.put("augmentation", protocol.augmentation());
    return settings;
  }

  /** Deletes what the states do not list and a later epoch or another beginning left behind. */
  private void deleteUnlisted() throws IOException {
    for (Path file : list(directory)) {
      String name = file.getFileName().toString();
      boolean listed = states.stream().anyMatch(state -> state.files().containsKey(name));
      boolean derived =
          CHECKPOINT.matcher(name).matches()
              || KEPT_WEIGHTS.matcher(name).matches()
              || name.equals(WEIGHTS)
              || name.equals(STATISTICS);
      if (derived && !listed) {
        Files.delete(file);
      }
    }
  }

  /** Records a new state: what the last one lists and is still there, and {@code changed}. */
  private void save(int epochs, String... changed) throws IOException {
    Map<String, Checksum> files = new TreeMap<>();
    if (!states.isEmpty()) {
      files.putAll(states.get(0).files());
      files.keySet().removeIf(name -> CHECKPOINT.matcher(name).matches());
    }
    for (String name : changed) {
      files.put(name, Checksum.of(directory.resolve(name)));
    }
    List<SavedState> next = new ArrayList<>();
    next.add(new SavedState(epochs, files));
    next.addAll(states.subList(0, Math.min(states.size(), STATES_KEPT - 1)));
    if (next.get(0).finished()) {
      next.subList(1, next.size()).clear();
    }
    SavedState.write(directory, next);
    states = List.copyOf(next);
    deleteUnlisted();
  }

  private void append(EpochRecord epoch) throws IOException {
    events.append(epoch.epoch(), System.currentTimeMillis() / 1000.0, EpochsFile.byColumn(epoch));
  }

  @Override
  public void epoch(EpochRecord epoch, int[] predicted, Map<String, TensorData> state)
      throws IOException {
    lease.check();
    List<String> changed = new ArrayList<>(List.of(PREDICTIONS, EPOCHS));
    predictions.append(predicted);
    EpochsFile.append(directory.resolve(EPOCHS), epoch, states.get(0).files().get(EPOCHS).bytes());
    append(epoch);
    if (keepWeights > 0 && epoch.epoch() % keepWeights == 0) {
      String name = "weights-" + epoch.epoch() + ".safetensors";
      new SafeTensors(StoredWeights.ofNetwork(state), Map.of("run", record.id()))
          .write(directory.resolve(name));
      changed.add(name);
    }
    String name = checkpoint(epoch.epoch());
    new SafeTensors(state, Map.of("run", record.id())).write(directory.resolve(name));
    changed.add(name);
    save(epoch.epoch(), changed.toArray(String[]::new));
  }

  @Override
  public void statistics(Map<String, TensorData> statistics) throws IOException {
    lease.check();
    new SafeTensors(statistics, Map.of("run", record.id())).write(directory.resolve(STATISTICS));
  }

  @Override
  public void network(AtomicFile.StreamContent onnx) throws IOException {
    lease.check();
    AtomicFile.write(directory.resolve(NETWORK), onnx);
  }

  @Override
  public void finished(Map<String, TensorData> weights) throws IOException {
    lease.check();
    new SafeTensors(weights, Map.of("run", record.id())).write(directory.resolve(WEIGHTS));
    events.sync();
    List<String> changed = new ArrayList<>(List.of(WEIGHTS));
    if (Files.exists(directory.resolve(STATISTICS))) {
      changed.add(STATISTICS);
    }
    if (lengthens(record.spec())) {
      changed.add(checkpoint(epochsDone()));
    }
    save(epochsDone(), changed.toArray(String[]::new));
  }

  /** Returns whether a run can be lengthened, so that its last checkpoint is kept. */
  private static boolean lengthens(RunSpec spec) {
    return spec.data().fold().isEmpty() && spec.protocol().schedule().decay().lengthens();
  }

  /** Returns how many epochs a longer run can take over from a run; 0 if none. */
  public static int epochsToLengthen(Path directory) throws IOException {
    return SavedState.find(directory, SavedState.Check.FULL)
        .newest()
        .filter(state -> state.files().containsKey(checkpoint(state.epochs())))
        .map(SavedState::epochs)
        .orElse(0);
  }

  /**
   * Turns a run, finished or not, into one with more epochs, which resumes from its last
   * checkpoint. The record stays that of the beginning, with the new name and number of epochs. If
   * this was interrupted before, it is completed.
   *
   * @param origin directory of the run; it is deleted when everything is in place
   * @param directory directory of the longer run
   * @param longer the record of the longer run, as it was planned
   * @throws IOException if another process holds a directory, or it cannot be written
   */
  public static void lengthen(Path origin, Path directory, RunRecord longer) throws IOException {
    Directories.create(directory);
    try (RunLease from = RunLease.acquire(origin, WAIT_FOR_WORKER);
        RunLease to = RunLease.acquire(directory, WAIT_FOR_WORKER)) {
      // After a power cut or a kill, the longer run may be complete and its origin still be there.
      if (SavedState.find(directory, SavedState.Check.FULL).newest().isEmpty()) {
        copy(origin, directory, longer);
      }
    }
    // Renamed first, then deleted.
    Path replaced = origin.resolveSibling("..").normalize().resolve(".replaced");
    Directories.delete(replaced);
    Files.move(origin, replaced);
    Directories.sync(directory.getParent());
    Directories.delete(replaced);
  }

  private static void copy(Path origin, Path directory, RunRecord longer) throws IOException {
    SavedState state =
        SavedState.find(origin, SavedState.Check.FULL)
            .newest()
            .orElseThrow(() -> new IOException(origin + " has no whole state"));
    RunRecord begun = Json.read(origin.resolve(RECORD), RunRecord.class);
    Map<String, Checksum> files = new TreeMap<>(state.files());
    files.remove(WEIGHTS);
    files.remove(STATISTICS);
    files.remove(RECORD);
    for (String name : files.keySet()) {
      Path copy = directory.resolve(name);
      Files.copy(origin.resolve(name), copy, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
    AtomicFile.writeString(
        directory.resolve(RECORD),
        Json.MAPPER.writeValueAsString(begun.as(longer.id(), longer.spec())) + "\n");
    files.put(RECORD, Checksum.of(directory.resolve(RECORD)));
    Directories.sync(directory);
    SavedState.write(directory, List.of(new SavedState(state.epochs(), files)));
  }

  /** Records that the run was abandoned, and why. */
  public static void fail(Path directory, String reason) throws IOException {
    Directories.create(directory);
    AtomicFile.writeString(directory.resolve(FAILURE), reason + "\n");
  }

  @Override
  public void close() throws IOException {
    try (lease;
        TensorBoardEvents closedSecond = events;
        PredictionsFile closedFirst = predictions) {
      // Each is closed even if another cannot be; those that are null were not opened.
    }
  }
}
