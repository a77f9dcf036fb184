package dev.rote.report.page;

import dev.rote.analysis.Curve;
import dev.rote.analysis.Measure;
import dev.rote.analysis.Replicates;
import dev.rote.run.StoredRun;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * All measures over the epochs, of a run or of a group of seeds.
 *
 * @param epochs 1-based
 * @param lines by name of the measure, values to six significant digits
 */
public record Curves(List<Integer> epochs, Map<String, Line> lines) {
  private static final List<Measure> SHOWN =
      List.of(
          Measure.J1,
          Measure.J2,
          Measure.TEST,
          Measure.LOSS,
          Measure.MEMORIZED,
          Measure.CORRECTED,
          Measure.OTHER);

  /**
   * One measure.
   *
   * @param mean one value per epoch, null where nothing was measured
   * @param sd standard deviation over the seeds; empty for a single run
   */
  public record Line(List<Double> mean, List<Double> sd) {}

  static String name(Measure measure) {
    return measure.name().toLowerCase(Locale.ROOT);
  }

  /** Returns the curves of one run. */
  public static Curves of(StoredRun run) {
    Map<String, Line> lines = new LinkedHashMap<>();
    for (Measure measure : SHOWN) {
      lines.put(
          name(measure),
          new Line(
              run.epochs().stream().map(epoch -> PageJson.rounded(measure.of(epoch))).toList(),
              List.of()));
    }
    return new Curves(run.epochs().stream().map(epoch -> epoch.epoch()).toList(), lines);
  }

  /** Returns the means and standard deviations of the runs of a group. */
  public static Curves of(Replicates group) {
    if (group.runs().size() == 1) {
      return of(group.runs().get(0).run());
    }
    Map<String, Line> lines = new LinkedHashMap<>();
    List<Integer> epochs = List.of();
    for (Measure measure : SHOWN) {
      List<Curve.Point> points = group.curve(measure).points();
      epochs = points.stream().map(Curve.Point::epoch).toList();
      lines.put(
          name(measure),
          new Line(
              points.stream().map(p -> PageJson.rounded(p.value().mean())).toList(),
              points.stream().map(p -> PageJson.rounded(p.value().sd())).toList()));
    }
    return new Curves(epochs, lines);
  }
}
