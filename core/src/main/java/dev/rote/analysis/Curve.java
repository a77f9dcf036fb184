package dev.rote.analysis;

import dev.rote.memorization.SeedSummary;
import dev.rote.run.EpochRecord;
import dev.rote.run.Summary;
import java.util.ArrayList;
import java.util.List;

/**
 * One measure of replicates over the epochs.
 *
 * @param points one for each epoch that some replicate has reached, in order
 */
public record Curve(List<Point> points) {
  /**
   * One epoch.
   *
   * @param value mean and spread over the replicates that have reached it
   */
  public record Point(int epoch, SeedSummary value) {}

  public Curve {
    points = List.copyOf(points);
  }

  static Curve of(List<Summary> runs, Measure measure) {
    int longest = runs.stream().mapToInt(run -> run.run().epochs().size()).max().orElse(0);
    List<Point> points = new ArrayList<>();
    for (int e = 0; e < longest; e++) {
      int index = e;
      double[] values =
          runs.stream()
              .map(run -> run.run().epochs())
              .filter(epochs -> epochs.size() > index)
              .mapToDouble(epochs -> measure.of(epochs.get(index)))
              .toArray();
      EpochRecord epoch =
          runs.stream()
              .map(run -> run.run().epochs())
              .filter(epochs -> epochs.size() > index)
              .findFirst()
              .orElseThrow()
              .get(index);
      points.add(new Point(epoch.epoch(), measure.summary(values)));
    }
    return new Curve(points);
  }
}
