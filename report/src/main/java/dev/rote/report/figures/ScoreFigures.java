package dev.rote.report.figures;

import dev.rote.analysis.Replicates;
import dev.rote.analysis.SampleScores;
import dev.rote.data.LabelledImages;
import dev.rote.figure.Axis;
import dev.rote.figure.Chart;
import dev.rote.figure.ImagePairs;
import dev.rote.figure.Series;
import dev.rote.noise.LabelNoise;
import dev.rote.report.Figure;
import dev.rote.report.page.Images;
import dev.rote.run.RunRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Memorization scores under each loss, and the pairs of images with the highest influence. */
final class ScoreFigures {
  private static final int STEPS_PER_UNIT = 20;
  private static final double LEAST = -0.5;

  private final SettingRuns runs;
  private final List<SampleScores> scores;
  private final List<Figure> figures = new ArrayList<>();

  private ScoreFigures(SettingRuns runs, List<SampleScores> scores) {
    this.runs = runs;
    this.scores =
        scores.stream()
            .filter(score -> score.condition().setting().equals(runs.setting()))
            .toList();
  }

  static List<Figure> of(SettingRuns runs, List<SampleScores> scores) {
    ScoreFigures figures = new ScoreFigures(runs, scores);
    for (LabelNoise noise : runs.noises(runs.groups())) {
      List<SampleScores> here =
          figures.scores.stream().filter(s -> s.condition().noise().equals(noise)).toList();
      if (!here.isEmpty()) {
        figures.distribution(noise, here);
      }
    }
    Images images = new Images();
    figures.scores.forEach(score -> figures.pairs(score, images));
    return figures.figures;
  }

  /** Plots the share of the samples whose score is at least x: clean solid, altered dashed. */
  private void distribution(LabelNoise noise, List<SampleScores> here) {
    List<Series> series = new ArrayList<>();
    List<Replicates> groups = here.stream().map(SampleScores::group).toList();
    for (SampleScores score : here) {
      String name = score.group().nameAmong(groups);
      int color = runs.losses().indexOf(score.condition().loss());
      add(series, name, score.memorization(false), color, Series.Line.SOLID);
      add(series, name, score.memorization(true), color, Series.Line.DASHED);
    }
    int fewest = here.stream().mapToInt(SampleScores::networks).min().orElse(0);
    int most = here.stream().mapToInt(SampleScores::networks).max().orElse(0);
    figures.add(
        runs.figure(
            "memorization-scores-" + SettingRuns.file(noise),
            "Share of the training samples whose memorization score is at least x (Feldman and"
                + " Zhang 2020), estimated from "
                + (fewest == most ? "" + most : fewest + " to " + most)
                + " networks under each loss. Estimates of single samples scatter by their"
                + " standard error, also below 0. ",
            new Chart(
                "Memorization scores at " + noise,
                "Share of samples with at least this score, for clean and altered samples.",
                new Axis("memorization score", LEAST, 1),
                new Axis("share of samples", 0, 1),
                series,
                Map.of(Series.Line.SOLID, "clean", Series.Line.DASHED, "altered"),
                List.of())));
  }

  private static void add(
      List<Series> series, String name, double[] mem, int color, Series.Line line) {
    if (mem.length == 0) {
      return;
    }
    List<Series.Point> points = new ArrayList<>();
    for (int step = (int) (LEAST * STEPS_PER_UNIT); step <= STEPS_PER_UNIT; step++) {
      double x = (double) step / STEPS_PER_UNIT;
      // A difference of two shares that is x may be a rounding error below it.
      long above = Arrays.stream(mem).filter(value -> value >= x - 1e-12).count();
      points.add(new Series.Point(x, (double) above / mem.length));
    }
    series.add(new Series(name, points, new Series.Look(color, line)));
  }

  private void pairs(SampleScores score, Images images) {
    RunRecord record = score.group().runs().get(0).run().record();
    if (score.pairs().isEmpty() || images.missing(record).isPresent()) {
      return;
    }
    LabelledImages test = images.test(record);
    List<String> names = record.data().classNames();
    List<ImagePairs.Pair> shown = new ArrayList<>();
    for (SampleScores.Pair pair : score.pairs()) {
      SampleScores.Sample source = score.samples().get(pair.train());
      double value = pair.influence().value();
      shown.add(
          new ImagePairs.Pair(
              new ImagePairs.Picture(
                  images.png(record, pair.train()), names.get(source.observed())),
              new ImagePairs.Picture(
                  Images.png(test, pair.test()), names.get(test.labels()[pair.test()])),
              value,
              String.format(Locale.ROOT, "%.2f ± %.2f", value, pair.influence().error())));
    }
    double chance = score.largestRatioByChance();
    long above = score.pairs().stream().filter(pair -> pair.ratio() > chance).count();
    figures.add(
        runs.figure(
            "influence-"
                + SettingRuns.file(score.condition().loss())
                + "-"
                + SettingRuns.file(score.condition().noise()),
            String.format(
                Locale.ROOT,
                "Training image (left, with its observed label) and test image (right) with the"
                    + " highest influence under %s, ± one standard error, from %d networks: of"
                    + " %,d pairs those most standard errors above 0. Chance alone gives a largest"
                    + " ratio of about %.1f among so many; %d of these %d are above it. ",
                score.condition().loss(),
                score.networks(),
                score.pairsExamined(),
                chance,
                above,
                shown.size()),
            new ImagePairs(
                "Highest influence under " + score.condition().loss(),
                "Pairs of a training image and a test image.",
                shown)));
  }
}
