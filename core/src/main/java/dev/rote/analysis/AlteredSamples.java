package dev.rote.analysis;

import dev.rote.run.StoredRun;
import dev.rote.run.Summary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Some of a run's altered samples, as examples of what it memorized and what it corrected.
 *
 * @param run the run
 * @param memorized samples that are predicted as their observed label after the last epoch
 * @param corrected samples that are predicted as their original label
 * @param memorizedCount how many there are of the first kind in all
 * @param correctedCount how many there are of the second kind in all
 */
public record AlteredSamples(
    StoredRun run,
    List<Sample> memorized,
    List<Sample> corrected,
    int memorizedCount,
    int correctedCount) {

  /**
   * A sample.
   *
   * @param position its place in the training set, from 0
   */
  public record Sample(int position, int original, int observed, int predicted) {}

  /** Selects at most {@code most} samples of each kind, spread evenly over the training set. */
  public static AlteredSamples of(Summary summary, int most) throws IOException {
    StoredRun run = summary.run();
    int[] observed = run.observed();
    int[] original = run.original();
    int[] predicted = run.predictions(summary.last().epoch());
    List<Sample> memorized = new ArrayList<>();
    List<Sample> corrected = new ArrayList<>();
    for (int i : run.trained()) {
      if (observed[i] == original[i]) {
        continue;
      }
      Sample sample = new Sample(i, original[i], observed[i], predicted[i]);
      if (predicted[i] == observed[i]) {
        memorized.add(sample);
      } else if (predicted[i] == original[i]) {
        corrected.add(sample);
      }
    }
    return new AlteredSamples(
        run, spread(memorized, most), spread(corrected, most), memorized.size(), corrected.size());
  }

  private static List<Sample> spread(List<Sample> all, int most) {
    if (all.size() <= most) {
      return List.copyOf(all);
    }
    List<Sample> some = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      some.add(all.get((int) ((long) i * all.size() / most)));
    }
    return List.copyOf(some);
  }
}
