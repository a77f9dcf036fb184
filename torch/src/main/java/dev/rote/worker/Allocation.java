package dev.rote.worker;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * How the processors are given to the runs of a study.
 *
 * @param workers runs at once
 * @param threads threads of each
 */
public record Allocation(int workers, int threads) {
  public Allocation {
    if (workers < 1 || threads < 1) {
      throw new IllegalArgumentException(workers + " workers on " + threads + " threads");
    }
  }

  /**
   * A worker for each processor, but no more than there are runs, with equal shares of the rest.
   */
  public static Allocation even(long runs, int processors) {
    int workers = (int) Math.max(1, Math.min(runs, processors));
    return new Allocation(workers, Math.max(1, processors / workers));
  }

  /**
   * The allocations worth a trial: 1, 2, 4, 8 … threads a worker, as many workers as that leaves
   * room for and memory and the number of runs allow.
   *
   * @param mostWorkers what memory allows
   */
  static List<Allocation> candidates(long runs, int processors, int mostWorkers) {
    TreeSet<Integer> threads = new TreeSet<>(List.of(processors));
    for (int t = 1; t < processors; t *= 2) {
      threads.add(t);
    }
    return threads.stream()
        .map(t -> (int) Math.min(Math.min(runs, mostWorkers), Math.max(1, processors / t)))
        .distinct()
        .map(workers -> new Allocation(workers, Math.max(1, processors / workers)))
        .toList();
  }

  /** The one of these trials under which so many equal runs are done first. */
  static Speed fastest(Stream<Speed> trials, long runs) {
    return trials
        .min(Comparator.comparingDouble(speed -> speed.rounds(runs) * speed.trainingSeconds()))
        .orElseThrow();
  }

  /** How many workers fit: at least one, and else no more than fill {@code share} of the memory. */
  static int fitting(long freeBytes, long bytesPerWorker, double share) {
    if (bytesPerWorker <= 0) {
      return Integer.MAX_VALUE;
    }
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, share * freeBytes / bytesPerWorker));
  }
}
