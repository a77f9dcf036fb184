package dev.rote.report.figures;

import dev.rote.analysis.Curve;
import dev.rote.analysis.Measure;
import dev.rote.analysis.Replicates;
import dev.rote.figure.Axis;
import dev.rote.figure.Chart;
import dev.rote.figure.Series;
import dev.rote.memorization.SeedSummary;
import dev.rote.noise.LabelNoise;
import dev.rote.report.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** J1, J2 and test accuracy against α of robust log loss, one figure per noise. */
final class AlphaFigures {
  private static final int FEWEST_ALPHAS = 3;

  private final SettingRuns runs;
  private final List<Figure> figures = new ArrayList<>();

  private AlphaFigures(SettingRuns runs) {
    this.runs = runs;
  }

  static List<Figure> of(SettingRuns runs) {
    AlphaFigures figures = new AlphaFigures(runs);
    figures.alphas();
    return figures.figures;
  }

  /** Plots J1, J2 and test accuracy against α of robust log loss, one figure per noise. */
  private void alphas() {
    for (LabelNoise noise : runs.noises(runs.groups())) {
      TreeMap<Double, Replicates> byAlpha = new TreeMap<>();
      for (Replicates group : runs.at(noise)) {
        group.condition().loss().alphaOfRll().ifPresent(alpha -> byAlpha.putIfAbsent(alpha, group));
      }
      if (byAlpha.size() < FEWEST_ALPHAS) {
        continue;
      }
      List<Series> series = new ArrayList<>();
      for (Measure measure : List.of(Measure.J1, Measure.J2, Measure.TEST)) {
        List<Series.Point> points = new ArrayList<>();
        byAlpha.forEach((alpha, group) -> points.add(lastPoint(Math.log10(alpha), group, measure)));
        series.add(
            new Series(measure.label(), points, new Series.Look(series.size(), Series.Line.SOLID)));
      }
      Replicates any = byAlpha.firstEntry().getValue();
      figures.add(
          runs.figure(
              "alpha-" + SettingRuns.file(noise),
              "Robust log loss after the last epoch, for each α; mean over seeds, band: one"
                  + " standard deviation. Runs that did not fit are among them. To the left the"
                  + " loss is like cross-entropy, to the right like the absolute error. ",
              new Chart(
                  "α of robust log loss at " + noise,
                  "J1, J2 and test accuracy against α.",
                  Axis.powersOfTen("α", byAlpha.firstKey(), byAlpha.lastKey()),
                  new Axis("accuracy", 0, 1),
                  series,
                  Map.of(),
                  any.condition().clean() ? List.of() : List.of(SettingRuns.level(any)))));
    }
  }

  private static Series.Point lastPoint(double x, Replicates group, Measure measure) {
    List<Curve.Point> curve = group.curve(measure).points();
    SeedSummary last = curve.get(curve.size() - 1).value();
    return new Series.Point(x, last.mean(), last.mean() - last.sd(), last.mean() + last.sd());
  }
}
