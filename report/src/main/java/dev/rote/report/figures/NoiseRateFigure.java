package dev.rote.report.figures;

import dev.rote.analysis.NoiseRateReading;
import dev.rote.analysis.Replicates;
import dev.rote.figure.Axis;
import dev.rote.figure.Chart;
import dev.rote.figure.Series;
import dev.rote.report.Figure;
import dev.rote.study.LossSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The noise rate read off J1, against the realized one. */
final class NoiseRateFigure {
  private final SettingRuns runs;
  private final List<Figure> figures = new ArrayList<>();

  private NoiseRateFigure(SettingRuns runs) {
    this.runs = runs;
  }

  static List<Figure> of(SettingRuns runs) {
    NoiseRateFigure figures = new NoiseRateFigure(runs);
    figures.noiseRates();
    return figures.figures;
  }

  /** Draws the noise rate as read off J1 against the true one. */
  private void noiseRates() {
    List<Series> series = new ArrayList<>();
    List<Replicates> shown = new ArrayList<>();
    for (LossSpec loss : runs.losses()) {
      List<Series.Point> points = new ArrayList<>();
      for (Replicates group : runs.groups()) {
        Optional<NoiseRateReading> reading =
            group.condition().loss().equals(loss) ? group.noiseRate() : Optional.empty();
        reading.ifPresent(
            r -> {
              points.add(
                  new Series.Point(r.trueRate(), r.rate().mean(), r.rate().low(), r.rate().high()));
              shown.add(group);
            });
      }
      if (!points.isEmpty()) {
        points.sort(Comparator.comparingDouble(Series.Point::x));
        series.add(
            new Series(
                loss.toString(),
                points,
                new Series.Look(runs.losses().indexOf(loss), Series.Line.NONE)));
      }
    }
    if (series.isEmpty()) {
      return;
    }
    figures.add(
        runs.figure(
            "noise-rate",
            "1 − J1 over the last fifth of the epochs, with Student's 95% intervals from two seeds"
                + " on, against the realized rate. The dotted line marks exact readings. A"
                + " curve that still moves has not reached its reading. ",
            new Chart(
                "Noise rate read off J1, against the true one",
                "Points near the diagonal are accurate.",
                new Axis("realized noise rate η", 0, 1),
                new Axis("noise rate read off, 1 − J1", 0, 1),
                series,
                Map.of(),
                List.of(new Chart.Reference("", 0, 1)))));
  }
}
