package dev.rote.report.figures;

import dev.rote.analysis.Curve;
import dev.rote.analysis.Measure;
import dev.rote.analysis.Replicates;
import dev.rote.figure.Axis;
import dev.rote.figure.Chart;
import dev.rote.figure.Series;
import dev.rote.noise.LabelNoise;
import dev.rote.report.Figure;
import dev.rote.study.LossSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Curves over the epochs: figures 1 to 6 of the paper, and how the altered samples are predicted.
 */
final class EpochCurves {
  private static final Axis SHARE = new Axis("accuracy on the training set", 0, 1);

  private final SettingRuns runs;
  private final List<Figure> figures = new ArrayList<>();

  private EpochCurves(SettingRuns runs) {
    this.runs = runs;
  }

  static List<Figure> of(SettingRuns runs) {
    EpochCurves curves = new EpochCurves(runs);
    curves.observedAndOriginal();
    curves.perLoss();
    curves.altered();
    return curves.figures;
  }

  /** Draws figure 5 of the paper: J1 solid and J2 dashed, a colour per loss, at one noise. */
  private void observedAndOriginal() {
    for (LabelNoise noise : runs.noises(runs.noisy())) {
      List<Series> series = new ArrayList<>();
      List<Replicates> here = runs.at(noise);
      for (Replicates group : here) {
        int color = runs.losses().indexOf(group.condition().loss());
        String loss = group.nameAmong(here);
        series.add(series(loss, group.curve(Measure.J1), color, Series.Line.SOLID));
        series.add(series(loss, group.curve(Measure.J2), color, Series.Line.DASHED));
      }
      add(
          "j1-j2-" + SettingRuns.file(noise),
          "J1 and J2 at " + noise,
          here,
          "J1 solid, J2 dashed. A loss memorizes where its solid line ends above its dashed one.",
          SHARE,
          series,
          lines("J1 (observed labels)", "J2 (original labels)"),
          List.of(SettingRuns.level(here.get(0))));
    }
  }

  /** Figures 1 to 4 and 6: J1 of one loss or a pair, a colour per noise. */
  private void perLoss() {
    observed("cce-mse", "CCE and MSE", List.of(LossSpec.CCE, LossSpec.MSE), false);
    for (LossSpec loss : runs.losses()) {
      if (loss.isRll()) {
        observed(SettingRuns.file(loss), loss.toString(), List.of(loss), true);
      }
    }
    observed(
        "normalized-mse",
        "MSE and normalized MSE",
        List.of(LossSpec.NORMALIZED_MSE, LossSpec.MSE),
        true);
    for (LossSpec loss : runs.losses()) {
      if (SettingRuns.rank(loss) == 4) {
        observed(SettingRuns.file(loss), loss.toString(), List.of(loss), true);
      }
    }
  }

  private void observed(String file, String title, List<LossSpec> of, boolean levels) {
    List<LossSpec> present = of.stream().filter(runs.losses()::contains).toList();
    if (present.isEmpty() || !present.contains(of.get(0))) {
      return;
    }
    List<Replicates> here =
        runs.groups().stream().filter(group -> present.contains(group.condition().loss())).toList();
    List<LabelNoise> noises = runs.noises(here);
    List<Series> series = new ArrayList<>();
    Map<Double, Chart.Reference> lines = new LinkedHashMap<>();
    for (LossSpec loss : present) {
      for (Replicates group : here) {
        if (!group.condition().loss().equals(loss)) {
          continue;
        }
        Series.Line line = present.indexOf(loss) == 0 ? Series.Line.SOLID : Series.Line.DASHED;
        LabelNoise noise = group.condition().noise();
        String label =
            (present.size() > 1 ? group.nameAmong(here) + ", " : "") + SettingRuns.eta(group);
        series.add(series(label, group.curve(Measure.J1), noises.indexOf(noise), line));
        if (levels && !group.condition().clean()) {
          lines.putIfAbsent(SettingRuns.rate(group), SettingRuns.level(group));
        }
      }
    }
    add(
        "j1-" + file,
        "J1 of " + title,
        here,
        "Accuracy against the observed labels."
            + (lines.isEmpty()
                ? ""
                : " Dotted lines: 1−η, where J1 settles if nothing is memorized."),
        SHARE,
        series,
        Map.of(),
        List.copyOf(lines.values()));
  }

  /** Plots the shares of altered samples that are memorized, corrected and neither. */
  private void altered() {
    for (LabelNoise noise : runs.noises(runs.noisy())) {
      List<Series> series = new ArrayList<>();
      List<Replicates> here = runs.at(noise);
      for (Replicates group : here) {
        int color = runs.losses().indexOf(group.condition().loss());
        String loss = group.nameAmong(here);
        series.add(series(loss, group.curve(Measure.MEMORIZED), color, Series.Line.SOLID));
        series.add(series(loss, group.curve(Measure.CORRECTED), color, Series.Line.DASHED));
        series.add(series(loss, group.curve(Measure.OTHER), color, Series.Line.DOTTED));
      }
      add(
          "altered-" + SettingRuns.file(noise),
          "The altered samples at " + noise,
          here,
          "Shares of the altered samples that are predicted as their observed label (memorized,"
              + " solid), as their original label (corrected, dashed) and as neither (other,"
              + " dotted).",
          new Axis("share of the altered samples", 0, 1),
          series,
          lines("memorized", "corrected", "other"),
          List.of());
    }
  }

  static Series series(String name, Curve curve, int color, Series.Line line) {
    List<Series.Point> points =
        curve.points().stream()
            .map(
                point ->
                    new Series.Point(
                        point.epoch(),
                        point.value().mean(),
                        point.value().mean() - point.value().sd(),
                        point.value().mean() + point.value().sd()))
            .toList();
    return new Series(name, points, new Series.Look(color, line));
  }

  /** Returns what solid, dashed and dotted mean, in this order. */
  private static Map<Series.Line, String> lines(String... meanings) {
    Map<Series.Line, String> lines = new LinkedHashMap<>();
    for (int i = 0; i < meanings.length; i++) {
      lines.put(Series.Line.values()[i], meanings[i]);
    }
    return lines;
  }

  private void add(
      String file,
      String title,
      List<Replicates> shown,
      String caption,
      Axis y,
      List<Series> series,
      Map<Series.Line, String> lines,
      List<Chart.Reference> references) {
    figures.add(
        runs.figure(
            file,
            caption + " " + SettingRuns.seeds(shown),
            new Chart(
                title,
                caption,
                new Axis("epoch", 0, Math.max(2, runs.setting().protocol().epochs())),
                y,
                series,
                lines,
                references)));
  }
}
