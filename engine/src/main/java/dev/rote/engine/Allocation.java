package dev.rote.engine;

import dev.rote.run.RunRecord;
import dev.rote.study.Device;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * How a machine is given to the runs of a study.
 *
 * @param device where all of them are trained
 * @param workers runs at once
 * @param threads threads of each
 */
public record Allocation(Device device, int workers, int threads) {
  /** Runs at once on a GPU that nothing is known of yet. */
  private static final int FEW = 4;

  public Allocation {
    if (workers < 1 || threads < 1) {
      throw new IllegalArgumentException(workers + " workers on " + threads + " threads");
    }
  }

  /** Returns where each run is trained. */
  public RunRecord.Execution execution() {
    return new RunRecord.Execution(device, threads);
  }

  /**
   * Returns the allocation without a trial: a worker for each processor, but no more than runs,
   * with equal shares of the processors; a few workers on a GPU.
   */
  public static Allocation even(Device device, long runs, int processors) {
    int most = device == Device.CUDA ? Math.min(processors, FEW) : processors;
    int workers = (int) Math.max(1, Math.min(runs, most));
    return of(device, workers, processors);
  }

  /**
   * Returns an allocation of these workers with equal shares of the processors, unless a GPU
   * computes.
   */
  public static Allocation of(Device device, int workers, int processors) {
    int threads = device == Device.CUDA ? 1 : Math.max(1, processors / workers);
    return new Allocation(device, workers, threads);
  }

  /**
   * Returns the number of processes. On processors each worker has its own, so that a crash costs
   * one run; on a GPU all share one, since their kernels run side by side in one process, and take
   * turns in several.
   */
  int processes() {
    return device == Device.CUDA ? 1 : workers;
  }

  /**
   * Returns the allocations worth a trial. On processors: 1, 2, 4, 8 … threads a worker, as many
   * workers as that leaves room for and memory and the number of runs allow. On a GPU: 1, 2, 4, 8 …
   * runs, a processor for each.
   *
   * @param mostWorkers what memory allows
   */
  static List<Allocation> candidates(Device device, long runs, int processors, int mostWorkers) {
    if (device == Device.CUDA) {
      int most = (int) Math.max(1, Math.min(Math.min(runs, mostWorkers), processors));
      TreeSet<Integer> workers = new TreeSet<>(List.of(most));
      for (int w = 1; w < most; w *= 2) {
        workers.add(w);
      }
      return workers.stream().map(w -> of(device, w, processors)).toList();
    }
    TreeSet<Integer> threads = new TreeSet<>(List.of(processors));
    for (int t = 1; t < processors; t *= 2) {
      threads.add(t);
    }
    return threads.stream()
        .map(t -> (int) Math.min(Math.min(runs, mostWorkers), Math.max(1, processors / t)))
        .distinct()
        .map(workers -> of(device, workers, processors))
        .toList();
  }

  /** Returns words such as {@code 2 runs at once on 1 thread each}. */
  public String description() {
    String runs = workers + (workers == 1 ? " run" : " runs") + " at once on ";
    return device == Device.CUDA
        ? runs + "the GPU"
        : runs + threads + (threads == 1 ? " thread each" : " threads each");
  }

  /** Returns the trial under which this number of equal runs would finish first. */
  static Speed fastest(Stream<Speed> trials, long runs) {
    return trials
        .min(Comparator.comparingDouble(speed -> speed.rounds(runs) * speed.trainingSeconds()))
        .orElseThrow();
  }

  /**
   * Returns how many workers fit: at least one, and else no more than fill {@code share} of the
   * memory.
   */
  static int fitting(long freeBytes, long bytesPerWorker, double share) {
    if (bytesPerWorker <= 0) {
      return Integer.MAX_VALUE;
    }
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, share * freeBytes / bytesPerWorker));
  }
}
