package dev.rote.report.figures;

import dev.rote.analysis.Susceptibility;
import dev.rote.figure.Axis;
import dev.rote.figure.Chart;
import dev.rote.figure.Series;
import dev.rote.report.Figure;
import dev.rote.text.Count;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Susceptibility against the memorized share, a point for each run and a colour for each loss. */
final class SusceptibilityFigure {
  private SusceptibilityFigure() {}

  static List<Figure> of(SettingRuns runs) {
    List<Susceptibility> found = Susceptibility.of(runs.evidence(), runs.setting());
    if (found.isEmpty()) {
      return List.of();
    }
    List<Series> series = new ArrayList<>();
    List<String> taus = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (Susceptibility one : found) {
      List<Series.Point> points = new ArrayList<>();
      for (int i = 0; i < one.zeta().size(); i++) {
        points.add(new Series.Point(one.zeta().get(i), one.memorized().get(i)));
        least = Math.min(least, one.zeta().get(i));
        most = Math.max(most, one.zeta().get(i));
      }
      series.add(
          new Series(
              one.loss().toString(),
              points,
              new Series.Look(runs.losses().indexOf(one.loss()), Series.Line.NONE)));
      taus.add(
          Double.isNaN(one.tau())
              ? "%s – (%s)".formatted(one.loss(), Count.of(points.size(), "run"))
              : String.format(
                  Locale.ROOT,
                  "%s %.2f (%s)",
                  one.loss(),
                  one.tau(),
                  Count.of(points.size(), "run")));
    }
    return List.of(
        runs.figure(
            "susceptibility",
            "ζ, the mean susceptibility over all epochs, against the share of the altered samples"
                + " that are memorized after the last one; finished and fitted runs. Kendall's τ:"
                + " "
                + String.join(", ", taus)
                + ". ",
            new Chart(
                "Susceptibility and memorization",
                "Points that rise to the right: susceptibility tells memorization.",
                Axis.holding("susceptibility ζ", least, most),
                new Axis("memorized share of the altered samples", 0, 1),
                series,
                Map.of(),
                List.of())));
  }
}
