package dev.rote.report.figures;

import dev.rote.analysis.Corruption;
import dev.rote.analysis.Curve;
import dev.rote.analysis.Measure;
import dev.rote.data.Inputs;
import dev.rote.figure.Axis;
import dev.rote.figure.Chart;
import dev.rote.figure.Series;
import dev.rote.report.Figure;
import dev.rote.study.LossSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * J1 and training loss over the epochs for each kind of data, one figure of each for every loss:
 * figure 1(a) of Zhang et al. 2017.
 */
final class CorruptionFigures {
  private CorruptionFigures() {}

  /**
   * Returns the figures; none if no inputs are altered, or the setting is one of altered inputs.
   */
  static List<Figure> of(SettingRuns runs) {
    List<Figure> figures = new ArrayList<>();
    List<Corruption> kinds = Corruption.of(runs.evidence(), runs.setting());
    for (LossSpec loss : kinds.stream().map(k -> k.runs().condition().loss()).distinct().toList()) {
      List<Corruption> own =
          kinds.stream().filter(kind -> kind.runs().condition().loss().equals(loss)).toList();
      figures.add(figure(runs, loss, own, Measure.J1, new Axis("J1", 0, 1)));
      double most =
          own.stream()
              .flatMap(kind -> kind.runs().curve(Measure.LOSS).points().stream())
              .mapToDouble(point -> point.value().mean())
              .filter(Double::isFinite)
              .max()
              .orElse(1);
      figures.add(figure(runs, loss, own, Measure.LOSS, Axis.holding("training loss", 0, most)));
    }
    return figures;
  }

  private static Figure figure(
      SettingRuns runs, LossSpec loss, List<Corruption> kinds, Measure measure, Axis axis) {
    List<Series> series = new ArrayList<>();
    for (Corruption kind : kinds) {
      List<Series.Point> points = new ArrayList<>();
      for (Curve.Point point : kind.runs().curve(measure).points()) {
        double mean = point.value().mean();
        double sd = point.value().sd();
        points.add(new Series.Point(point.epoch(), mean, mean - sd, mean + sd));
      }
      Inputs inputs = kind.runs().condition().setting().inputs();
      Series.Line line = kind.runs().condition().clean() ? Series.Line.SOLID : Series.Line.DASHED;
      series.add(new Series(kind.label(), points, new Series.Look(inputs.ordinal(), line)));
    }
    String curve = (measure == Measure.LOSS ? "Training loss" : measure.label()) + " of " + loss;
    String caption =
        curve + " by what is altered; dashed where labels are. Against the observed labels. ";
    return runs.figure(
        "altered-inputs-" + measure.name().toLowerCase(Locale.ROOT) + "-" + SettingRuns.file(loss),
        caption + SettingRuns.seeds(kinds.stream().map(Corruption::runs).toList()),
        new Chart(
            curve + " on altered data",
            caption,
            new Axis("epoch", 0, Math.max(2, runs.setting().protocol().epochs())),
            axis,
            series,
            Map.of(),
            List.of()));
  }
}
