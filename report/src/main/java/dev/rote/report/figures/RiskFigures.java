package dev.rote.report.figures;

import dev.rote.analysis.KendallTau;
import dev.rote.figure.Axis;
import dev.rote.figure.Chart;
import dev.rote.figure.Series;
import dev.rote.report.Figure;
import dev.rote.run.RiskPoint;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** R against R^η, a point per network: one figure per loss, a colour per noise rate. */
final class RiskFigures {
  private final SettingRuns runs;
  private final List<Figure> figures = new ArrayList<>();

  private RiskFigures(SettingRuns runs) {
    this.runs = runs;
  }

  static List<Figure> of(SettingRuns runs, List<RiskPoint> theory) {
    RiskFigures figures = new RiskFigures(runs);
    figures.risks(theory);
    return figures.figures;
  }

  /** Draws R^η against R for each loss: a point per network, a colour per noise rate. */
  private void risks(List<RiskPoint> theory) {
    Set<String> ours =
        runs.groups().stream()
            .flatMap(group -> group.runs().stream())
            .map(run -> run.run().record().id())
            .collect(Collectors.toSet());
    Map<String, List<RiskPoint>> byLoss =
        theory.stream()
            .filter(point -> ours.contains(point.run()))
            .filter(point -> Double.isFinite(point.risk() + point.noisyRisk() + point.predicted()))
            .sorted(Comparator.comparingDouble(RiskPoint::risk))
            .collect(Collectors.groupingBy(RiskPoint::loss, TreeMap::new, Collectors.toList()));
    byLoss.forEach(this::risks);
  }

  private void risks(String loss, List<RiskPoint> points) {
    boolean symmetric = points.get(0).symmetric();
    List<Series> series = new ArrayList<>();
    List<Chart.Reference> lines = new ArrayList<>();
    List<String> orders = new ArrayList<>();
    Axis risk =
        Axis.holding(
            "risk on original labels, R",
            points.get(0).risk(),
            points.get(points.size() - 1).risk());
    DoubleSummaryStatistics noisyRisk =
        points.stream().mapToDouble(RiskPoint::noisyRisk).summaryStatistics();
    for (double rate : new TreeSet<>(points.stream().map(RiskPoint::noiseRate).toList())) {
      List<RiskPoint> at = points.stream().filter(point -> point.noiseRate() == rate).toList();
      String eta = "η = " + number(rate);
      series.add(
          new Series(
              "networks at " + eta,
              at.stream().map(p -> new Series.Point(p.risk(), p.noisyRisk())).toList(),
              new Series.Look(series.size(), Series.Line.NONE)));
      line(eta, at)
          .ifPresent(
              line -> {
                lines.add(line);
                noisyRisk.accept(line.at() + line.slope() * risk.min());
                noisyRisk.accept(line.at() + line.slope() * risk.max());
              });
      double tau =
          KendallTau.of(
              at.stream().mapToDouble(RiskPoint::risk).toArray(),
              at.stream().mapToDouble(RiskPoint::noisyRisk).toArray());
      if (!Double.isNaN(tau)) {
        orders.add(String.format(Locale.ROOT, "%.3f at %s", tau, eta));
      }
    }
    figures.add(
        runs.figure(
            "risk-" + SettingRuns.file(loss),
            "Risk of every trained network under "
                + loss
                + ", without noise (R) and under symmetric noise (R^η, exact expectation). "
                + (symmetric
                    ? "The loss is symmetric: all points lie on the theorem's line (dashed), so"
                        + " noise keeps the order of the networks. "
                    : "The loss is not symmetric: nothing keeps the points on one line (dashed: the"
                        + " nearest of the theorem's slope), or in order. ")
                + (orders.isEmpty()
                    ? ""
                    : "Kendall's τ of R and R^η: " + String.join(", ", orders) + ". "),
            new Chart(
                "R and R^η under " + loss,
                symmetric ? "Points lie on a line at each η." : "Points lie off any line.",
                risk,
                Axis.holding("risk under noise, R^η", noisyRisk.getMin(), noisyRisk.getMax()),
                series,
                Map.of(),
                lines)));
  }

  /** Returns the line that the predictions lie on; empty where all networks have the same risk. */
  private static Optional<Chart.Reference> line(String label, List<RiskPoint> points) {
    RiskPoint first = points.get(0);
    RiskPoint last = points.get(points.size() - 1);
    double slope = (last.predicted() - first.predicted()) / (last.risk() - first.risk());
    return Double.isFinite(slope)
        ? Optional.of(new Chart.Reference(label, first.predicted() - slope * first.risk(), slope))
        : Optional.empty();
  }

  private static String number(double rate) {
    return new BigDecimal(rate).round(new MathContext(6)).stripTrailingZeros().toPlainString();
  }
}
