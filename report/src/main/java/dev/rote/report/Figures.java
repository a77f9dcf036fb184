package dev.rote.report;

import dev.rote.analysis.Curve;
import dev.rote.analysis.Evidence;
import dev.rote.analysis.KendallTau;
import dev.rote.analysis.Measure;
import dev.rote.analysis.NoiseRateReading;
import dev.rote.analysis.Replicates;
import dev.rote.analysis.Setting;
import dev.rote.figure.Axis;
import dev.rote.figure.Chart;
import dev.rote.figure.Matrix;
import dev.rote.figure.Series;
import dev.rote.memorization.SeedSummary;
import dev.rote.run.RiskPoint;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The figures of the paper and some more, from whatever runs there are, setting by setting.
 *
 * <p>Every line is the mean over seeds; where there are two or more, a band of one standard
 * deviation lies around it.
 */
final class Figures {
  private static final Pattern RLL = Pattern.compile("rll\\(alpha=([0-9.eE-]+)\\)");
  private static final int FEWEST_ALPHAS = 3;
  private static final Axis SHARE = new Axis("accuracy on the training set", 0, 1);

  private final Evidence evidence;
  private final Setting setting;
  private final String prefix;
  private final List<Replicates> groups;
  private final List<String> losses;
  private final List<Figure> figures = new ArrayList<>();

  private Figures(Evidence evidence, Setting setting, String prefix) {
    this.evidence = evidence;
    this.setting = setting;
    this.prefix = prefix;
    this.groups = evidence.of(setting);
    this.losses =
        groups.stream()
            .map(group -> group.condition().loss())
            .distinct()
            .sorted(Comparator.comparingInt(Figures::rank).thenComparing(Comparator.naturalOrder()))
            .toList();
  }

  /** All figures that the runs allow; of each setting, the one that says most comes first. */
  static List<Figure> of(Evidence evidence, List<RiskPoint> theory) {
    List<Figure> all = new ArrayList<>();
    Map<String, Integer> used = new LinkedHashMap<>();
    for (Setting setting : evidence.settings()) {
      String name = setting.dataset() + "-" + setting.network();
      int count = used.merge(name, 1, Integer::sum);
      Figures figures = new Figures(evidence, setting, count == 1 ? name : name + "-" + count);
      figures.observedAndOriginal();
      figures.perLoss();
      figures.altered();
      figures.resistance();
      figures.noiseRates();
      figures.alphas();
      figures.risks(theory);
      all.addAll(figures.figures);
    }
    return List.copyOf(all);
  }

  /** The paper's losses first, in its order. */
  private static int rank(String loss) {
    return switch (loss) {
      case "cce" -> 0;
      case "mse" -> 1;
      case "normalized(mse)" -> 3;
      default -> loss.startsWith("rll(") ? 2 : 4;
    };
  }

  /** The noises that alter labels, lowest rate first. */
  private List<Replicates> noisy() {
    return groups.stream().filter(group -> !group.condition().clean()).toList();
  }

  private List<String> noises(List<Replicates> of) {
    return of.stream()
        .sorted(Comparator.comparingDouble(Figures::rate))
        .map(group -> group.condition().noise())
        .distinct()
        .toList();
  }

  private static double rate(Replicates group) {
    return group.runs().get(0).run().record().noise().realizedRate();
  }

  /** Figure 5 of the paper: J1 solid and J2 dashed, a colour per loss, at one noise. */
  private void observedAndOriginal() {
    for (String noise : noises(noisy())) {
      List<Series> series = new ArrayList<>();
      List<Replicates> here = at(noise);
      for (Replicates group : here) {
        int color = losses.indexOf(group.condition().loss());
        String loss = name(group, here);
        series.add(series(loss, group.curve(Measure.J1), color, Series.Line.SOLID));
        series.add(series(loss, group.curve(Measure.J2), color, Series.Line.DASHED));
      }
      add(
          "j1-j2-" + file(noise),
          "J1 and J2 at " + noise,
          here,
          "J1 solid, J2 dashed. A loss memorizes where its solid line ends above its dashed one.",
          SHARE,
          series,
          lines("J1 (observed labels)", "J2 (original labels)"),
          List.of(level(here.get(0))));
    }
  }

  /** Figures 1 to 4 and 6: J1 of one loss or a pair, a colour per noise. */
  private void perLoss() {
    observed("cce-mse", "CCE and MSE", List.of("cce", "mse"), false);
    for (String loss : losses) {
      if (loss.startsWith("rll(")) {
        observed(file(loss), loss, List.of(loss), true);
      }
    }
    observed("normalized-mse", "MSE and normalized MSE", List.of("normalized(mse)", "mse"), true);
    for (String loss : losses) {
      if (rank(loss) == 4) {
        observed(file(loss), loss, List.of(loss), true);
      }
    }
  }

