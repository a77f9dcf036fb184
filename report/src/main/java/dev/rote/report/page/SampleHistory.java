package dev.rote.report.page;

import dev.rote.run.StoredRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Altered samples of those that were trained on, and the class that each run of a {@link Draw}
 * predicted for them after every epoch.
 *
 * @param altered how many samples have an altered label in all
 * @param matching how many of these match the request
 * @param samples those that are shown
 */
public record SampleHistory(int altered, int matching, List<Sample> samples) {
  /**
   * A sample.
   *
   * @param position its place in the training set, from 0
   * @param predicted for each run, the predicted class after each epoch
   */
  public record Sample(int position, int original, int observed, List<List<Integer>> predicted) {}

  /** Chooses samples by their original, observed and predicted class. */
  @FunctionalInterface
  public interface Kind {
    boolean fits(int original, int observed, int predicted);
  }

  /**
   * Reads the histories of altered samples, spread evenly over those that fit.
   *
   * @param runs the runs of a draw
   * @param judge the run, by index, whose prediction {@code kind} judges
   * @param epoch at whose end it is judged, 1-based
   * @param most how many to return
   */
  public static SampleHistory of(List<StoredRun> runs, int judge, int epoch, Kind kind, int most)
      throws IOException {
    StoredRun first = runs.get(judge);
    int[] observed = first.observed();
    int[] original = first.original();
    int[] predicted = first.predictions(Math.min(epoch, first.epochs().size()));
    IntPredicate changed = i -> observed[i] != original[i];
    int[] trained = first.trained();
    int altered = (int) Arrays.stream(trained).filter(changed).count();
    int[] fitting =
        Arrays.stream(trained)
            .filter(changed)
            .filter(i -> kind.fits(original[i], observed[i], predicted[i]))
            .toArray();
    int[] shown = spread(fitting, most);
    List<List<List<Integer>>> histories = new ArrayList<>();
    Arrays.stream(shown).forEach(i -> histories.add(new ArrayList<>()));
    for (StoredRun run : runs) {
      int[][] byEpoch = new int[run.epochs().size()][];
      for (int e = 0; e < byEpoch.length; e++) {
        int[] all = run.predictions(e + 1);
        byEpoch[e] = Arrays.stream(shown).map(i -> all[i]).toArray();
      }
      for (int s = 0; s < shown.length; s++) {
        int at = s;
        histories.get(s).add(Arrays.stream(byEpoch).map(row -> row[at]).toList());
      }
    }
    List<Sample> samples = new ArrayList<>();
    for (int s = 0; s < shown.length; s++) {
      samples.add(new Sample(shown[s], original[shown[s]], observed[shown[s]], histories.get(s)));
    }
    return new SampleHistory(altered, fitting.length, List.copyOf(samples));
  }

  private static int[] spread(int[] all, int most) {
    return all.length <= most
        ? all
        : IntStream.range(0, most).map(i -> all[(int) ((long) i * all.length / most)]).toArray();
  }

  /**
   * Counts observed against predicted labels after an epoch.
   *
   * @return K×K; row: observed label, column: predicted class
   */
  public static int[][] confusion(StoredRun run, int epoch) throws IOException {
    int classes = run.record().data().classNames().size();
    int[] observed = run.observed();
    int[] predicted = run.predictions(epoch);
    int[][] counts = new int[classes][classes];
    for (int i : run.trained()) {
      counts[observed[i]][predicted[i]]++;
    }
    return counts;
  }
}
