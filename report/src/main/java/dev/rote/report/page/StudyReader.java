package dev.rote.report.page;

import dev.rote.analysis.Evidence;
import dev.rote.run.StoredRun;
import dev.rote.run.StudyDirectory;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Follows the run directories of studies: reads a run again when its directory changes, and only
 * then.
 *
 * <p>A run directory changes with every epoch, since files in it are replaced. Checking a run that
 * has not changed costs one system call; finished runs are checked less often.
 */
public final class StudyReader {
  /** Number of checks after which finished runs are checked too. */
  private static final int ALL_EVERY = 10;

  private static final long GRAIN_MILLISECONDS = 100;

  private final List<Path> studies;
  private final Map<Path, Known> known = new LinkedHashMap<>();
  private int looks;

  /**
   * A run directory as it was last read.
   *
   * @param problem why it cannot be read now; empty if it can
   */
  private record Known(long stamp, Optional<SeenRun> run, String problem) {
    boolean settled() {
      return stamp >= 0
          && run.isPresent()
          && (run.get().run().finished() || run.get().run().failure().isPresent());
    }
  }

  /**
   * Creates a reader; reads nothing yet.
   *
   * @throws InputException if a directory holds no study
   */
  public StudyReader(List<Path> studies) {
    studies.forEach(StudyDirectory::requireStudy);
    this.studies = List.copyOf(studies);
  }

  /**
   * Reads what has changed since the last call.
   *
   * @return whether anything has
   */
  public boolean look() throws IOException {
    boolean all = looks++ % ALL_EVERY == 0;
    boolean changed = false;
    Set<Path> present = new HashSet<>();
    for (Path study : studies) {
      for (Path directory : directories(study)) {
        present.add(directory);
        Known before = known.get(directory);
        if (before != null && before.settled() && !all) {
          continue;
        }
        Optional<SeenRun> last = before == null ? Optional.empty() : before.run();
        long stamp;
        try {
          stamp = Files.getLastModifiedTime(directory).toMillis();
        } catch (NoSuchFileException e) {
          Known gone = new Known(-1, last, directory + " is a link that leads nowhere; remove it");
          changed |= !gone.equals(known.put(directory, gone));
          continue;
        }
        if (before == null || before.stamp() != stamp) {
          // Within the clock's grain, another change could follow without a new time.
          boolean again = System.currentTimeMillis() - stamp < GRAIN_MILLISECONDS;
          known.put(directory, read(study, directory, stamp, again ? -1 : stamp, last));
          changed = true;
        }
      }
    }
    return known.keySet().retainAll(present) || changed;
  }

  private List<Path> directories(Path study) throws IOException {
    Path runs = study.resolve("runs");
    if (!Files.isDirectory(runs)) {
      return List.of();
    }
    try (Stream<Path> list = Files.list(runs)) {
      return list.sorted().toList();
    }
  }

  /** Reads a run; one that cannot be read stays as it was. */
  private static Known read(
      Path study, Path directory, long changed, long stamp, Optional<SeenRun> last)
      throws IOException {
    try {
      Optional<StoredRun> run = StoredRun.read(directory);
      return run.isEmpty()
          ? new Known(stamp, Optional.empty(), "")
          : new Known(stamp, Optional.of(SeenRun.of(study, run.get(), changed)), "");
    } catch (InputException e) {
      return new Known(stamp, last, e.getMessage());
    }
  }

  /** Returns every run that has begun, as it was last read. */
  public SeenRuns seen() {
    List<SeenRun> runs = new ArrayList<>();
    Map<String, String> unreadable = new LinkedHashMap<>();
    known.forEach(
        (directory, state) -> {
          state.run().ifPresent(runs::add);
          if (!state.problem().isEmpty()) {
            unreadable.put(directory.getFileName().toString(), state.problem());
          }
        });
    return new SeenRuns(runs, unreadable);
  }

  /** Groups the runs that have an epoch. */
  public Evidence evidence() {
    SeenRuns seen = seen();
    Evidence evidence =
        Evidence.of(
            studies,
            seen.runs().stream().map(SeenRun::run).toList(),
            seen.runs().stream().flatMap(run -> run.summary().stream()).toList());
    List<String> gaps = new ArrayList<>(seen.unreadable().values());
    gaps.addAll(evidence.gaps());
    return new Evidence(evidence.studies(), evidence.runs(), evidence.replicates(), gaps);
  }
}