  private void observed(String file, String title, List<String> of, boolean levels) {
    List<String> present = of.stream().filter(losses::contains).toList();
    if (present.isEmpty() || !present.contains(of.get(0))) {
      return;
    }
    List<Replicates> here =
        groups.stream().filter(group -> present.contains(group.condition().loss())).toList();
    List<String> noises = noises(here);
    List<Series> series = new ArrayList<>();
    Map<Double, Chart.Reference> lines = new LinkedHashMap<>();
    for (String loss : present) {
      for (Replicates group : here) {
        if (!group.condition().loss().equals(loss)) {
          continue;
        }
        Series.Line line = present.indexOf(loss) == 0 ? Series.Line.SOLID : Series.Line.DASHED;
        String noise = group.condition().noise();
        String label = (present.size() > 1 ? name(group, here) + ", " : "") + eta(group);
        series.add(series(label, group.curve(Measure.J1), noises.indexOf(noise), line));
        if (levels && !group.condition().clean()) {
          lines.putIfAbsent(rate(group), level(group));
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

  /** What became of the altered samples. */
  private void altered() {
    for (String noise : noises(noisy())) {
      List<Series> series = new ArrayList<>();
      List<Replicates> here = at(noise);
      for (Replicates group : here) {
        int color = losses.indexOf(group.condition().loss());
        String loss = name(group, here);
        series.add(series(loss, group.curve(Measure.MEMORIZED), color, Series.Line.SOLID));
        series.add(series(loss, group.curve(Measure.CORRECTED), color, Series.Line.DASHED));
        series.add(series(loss, group.curve(Measure.OTHER), color, Series.Line.DOTTED));
      }
      add(
          "altered-" + file(noise),
          "The altered samples at " + noise,
          here,
          "Shares of the altered samples that are predicted as their observed label (memorized, solid), as their original label (corrected, dashed) and as neither (other, dotted).",
          new Axis("share of the altered samples", 0, 1),
          series,
          lines("memorized", "corrected", "other"),
          List.of());
    }
  }

  /** Loss × noise: accuracy at η = 0 minus J2 at η. */
  private void resistance() {
    List<String> columns = noises(noisy());
    List<String> rows = new ArrayList<>();
    List<List<Matrix.Cell>> cells = new ArrayList<>();
    for (String loss : losses) {
      List<Matrix.Cell> row = new ArrayList<>();
      for (String noise : columns) {
        row.add(
            at(noise).stream()
                .filter(group -> group.condition().loss().equals(loss))
                .findFirst()
                .map(this::resistanceCell)
                .orElse(new Matrix.Cell(Double.NaN, "–")));
      }
      if (row.stream().anyMatch(cell -> !cell.text().equals("–"))) {
        rows.add(loss);
        cells.add(row);
      }
    }
    if (rows.isEmpty()) {
      return;
    }
    figures.add(
        new Figure(
            prefix + "-resistance",
            setting,
            "Training accuracy at η = 0 minus J2 at η, paired by seed: mean, and standard deviation over seeds. Near 0 resists memorization. Runs that did not fit are left out and never count as resistant. "
                + setting.label()
                + ".",
            new Matrix(
                "Resistance: what the noise cost",
                "For each loss and noise, the accuracy lost.",
                "loss",
                "noise",
                rows,
                columns,
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
    Optional<SeedSummary> value = evidence.cleanOf(noisy).flatMap(noisy::resistance);
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

  /** The noise rate as read off J1, against the true one. */
  private void noiseRates() {
    List<Series> series = new ArrayList<>();
    List<Replicates> shown = new ArrayList<>();
    for (String loss : losses) {
      List<Series.Point> points = new ArrayList<>();
      for (Replicates group : groups) {
        Optional<NoiseRateReading> reading =
            group.condition().loss().equals(loss) ? group.noiseRate() : Optional.empty();
        reading.ifPresent(
            r -> {
              points.add(new Series.Point(r.trueRate(), r.rate(), r.low(), r.high()));
              shown.add(group);
            });
      }
      if (!points.isEmpty()) {
        points.sort(Comparator.comparingDouble(Series.Point::x));
        series.add(
            new Series(loss, points, new Series.Look(losses.indexOf(loss), Series.Line.NONE)));
      }
    }
    if (series.isEmpty()) {
      return;
    }
    figures.add(
        new Figure(
            prefix + "-noise-rate",
            setting,
            "1 − J1 over the last fifth of the epochs, with 95% intervals (Student's over seeds; from one seed, Wilson's over samples, which is too narrow), against the realized rate. On the dotted line, the reading is right. "
                + setting.label()
                + ".",
            new Chart(
                "Noise rate read off J1, against the true one",
                "Points near the diagonal were read off rightly.",
                new Axis("realized noise rate η", 0, 1),
                new Axis("noise rate read off, 1 − J1", 0, 1),
                series,
                Map.of(),
                List.of(new Chart.Reference("", 0, 1)))));
  }

  /** What becomes of J1, J2 and the test accuracy as α of robust log loss grows, noise by noise. */
  private void alphas() {
    for (String noise : noises(groups)) {
      TreeMap<Double, Replicates> byAlpha = new TreeMap<>();
      for (Replicates group : at(noise)) {
        Matcher matcher = RLL.matcher(group.condition().loss());
        if (matcher.matches()) {
          byAlpha.putIfAbsent(Double.parseDouble(matcher.group(1)), group);
        }
      }
      if (byAlpha.size() < FEWEST_ALPHAS) {
        continue;
      }
      List<Series> series = new ArrayList<>();
      for (Measure measure : List.of(Measure.J1, Measure.J2, Measure.TEST)) {
        List<Series.Point> points = new ArrayList<>();
        byAlpha.forEach((alpha, group) -> points.add(lastPoint(Math.log10(alpha), group, measure)));
        series.add(
            new Series(measure.label(), points, new Series.Look(series.size(), Series.Line.SOLID)));
      }
      Replicates any = byAlpha.firstEntry().getValue();
      figures.add(
          new Figure(
              prefix + "-alpha-" + file(noise),
              setting,
              "Robust log loss after the last epoch, for each α; mean over seeds, band: one standard deviation. Runs that did not fit are among them. To the left the loss is like cross-entropy, to the right like the absolute error. "
                  + setting.label()
                  + ".",
              new Chart(
                  "α of robust log loss at " + noise,
                  "J1, J2 and test accuracy against α.",
                  Axis.powersOfTen("α", byAlpha.firstKey(), byAlpha.lastKey()),
                  new Axis("accuracy", 0, 1),
                  series,
                  Map.of(),
                  any.condition().clean() ? List.of() : List.of(level(any)))));
    }
  }

  private static Series.Point lastPoint(double x, Replicates group, Measure measure) {
    List<Curve.Point> curve = group.curve(measure).points();
    SeedSummary last = curve.get(curve.size() - 1).value();
    return new Series.Point(x, last.mean(), last.mean() - last.sd(), last.mean() + last.sd());
  }

  /** R against R^η, a point per network, for each loss; a colour per noise rate. */
  private void risks(List<RiskPoint> theory) {
    Set<String> ours =
        groups.stream()
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
        new Figure(
            prefix + "-risk-" + file(loss),
            setting,
            "Risk of every trained network under "
                + loss
                + ", without noise (R) and under symmetric noise (R^η, exact expectation). "
                + (symmetric
                    ? "The loss is symmetric: all points lie on the theorem's line (dashed), so noise keeps the order of the networks. "
                    : "The loss is not symmetric: nothing keeps the points on one line (dashed: the nearest of the theorem's slope), or in order. ")
                + (orders.isEmpty()
                    ? ""
                    : "Kendall's τ of R and R^η: " + String.join(", ", orders) + ". ")
                + setting.label()
                + ".",
            new Chart(
                "R and R^η under " + loss,
                symmetric ? "Points lie on a line at each η." : "Points lie off any line.",
                risk,
                Axis.holding("risk under noise, R^η", noisyRisk.getMin(), noisyRisk.getMax()),
                series,
                Map.of(),
                lines)));
  }

  /** The line that the predictions lie on; empty where all networks have the same risk. */
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

  private List<Replicates> at(String noise) {
    return groups.stream()
        .filter(group -> group.condition().noise().equals(noise))
        .sorted(Comparator.comparingInt(group -> losses.indexOf(group.condition().loss())))
        .toList();
  }

  private static Series series(String name, Curve curve, int color, Series.Line line) {
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

  /** What solid, dashed and dotted mean, in this order. */
  private static Map<Series.Line, String> lines(String... meanings) {
    Map<Series.Line, String> lines = new LinkedHashMap<>();
    for (int i = 0; i < meanings.length; i++) {
      lines.put(Series.Line.values()[i], meanings[i]);
    }
    return lines;
  }

  private static Chart.Reference level(Replicates group) {
    double level = 1 - rate(group);
    return new Chart.Reference(String.format(Locale.ROOT, "1−η = %.2f", level), level);
  }

  private static String eta(Replicates group) {
    return group.condition().symmetricRate().isPresent()
        ? "η = " + trimmed(group.condition().symmetricRate().getAsDouble())
        : group.condition().noise();
  }

  private static String trimmed(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /** The loss, and its learning rate where the same loss ran at several. */
  private static String name(Replicates group, List<Replicates> among) {
    String loss = group.condition().loss();
    boolean several =
        among.stream()
                .filter(other -> other.condition().loss().equals(loss))
                .map(other -> other.condition().learningRate())
                .distinct()
                .count()
            > 1;
    return several ? loss + " at rate " + group.condition().learningRate() : loss;
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
    int most = shown.stream().mapToInt(group -> group.runs().size()).max().orElse(0);
    int fewest = shown.stream().mapToInt(group -> group.runs().size()).min().orElse(0);
    String seeds =
        most == 1
            ? "One seed."
            : "Mean of "
                + (fewest == most ? most + " seeds" : fewest + " to " + most + " seeds")
                + ", band: one standard deviation.";
    figures.add(
        new Figure(
            prefix + "-" + file,
            setting,
            caption + " " + seeds + " " + setting.label() + ".",
            new Chart(
                title,
                caption,
                new Axis("epoch", 0, Math.max(2, setting.protocol().epochs())),
                y,
                series,
                lines,
                references)));
  }

  private static String file(String text) {
    return text.replaceAll("[^A-Za-z0-9.=+-]+", "_").replaceAll("^_|_$", "");
  }
}
