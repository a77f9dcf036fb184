package dev.rote.cluster;

import dev.rote.engine.PlannedRun;
import dev.rote.engine.Study;
import dev.rote.study.Device;
import dev.rote.text.InputException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The unfinished runs of a planned study, for a scheduler.
 *
 * @param name of the job: lower-case letters, digits and hyphens
 * @param directory of the study, absolute
 * @param runs ids, the longest runs first, so that the last ones to start are short
 * @param device where each run trains
 * @param threads threads of each run
 */
public record ClusterJob(
    String name, Path directory, List<String> runs, Device device, int threads) {
  /** Attempts after the first one that a scheduler makes at a run that is interrupted. */
  static final int RETRIES = 10;

  /** Memory of each run, in GiB; of a run on a GPU, main memory. */
  static final int MEMORY = 4;

  static final int GPU_MEMORY = 16;

  private static final int LONGEST_NAME = 40;

  /**
   * Describes the unfinished runs of a study.
   *
   * @throws InputException if every run is finished
   */
  public static ClusterJob of(Study study) {
    List<String> runs =
        longestFirst(study.plan().unfinished()).stream().map(PlannedRun::id).toList();
    if (runs.isEmpty()) {
      throw new InputException(
          "all runs in " + study.out() + " are finished: there is nothing to train");
    }
    Path directory = study.out().toAbsolutePath().normalize();
    return new ClusterJob(
        name(directory),
        directory,
        runs,
        study.choice().allocation().device(),
        study.choice().allocation().threads());
  }

  /** Sorts runs by the number of epochs that are left, the most first. */
  public static List<PlannedRun> longestFirst(List<PlannedRun> runs) {
    return runs.stream()
        .sorted(
            Comparator.comparingInt((PlannedRun run) -> run.epochs() - run.epochsDone()).reversed())
        .toList();
  }

  private static String name(Path directory) {
    Path last = directory.getFileName();
    String plain =
        (last == null ? "" : last.toString())
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-");
    String name = "rote-" + plain;
    return name.substring(0, Math.min(LONGEST_NAME, name.length())).replaceAll("-+$", "");
  }

  boolean onGpu() {
    return device == Device.CUDA;
  }

  int memory() {
    return onGpu() ? GPU_MEMORY : MEMORY;
  }
}
