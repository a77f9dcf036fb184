package dev.rote.spark;

import dev.rote.format.Directories;
import dev.rote.run.EpochRecord;
import dev.rote.run.RunCopy;
import dev.rote.run.StoredRun;
import dev.rote.text.InputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Runs in an object store, which {@link FileSystem} reads and writes.
 *
 * <p>Every attempt at a run writes to a directory of its own, so that an attempt which was believed
 * dead cannot disturb the one that replaced it. After an epoch it stores the files of the run that
 * have changed, each as a whole object, and last {@code state.json}, under a name that tells the
 * number of epochs:
 *
 * <pre>
 * STORE/runs/ID/ATTEMPT/epochs.csv, predictions.npy, checkpoint-12.safetensors, …
 * STORE/runs/ID/ATTEMPT/state-12.json, or state-finished.json
 * </pre>
 *
 * <p>The next attempt continues from the state with the most epochs whose files have the lengths
 * and checksums that it lists. So nothing is asked of the store but that an object that was written
 * can be read and listed: no renaming, appending or locking. No attempt deletes what another has
 * stored.
 */
final class RunStore {
  private static final Pattern STATE = Pattern.compile("state-(\\d{1,9}|finished)\\.json");

  private static final Pattern ADDRESS = Pattern.compile("[a-z][a-z0-9+.-]*://.+");

  private final FileSystem files;
  private final org.apache.hadoop.fs.Path root;

  /**
   * Opens a store.
   *
   * @param url such as {@code s3a://bucket/directory}
   */
  RunStore(String url, Configuration configuration) throws IOException {
    root = new org.apache.hadoop.fs.Path(url);
    files = root.getFileSystem(configuration);
  }

  /**
   * Opens a store, and writes and deletes an object to check that this is possible.
   *
   * @throws InputException if it is not
   */
  static RunStore checked(String url, Configuration configuration) {
    if (!ADDRESS.matcher(url).matches()) {
      throw new InputException(
          "--store " + url + ": expected an address such as s3a://bucket/directory");
    }
    try {
      RunStore store = new RunStore(url, configuration);
      var probe = new org.apache.hadoop.fs.Path(store.root, "probe-" + UUID.randomUUID());
      store.files.create(probe, true).close();
      store.files.delete(probe, false);
      return store;
    } catch (IOException | RuntimeException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
      throw new InputException("cannot write to --store " + url + ": " + reason, e);
    }
  }

  /**
   * What an attempt has stored of a run.
   *
   * @param object its {@code state.json}
   * @param epochs number of epochs; {@link #FINISHED} if the run is finished
   */
  record State(org.apache.hadoop.fs.Path object, int epochs) {
    static final int FINISHED = Integer.MAX_VALUE;

    boolean finished() {
      return epochs == FINISHED;
    }

    private org.apache.hadoop.fs.Path attempt() {
      return object.getParent();
    }

    private static Optional<State> of(org.apache.hadoop.fs.Path object) {
      Matcher name = STATE.matcher(object.getName());
      return name.matches()
          ? Optional.of(
              new State(
                  object,
                  name.group(1).equals("finished") ? FINISHED : Integer.parseInt(name.group(1))))
          : Optional.empty();
    }

    private static String name(StoredRun run) {
      return "state-" + (run.finished() ? "finished" : run.epochs().size()) + ".json";
    }
  }

  private org.apache.hadoop.fs.Path directory(String id) {
    return new org.apache.hadoop.fs.Path(root, "runs/" + id);
  }

  /** Returns the state of a run with the most epochs. */
  Optional<State> newest(String id) throws IOException {
    return newest(id, Set.of());
  }

  private Optional<State> newest(String id, Set<State> broken) throws IOException {
    List<State> states = new ArrayList<>();
    try {
      RemoteIterator<? extends FileStatus> objects = files.listFiles(directory(id), true);
      while (objects.hasNext()) {
        State.of(objects.next().getPath()).ifPresent(states::add);
      }
    } catch (FileNotFoundException e) {
      // Nothing is stored of this run.
    }
    return states.stream()
        .filter(state -> !broken.contains(state))
        .max(Comparator.comparingInt(State::epochs));
  }

