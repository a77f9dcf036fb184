package dev.rote.report.figures;

import dev.rote.analysis.Ending;
import dev.rote.analysis.Replicates;
import dev.rote.figure.Matrix;
import dev.rote.memorization.SeedSummary;
import dev.rote.noise.LabelNoise;
import dev.rote.report.Figure;
import dev.rote.study.LossSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Loss × noise: training accuracy at η = 0 minus J2 at η. */
final class ResistanceFigure {
  private final SettingRuns runs;
  private final List<Figure> figures = new ArrayList<>();

  private ResistanceFigure(SettingRuns runs) {
    this.runs = runs;
  }

  static List<Figure> of(SettingRuns runs) {
    ResistanceFigure figures = new ResistanceFigure(runs);
    figures.resistance();
    return figures.figures;
  }

  /** Loss × noise: accuracy at η = 0 minus J2 at η. */
  private void resistance() {
    List<LabelNoise> noises = runs.noises(runs.noisy());
    List<String> rows = new ArrayList<>();
    List<List<Matrix.Cell>> cells = new ArrayList<>();
    for (LossSpec loss : runs.losses()) {
      List<Matrix.Cell> row = new ArrayList<>();
      for (LabelNoise noise : noises) {
        row.add(
            runs.at(noise).stream()
                .filter(group -> group.condition().loss().equals(loss))
                .findFirst()
                .map(this::resistanceCell)
                .orElse(new Matrix.Cell(Double.NaN, "–")));
      }
      if (row.stream().anyMatch(cell -> !cell.text().equals("–"))) {
        rows.add(loss.toString());
        cells.add(row);
      }
    }
    if (rows.isEmpty()) {
      return;
    }
    figures.add(
        runs.figure(
            "resistance",
            "Training accuracy at η = 0 minus J2 at η, paired by seed: mean, and standard deviation"
                + " over seeds. Near 0 resists memorization. Runs that did not fit are left out and"
                + " never count as resistant. ",
            new Matrix(
                "Resistance: what the noise cost",
                "For each loss and noise, the accuracy lost.",
                new Matrix.Headings("loss", rows),
                new Matrix.Headings("noise", noises.stream().map(LabelNoise::toString).toList()),
                cells,
                0,
                0.4)));
  }

  private Matrix.Cell resistanceCell(Replicates noisy) {
    if (noisy.counted().isEmpty()) {
      return new Matrix.Cell(
          Double.NaN,
          noisy.runs().stream().anyMatch(run -> !run.fit().fitted()) ? "did not fit" : "–");
    }
    Optional<SeedSummary> value =
        runs.evidence().cleanOf(noisy).flatMap(noisy::resistance).map(Ending::value);
    return value
        .map(
            s ->
                new Matrix.Cell(
                    s.mean(),
                    String.format(Locale.ROOT, "%.3f", s.mean())
                        + (s.seeds() > 1
                            ? String.format(Locale.ROOT, "\n± %.3f (n=%d)", s.sd(), s.seeds())
                            : "\n1 seed")))
        .orElse(new Matrix.Cell(Double.NaN, "–"));
  }
}
