package dev.rote.report.figures;

import dev.rote.analysis.Measure;
import dev.rote.analysis.Replicates;
import dev.rote.analysis.SeedAgreement;
import dev.rote.figure.Axis;
import dev.rote.figure.Chart;
import dev.rote.figure.Series;
import dev.rote.memorization.CohensKappa;
import dev.rote.noise.LabelNoise;
import dev.rote.report.Figure;
import dev.rote.study.LossSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Samples while data and noise are learned (Arpit et al. 2017): the critical sample ratio of each
 * loss, and how far seeds agree about which samples they have learned.
 */
final class SampleFigures {
  private final SettingRuns runs;
  private final List<Figure> figures = new ArrayList<>();

  private SampleFigures(SettingRuns runs) {
    this.runs = runs;
  }

  static List<Figure> of(SettingRuns runs, List<SeedAgreement> agreements) {
    SampleFigures figures = new SampleFigures(runs);
    runs.losses().forEach(figures::critical);
    for (LabelNoise noise : runs.noises(runs.groups())) {
      figures.agreement(
          noise,
          agreements.stream()
              .filter(one -> one.group().condition().setting().equals(runs.setting()))
              .filter(one -> one.group().condition().noise().equals(noise))
              .toList());
    }
    return figures.figures;
  }

  /** Plots the critical sample ratio of a loss, a colour per noise. */
  private void critical(LossSpec loss) {
    List<Replicates> here =
        runs.groups().stream()
            .filter(group -> group.condition().loss().equals(loss))
            .filter(
                group ->
                    group.curve(Measure.CRITICAL_RATIO).points().stream()
                        .anyMatch(point -> Double.isFinite(point.value().mean())))
            .toList();
    if (here.isEmpty()) {
      return;
    }
    List<LabelNoise> noises = runs.noises(here);
    List<Series> series = new ArrayList<>();
    for (LabelNoise noise : noises) {
      for (Replicates group : here) {
        if (group.condition().noise().equals(noise)) {
          series.add(
              EpochCurves.series(
                  SettingRuns.eta(group),
                  group.curve(Measure.CRITICAL_RATIO),
                  noises.indexOf(noise),
                  Series.Line.SOLID));
        }
      }
    }
    String caption =
        "Share of the training samples whose predicted class changes within a small ball, a line"
            + " for each noise (Arpit et al. 2017).";
    figures.add(
        runs.figure(
            "critical-samples-" + SettingRuns.file(loss),
            caption + " " + SettingRuns.seeds(here),
            new Chart(
                "Critical samples under " + loss,
                caption,
                epochs(),
                new Axis("critical sample ratio", 0, 1),
                series,
                Map.of(),
                List.of())));
  }

  /** Plots Cohen's κ of what seeds have learned, a colour per loss: clean solid, altered dashed. */
  private void agreement(LabelNoise noise, List<SeedAgreement> here) {
    List<Series> series = new ArrayList<>();
    List<Replicates> groups = here.stream().map(SeedAgreement::group).toList();
    for (SeedAgreement one : here) {
      for (boolean altered : new boolean[] {false, true}) {
        List<Series.Point> points =
            one.points().stream()
                .map(point -> point(point.epoch(), point.kappa(altered)))
                .filter(point -> Double.isFinite(point.y()))
                .toList();
        if (!points.isEmpty()) {
          series.add(
              new Series(
                  one.group().nameAmong(groups),
                  points,
                  new Series.Look(
                      runs.losses().indexOf(one.group().condition().loss()),
                      altered ? Series.Line.DASHED : Series.Line.SOLID)));
        }
      }
    }
    if (series.isEmpty()) {
      return;
    }
    double least =
        series.stream()
            .flatMap(one -> one.points().stream())
            .mapToDouble(point -> Double.isNaN(point.low()) ? point.y() : point.low())
            .min()
            .orElse(0);
    int most = here.stream().mapToInt(SeedAgreement::runs).max().orElse(0);
    int fewest = here.stream().mapToInt(SeedAgreement::runs).min().orElse(0);
    String caption =
        "Cohen's κ of which training samples are predicted as their observed label, mean over the"
            + " pairs of "
            + (fewest == most ? most + " seeds" : fewest + " to " + most + " seeds")
            + ": 1 if all learned the same samples, 0 if they agree as often as by chance. Band: 95%"
            + " interval over samples, not over seeds.";
    figures.add(
        runs.figure(
            "agreement-" + SettingRuns.file(noise),
            caption,
            new Chart(
                "Agreement of seeds at " + noise,
                caption,
                epochs(),
                new Axis("agreement of seeds, κ", Math.floor(10 * Math.min(0, least)) / 10, 1),
                series,
                Map.of(Series.Line.SOLID, "clean samples", Series.Line.DASHED, "altered samples"),
                List.of())));
  }

  private static Series.Point point(int epoch, CohensKappa kappa) {
    return new Series.Point(epoch, kappa.value(), kappa.low(), kappa.high());
  }

  private Axis epochs() {
    return new Axis("epoch", 0, Math.max(2, runs.setting().protocol().epochs()));
  }
}
