package dev.rote.report.figures;

import dev.rote.analysis.Measure;
import dev.rote.analysis.Replicates;
import dev.rote.analysis.Setting;
import dev.rote.figure.Axis;
import dev.rote.figure.Chart;
import dev.rote.figure.Series;
import dev.rote.memorization.SeedSummary;
import dev.rote.noise.LabelNoise;
import dev.rote.report.Figure;
import dev.rote.run.Summary;
import dev.rote.study.LossSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Training and test accuracy against the size of a network, a figure for each loss (Arpit et al.
 * 2017).
 */
final class CapacityFigures {
  private static final int FEWEST_SIZES = 3;

  private CapacityFigures() {}

  /**
   * Returns the figures; none unless three or more settings differ in nothing but the size of the
   * network, and this one is the first of them.
   */
  static List<Figure> of(SettingRuns runs) {
    List<Setting> sizes =
        runs.evidence().settings().stream()
            .filter(setting -> setting.sameButForSize(runs.setting()))
            .toList();
    if (sizes.size() < FEWEST_SIZES || !sizes.get(0).equals(runs.setting())) {
      return List.of();
    }
    List<Replicates> all =
        sizes.stream()
            .flatMap(size -> runs.evidence().of(size).stream())
            .filter(group -> !finished(group).isEmpty())
            .toList();
    List<Figure> figures = new ArrayList<>();
    for (LossSpec loss : runs.losses()) {
      List<Replicates> here =
          all.stream().filter(group -> group.condition().loss().equals(loss)).toList();
      if (!here.isEmpty()) {
        figures.add(figure(runs, loss, here));
      }
    }
    return figures;
  }

  private static Figure figure(SettingRuns runs, LossSpec loss, List<Replicates> here) {
    List<LabelNoise> noises = runs.noises(here);
    List<Series> series = new ArrayList<>();
    for (LabelNoise noise : noises) {
      List<Replicates> bySize =
          here.stream()
              .filter(group -> group.condition().noise().equals(noise))
              .sorted(Comparator.comparingLong(CapacityFigures::parameters))
              .toList();
      add(series, bySize, noises.indexOf(noise), Measure.J1, Series.Line.SOLID);
      add(series, bySize, noises.indexOf(noise), Measure.TEST, Series.Line.DASHED);
    }
    Map<Series.Line, String> lines = new LinkedHashMap<>();
    lines.put(Series.Line.SOLID, "J1 (observed labels)");
    lines.put(Series.Line.DASHED, "test accuracy");
    String caption =
        "J1 (solid) and test accuracy (dashed) after the last epoch against the number of"
            + " parameters, a colour for each noise. Networks that did not fit are among them.";
    return runs.figure(
        "capacity-" + SettingRuns.file(loss),
        caption + " " + SettingRuns.seeds(here),
        new Chart(
            "Capacity under " + loss,
            caption,
            Axis.powersOfTen(
                "parameters",
                here.stream().mapToLong(CapacityFigures::parameters).min().orElseThrow(),
                here.stream().mapToLong(CapacityFigures::parameters).max().orElseThrow()),
            new Axis("accuracy", 0, 1),
            series,
            lines,
            List.of()));
  }

  private static void add(
      List<Series> series, List<Replicates> bySize, int color, Measure measure, Series.Line line) {
    List<Series.Point> points = new ArrayList<>();
    for (Replicates group : bySize) {
      double[] values =
          finished(group).stream().mapToDouble(run -> measure.of(run.last())).toArray();
      SeedSummary value = measure.summary(values);
      points.add(
          new Series.Point(
              Math.log10(parameters(group)),
              value.mean(),
              value.mean() - value.sd(),
              value.mean() + value.sd()));
    }
    series.add(new Series(SettingRuns.eta(bySize.get(0)), points, new Series.Look(color, line)));
  }

  /** Returns the finished runs, fitted or not: a network that is too small to fit belongs here. */
  private static List<Summary> finished(Replicates group) {
    return group.runs().stream().filter(run -> run.run().finished()).toList();
  }

  private static long parameters(Replicates group) {
    return group.runs().get(0).run().record().parameters();
  }
}
