package dev.rote.spark;

import dev.rote.engine.PlannedRun;
import dev.rote.engine.StudyListener;
import dev.rote.run.EpochRecord;
import dev.rote.run.RunDirectory;
import dev.rote.run.StoredRun;
import dev.rote.text.InputException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads run directories or a store, and reports new epochs to a listener. */
final class RunFollower {
  private final Optional<RunStore> store;
  private final StudyListener listener;
  private final Map<PlannedRun, Integer> epochs;
  private final Set<PlannedRun> under = new HashSet<>();
  private final Set<PlannedRun> ended = new HashSet<>();

  RunFollower(List<PlannedRun> runs, Optional<RunStore> store, StudyListener listener) {
    this.store = store;
    this.listener = listener;
    epochs = runs.stream().collect(Collectors.toMap(Function.identity(), PlannedRun::epochsDone));
  }

  synchronized void notice(String line) {
    listener.notice(line);
  }

  synchronized void begins(PlannedRun run) {
    if (under.add(run)) {
      listener.started(run, epochs.get(run));
    }
  }

  synchronized void retrying(PlannedRun run, String reason) {
    if (under.contains(run)) {
      look(run);
    }
    if (!ended.contains(run) && under.remove(run)) {
      listener.retrying(run, reason);
    }
  }

  synchronized void look() {
    under.stream().filter(run -> !ended.contains(run)).toList().forEach(this::look);
  }

  /** Returns whether the run is complete on disk, and tells what is new of it. */
  synchronized boolean finished(PlannedRun run) {
    begins(run);
    look(run);
    return ended.contains(run);
  }

  private void look(PlannedRun run) {
    try {
      if (ended.contains(run) || (store.isPresent() && !fetched(store.get(), run))) {
        return;
      }
      StoredRun stored = StoredRun.read(run.directory()).orElse(null);
      if (stored == null) {
        return;
      }
      tell(run, stored.epochs());
      if (stored.finished()) {
        ended.add(run);
        listener.finished(run);
      }
    } catch (IOException | InputException e) {
      // It is being written, or cannot be reached now; the next look sees it whole.
    }
  }

  /** Brings a run to its directory if it is finished; else tells what is new of it. */
  private boolean fetched(RunStore runs, PlannedRun run) throws IOException {
    Optional<RunStore.State> newest = runs.newest(run.id());
    if (newest.isPresent() && newest.get().finished()) {
      runs.fetch(run.directory());
      return true;
    }
    if (newest.isPresent() && newest.get().epochs() > epochs.get(run)) {
      tell(run, runs.epochs(newest.get()));
    }
    return false;
  }

  private void tell(PlannedRun run, List<EpochRecord> rows) {
    for (int done = epochs.get(run); done < rows.size(); done++) {
      listener.epoch(run, rows.get(done));
      epochs.put(run, done + 1);
    }
  }

  synchronized void failed(PlannedRun run, String reason, boolean refused) {
    ended.add(run);
    if (store.isPresent()) {
      keepFailed(store.get(), run, reason);
    }
    listener.failed(run, reason, refused);
  }

  /** Does what a task does where all machines share the directory. */
  private static void keepFailed(RunStore runs, PlannedRun run, String reason) {
    try {
      runs.fetch(run.directory());
      RunDirectory.fail(run.directory(), reason);
    } catch (IOException e) {
      // The listener is told in any case.
    }
  }
}
