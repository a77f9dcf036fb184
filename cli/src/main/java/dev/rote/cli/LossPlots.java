package dev.rote.cli;

import dev.rote.figure.Axis;
import dev.rote.figure.Chart;
import dev.rote.figure.Series;
import dev.rote.figure.Theme;
import dev.rote.format.AtomicFile;
import dev.rote.loss.Loss;
import dev.rote.loss.LossCurve;
import dev.rote.loss.Losses;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Plots losses and their gradients against the probability of the labelled class, a pair of charts
 * for each family of losses.
 *
 * <p>A constant factor acts like a learning rate and says nothing about the loss. Each is therefore
 * scaled so that it falls by 1 from a uniform softmax to h_y = 0.99, and shifted to end there at 0;
 * its pull is scaled by the same factor.
 */
final class LossPlots {
  private static final int CLASSES = 10;
  private static final int POINTS = 100;
  private static final double END = 0.99;
  private static final double MOST_LOSS = 2;

  private static final List<Family> FAMILIES =
      List.of(
          new Family(
              "between-cce-and-mae",
              "From cross-entropy to absolute error",
              List.of(
                  "cce", "gce(q=0.3)", "gce(q=0.7)", "mae", "js(pi=0.5)", "taylor-ce(order=2)")),
          new Family(
              "rll",
              "Robust log loss",
              List.of("cce", "rll(alpha=0.01)", "rll(alpha=0.1)", "rll(alpha=1)", "mae")),
          new Family(
              "normalized",
              "Normalized losses",
              List.of("nce", "nfl(gamma=0.5)", "ngce(q=0.7)", "nrce", "normalized(mse)")),
          new Family(
              "asymmetric",
              "Asymmetric losses",
              List.of(
                  "aul(a=5.5, p=3)",
                  "agce(a=0.6, q=0.6)",
                  "ael(a=2.5)",
                  "amse(a=30)",
                  "mse",
                  "mae")),
          new Family(
              "sums",
              "Sums of an active and a passive loss",
              List.of(
                  "cce",
                  "sce(alpha=1, beta=1)",
                  "sce(alpha=0.1, beta=1)",
                  "10*nce + mae",
                  "nce + mae",
                  "mae")),
          new Family(
              "cross-entropy",
              "Changed cross-entropies",
              List.of(
                  "cce",
                  "focal(gamma=2)",
                  "label-smoothing(epsilon=0.1)",
                  "truncated-gce(q=0.7, k=0.5)",
                  "epsilon-softmax(cce, m=1)")),
          new Family(
              "corrections",
              "Corrected losses",
              List.of(
                  "cce",
                  "forward(cce, symmetric(0.4))",
                  "backward(cce, symmetric(0.4))",
                  "logit-bias(mae, bias=2)",
                  "mae")));

  private LossPlots() {}

  private record Family(String name, String title, List<String> losses) {}

  /** Two charts of a family, by the name of their files. */
  record Plot(String name, Chart chart) {}

  /** Returns all charts. */
  static List<Plot> all() {
    List<Plot> plots = new ArrayList<>();
    for (Family family : FAMILIES) {
      plots.addAll(of(family));
    }
    return List.copyOf(plots);
  }

  /** Writes all charts as SVG; returns how many. */
  static int write(Path directory) throws IOException {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw InputException.cannotWrite("charts to", directory, e);
    }
    List<Plot> plots = all();
    for (Plot plot : plots) {
      AtomicFile.writeString(
          directory.resolve(plot.name() + ".svg"), plot.chart().svg(Theme.LIGHT));
    }
    return plots.size();
  }

  private static List<Plot> of(Family family) {
    List<Series> losses = new ArrayList<>();
    List<Series> pulls = new ArrayList<>();
    double lowest = 0;
    double highest = 0;
    for (int i = 0; i < family.losses.size(); i++) {
      Loss loss = Losses.parse(family.losses.get(i));
      Scaled scaled = Scaled.of(loss);
      Series.Look look = new Series.Look(i, Series.Line.SOLID);
      losses.add(new Series(loss.spec().toString(), scaled.losses, look));
      pulls.add(new Series(loss.spec().toString(), scaled.pulls, look));
      for (Series.Point point : scaled.pulls) {
        lowest = Math.min(lowest, point.y());
        highest = Math.max(highest, point.y());
      }
    }
    Axis x = new Axis("probability of the labelled class, h_y", 0, 1);
    String how =
        " against the probability of the labelled class, for 10 classes of which the others share"
            + " the rest equally.";
    return List.of(
        new Plot(
            "losses-" + family.name,
            new Chart(
                family.title + ": loss",
                "Loss" + how,
                x,
                new Axis("loss, scaled", lowestOf(losses), MOST_LOSS),
                losses,
                Map.of(),
                List.of())),
        new Plot(
            "losses-" + family.name + "-pull",
            new Chart(
                family.title + ": pull",
                "Strength with which the labelled logit is pulled upwards" + how,
                x,
                Axis.holding("pull at the label, −∂L/∂z_y, scaled", lowest, highest),
                pulls,
                Map.of(),
                List.of())));
  }

  private static double lowestOf(List<Series> series) {
    double lowest =
        series.stream()
            .flatMap(s -> s.points().stream())
            .mapToDouble(Series.Point::y)
            .min()
            .orElse(0);
    return lowest < -0.05 ? Axis.holding("", lowest, MOST_LOSS).min() : 0;
  }

  private record Scaled(List<Series.Point> losses, List<Series.Point> pulls) {
    static Scaled of(Loss loss) {
      LossCurve ends = LossCurve.of(loss, CLASSES, 1.0 / CLASSES, END);
      double bottom = ends.values()[1];
      double factor = 1 / (ends.values()[0] - bottom);
      double[] probabilities = new double[POINTS];
      for (int i = 0; i < POINTS; i++) {
        probabilities[i] = (i + 0.5) / POINTS;
      }
      LossCurve curve = LossCurve.of(loss, CLASSES, probabilities);
      List<Series.Point> losses = new ArrayList<>();
      List<Series.Point> pulls = new ArrayList<>();
      for (int i = 0; i < POINTS; i++) {
        double value = factor * (curve.values()[i] - bottom);
        if (value <= MOST_LOSS) {
          losses.add(new Series.Point(probabilities[i], rounded(value)));
        }
        pulls.add(new Series.Point(probabilities[i], rounded(-factor * curve.gradients()[i])));
      }
      return new Scaled(losses, pulls);
    }

    /** Rounds to the digits that can be seen, which keeps files small. */
    private static double rounded(double value) {
      return Math.rint(value * 1e4) / 1e4;
    }
  }
}