  /** Returns the epochs of a state. */
  List<EpochRecord> epochs(State state) throws IOException {
    Path copy = Files.createTempFile("rote-epochs", ".csv");
    try (InputStream in =
        files.open(new org.apache.hadoop.fs.Path(state.attempt(), "epochs.csv"))) {
      Files.write(copy, in.readAllBytes());
      List<EpochRecord> rows = StoredRun.rows(copy);
      // The file may have grown since the state was stored.
      return rows.subList(0, Math.min(rows.size(), state.epochs()));
    } finally {
      Files.delete(copy);
    }
  }

  /**
   * Brings a run to its directory on this machine, unless that has as many epochs as the store.
   *
   * @param directory named as the run; its parent exists
   */
  void fetch(Path directory) throws IOException {
    String id = directory.getFileName().toString();
    int local =
        StoredRun.readToResume(directory)
            .map(run -> run.finished() ? State.FINISHED : run.epochs().size())
            .orElse(0);
    Set<State> broken = new HashSet<>();
    Path place = directory.resolveSibling(".fetch-" + id);
    try {
      Directories.delete(place);
      Optional<State> state = newest(id);
      while (state.isPresent() && state.get().epochs() > local) {
        Path copy = place.resolve(Integer.toString(broken.size())).resolve(id);
        if (fetch(state.get(), Files.createDirectories(copy))) {
          RunCopy.replace(directory, copy);
          return;
        }
        broken.add(state.get());
        state = newest(id, broken);
      }
    } finally {
      Directories.delete(place);
    }
  }

  /** Copies a state to a directory, and returns whether it is whole. */
  private boolean fetch(State state, Path copy) throws IOException {
    try {
      for (FileStatus object : files.listStatus(state.attempt())) {
        if (State.of(object.getPath()).isEmpty()) {
          fetch(object.getPath(), copy.resolve(object.getPath().getName()));
        }
      }
      fetch(state.object(), copy.resolve(RunCopy.STATE));
      return StoredRun.readToResume(copy).filter(run -> run.damage().isEmpty()).isPresent();
    } catch (FileNotFoundException | InputException e) {
      // The attempt trains meanwhile and has deleted what this state lists, or the state is
      // damaged.
      return false;
    }
  }

  private void fetch(org.apache.hadoop.fs.Path object, Path file) throws IOException {
    try (InputStream in = files.open(object)) {
      Files.copy(in, file);
    }
  }

  /** Begins an attempt at a run, which writes to a directory of its own. */
  Attempt attempt(Path directory) {
    return new Attempt(directory);
  }

  /** Stores a run while it trains. */
  final class Attempt {
    private final Path run;
    private final org.apache.hadoop.fs.Path place;

    /** Length and time of the files that are stored. */
    private final Map<String, String> stored = new HashMap<>();

    private Attempt(Path run) {
      this.run = run;
      place =
          new org.apache.hadoop.fs.Path(
              directory(run.getFileName().toString()), UUID.randomUUID().toString());
    }

    /** Stores the newest state of the run, unless it is stored already. */
    void store() throws IOException {
      Path copies = run.resolveSibling(".store-" + run.getFileName());
      try {
        Directories.delete(copies);
        Optional<StoredRun> taken = RunCopy.take(run, copies.resolve(run.getFileName()));
        if (taken.isPresent()) {
          store(taken.get());
        }
      } finally {
        Directories.delete(copies);
      }
    }

    private void store(StoredRun copy) throws IOException {
      Set<String> current = new HashSet<>();
      for (Path file : list(copy.directory())) {
        String name = file.getFileName().toString();
        if (!name.equals(RunCopy.STATE)) {
          current.add(name);
          store(file, name);
        }
      }
      String state = State.name(copy);
      store(copy.directory().resolve(RunCopy.STATE), state);
      current.add(state);
      for (FileStatus object : files.listStatus(place)) {
        if (!current.contains(object.getPath().getName())) {
          files.delete(object.getPath(), false);
          stored.remove(object.getPath().getName());
        }
      }
    }

    private void store(Path file, String name) throws IOException {
      String version = Files.size(file) + " " + Files.getLastModifiedTime(file);
      boolean isState = file.endsWith(RunCopy.STATE);
      if (isState ? !stored.containsKey(name) : !version.equals(stored.get(name))) {
        files.copyFromLocalFile(
            false,
            true,
            new org.apache.hadoop.fs.Path(file.toUri()),
            new org.apache.hadoop.fs.Path(place, name));
        stored.put(name, version);
      }
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
