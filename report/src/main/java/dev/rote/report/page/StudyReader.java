package dev.rote.report.page;

import dev.rote.analysis.Evidence;
import dev.rote.run.StoredRun;
import dev.rote.run.StudyDirectory;
import dev.rote.run.Summary;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Follows the run directories of studies: reads a run again when its directory changes, and only
 * then.
 *
 * <p>A run directory changes with every epoch, since files in it are replaced. Looking at a run
 * that has not changed costs one call of the operating system; finished runs are looked at less
 * often.
 */
public final class StudyReader {
  /** Every so many looks, finished runs are looked at too. */
  private static final int ALL_EVERY = 10;

  private static final long GRAIN_MILLISECONDS = 100;

  private final List<Path> studies;
  private final Map<Path, Known> known = new LinkedHashMap<>();
  private int looks;

  private record Known(long stamp, Optional<SeenRun> run) {
    boolean settled() {
      return stamp >= 0
          && run.isPresent()
          && (run.get().run().finished() || run.get().run().failure().isPresent());
    }
  }

  /**
   * Makes a reader that has not read yet.
   *
   * @throws InputException if a directory holds no study
   */
  public StudyReader(List<Path> studies) {
    studies.forEach(StudyDirectory::requireStudy);
    this.studies = List.copyOf(studies);
  }

  /**
   * Reads what has changed since the last look.
   *
   * @return whether anything has
   */
  public boolean look() throws IOException {
    boolean all = looks++ % ALL_EVERY == 0;
    boolean changed = false;
    for (Path study : studies) {
      for (Path directory : directories(study)) {
        Known before = known.get(directory);
        if (before != null && before.settled() && !all) {
          continue;
        }
        long stamp = Files.getLastModifiedTime(directory).toMillis();
        if (before == null || before.stamp() != stamp) {
          // Within the clock's grain, another change could follow without a new time.
          boolean again = System.currentTimeMillis() - stamp < GRAIN_MILLISECONDS;
          known.put(
              directory,
              new Known(
                  again ? -1 : stamp,
                  read(study, directory, stamp)
                      .or(() -> before == null ? Optional.empty() : before.run())));
          changed = true;
        }
      }
    }
    return changed;
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

  /**
   * A run that is being written may be unreadable for a moment; it is read again when it changes.
   */
  private static Optional<SeenRun> read(Path study, Path directory, long stamp) throws IOException {
    try {
      Optional<StoredRun> run = StoredRun.read(directory);
      if (run.isEmpty()) {
        return Optional.empty();
      }
      Optional<Summary> summary = Summary.ofAll(List.of(run.get())).stream().findFirst();
      return Optional.of(new SeenRun(study, run.get(), summary, stamp));
    } catch (InputException e) {
      return Optional.empty();
    }
  }

  /** Returns every run that has begun, as it was last read. */
  public List<SeenRun> runs() {
    List<SeenRun> runs = new ArrayList<>();
    known.values().forEach(k -> k.run().ifPresent(runs::add));
    return runs;
  }

  /** Groups the runs that have an epoch. */
  public Evidence evidence() {
    List<SeenRun> runs = runs();
    return Evidence.of(
        studies,
        runs.stream().map(SeenRun::run).toList(),
        runs.stream().flatMap(run -> run.summary().stream()).toList());
  }
}
