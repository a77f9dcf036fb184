package dev.rote.claim;

import dev.rote.analysis.Evidence;
import dev.rote.analysis.Measure;
import dev.rote.analysis.NoiseRateReading;
import dev.rote.analysis.Replicates;
import dev.rote.analysis.Setting;
import dev.rote.format.AtomicFile;
import dev.rote.memorization.SeedSummary;
import dev.rote.run.Json;
import dev.rote.run.RiskPoint;
import dev.rote.study.LossSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Holds the seven claims against runs. */
public final class Claims {
  /** With the α of the authors' driver; a sweep over α is no test of the paper. */
  private static final LossSpec USUAL_RLL = LossSpec.rll(0.1);

  private final Evidence evidence;
  private final Thresholds thresholds;

  private Claims(Evidence evidence, Thresholds thresholds) {
    this.evidence = evidence;
    this.thresholds = thresholds;
  }

  /** All seven, in order. */
  public static List<Claim> of(Evidence evidence, List<RiskPoint> theory, Thresholds thresholds) {
    Claims claims = new Claims(evidence, thresholds);
    return List.of(
        claims.memorizesCifar(),
        claims.overfitsMnist(),
        claims.saturates(),
        claims.order(),
        claims.resists(),
        claims.normalizedMse(),
        claims.theorem(theory));
  }

  /** Writes {@code claims.json}; a number that there is none of becomes null. */
  public static void write(Path file, List<Claim> claims) throws IOException {
    AtomicFile.writeString(file, Json.WITHOUT_NAN.writeValueAsString(claims) + "\n");
  }

  /** Collects what a claim rests on. */
  private static final class Case {
    final List<Figure> figures = new ArrayList<>();
    final Set<String> runs = new LinkedHashSet<>();
    final Set<String> met = new LinkedHashSet<>();
    final List<String> needed;

    /** {@code needed}: the parts of the claim, each of which wants a figure. */
    Case(String... needed) {
      this.needed = List.of(needed);
    }

    void add(String part, Figure figure, Replicates... groups) {
      met.add(part);
      figures.add(figure);
      for (Replicates group : groups) {
        runs.addAll(group.ids());
      }
    }

    Claim close(int number, String claim) {
      List<String> missing = needed.stream().filter(part -> !met.contains(part)).toList();
      List<Figure> failing = figures.stream().filter(figure -> !figure.holds()).toList();
      Verdict verdict;
      String summary;
      if (!failing.isEmpty()) {
        verdict = Verdict.DOES_NOT_HOLD;
        summary =
            "%d of %d figures are not as claimed: %s%s."
                .formatted(
                    failing.size(),
                    figures.size(),
                    failing.get(0).text(),
                    failing.size() > 1 ? " (and others)" : "");
      } else if (!missing.isEmpty()) {
        verdict = Verdict.NOT_ENOUGH_RUNS;
        summary = "Needs finished runs that fitted: " + String.join("; ", missing) + ".";
      } else {
        verdict = Verdict.HOLDS;
        int fewest = figures.stream().mapToInt(Figure::seeds).min().orElse(0);
        summary =
            "%s as claimed, over %s%d seed%s."
                .formatted(
                    figures.size() == 1
                        ? "The one figure is"
                        : "All %d figures are".formatted(figures.size()),
                    fewest == figures.stream().mapToInt(Figure::seeds).max().orElse(0)
                        ? ""
                        : "at least ",
                    fewest,
                    fewest == 1 ? "" : "s");
      }
      return new Claim(number, claim, verdict, summary, List.copyOf(figures), List.copyOf(runs));
    }
  }

  private Claim memorizesCifar() {
    Case rests =
        new Case("CCE on cifar10 with altered labels", "MSE on cifar10 with altered labels");
    for (Replicates group : groups("cifar10", Claims::cceOrMse)) {
      group
          .last(Measure.J1)
          .ifPresent(
              j1 ->
                  rests.add(
                      part(group, "on cifar10"),
                      figure(
                          group,
                          "J1",
                          j1,
                          atLeast(thresholds.memorizedJ1()),
                          j1.mean() >= thresholds.memorizedJ1()),
                      group));
    }
    return rests.close(
        1, "CCE and MSE reach about 100% training accuracy at every noise rate on CIFAR-10.");
  }

  private Claim overfitsMnist() {
    Case rests = new Case("CCE on mnist with altered labels", "MSE on mnist with altered labels");
    for (Replicates group : noisy(groups("mnist", Claims::cceOrMse))) {
      Optional<SeedSummary> j1 = group.last(Measure.J1);
      Optional<SeedSummary> rate = group.realizedRate();
      if (j1.isPresent() && rate.isPresent()) {
        double floor =
            group.condition().loss().equals(LossSpec.CCE)
                ? thresholds.overfitJ1()
                : 1 - rate.get().mean() + thresholds.highShare() * rate.get().mean();
        rests.add(
            part(group, "on mnist"),
            figure(group, "J1", j1.get(), atLeast(floor), j1.get().mean() >= floor),
            group);
      }
    }
    return rests.close(2, "CCE overfits MNIST too, and MSE gets high there.");
  }

  private Claim saturates() {
    Case rests = new Case("RLL with altered labels");
    for (Replicates group : noisy(usualRll())) {
      group
          .memorizationGap()
          .ifPresent(
              gap ->
                  rests.add(
                      "RLL with altered labels",
                      figure(
                          group,
                          "J1 − (1−η)",
                          gap,
                          within(thresholds.saturation()),
                          Math.abs(gap.mean()) <= thresholds.saturation()),
                      group));
      Optional<NoiseRateReading> reading = group.noiseRate();
      reading.ifPresent(
          read ->
              rests.add(
                  "RLL with altered labels",
                  new Figure(
                      group.condition().setting().label(),
                      group.condition().loss().toString(),
                      group.condition().noise().toString(),
                      "change of J1 over the last fifth of the epochs",
                      read.drift(),
                      Double.NaN,
                      Double.NaN,
                      read.seeds(),
                      within(thresholds.drift()),
                      Math.abs(read.drift()) <= thresholds.drift()),
                  group));
    }
    return rests.close(
        3, "J1 of RLL saturates near 1−η, so that the noise rate can be read off it.");
  }

  private Claim order() {
    Case rests =
        new Case("CCE with altered labels", "MSE with altered labels", "RLL with altered labels");
    List<Replicates> memorizing = noisy(groups(null, Claims::cceOrMse));
    for (Replicates group : memorizing) {
      group
          .leadOfObserved()
          .ifPresent(
              lead ->
                  rests.add(
                      part(group, ""),
                      figure(group, "J1 − J2", lead, "above 0", lead.mean() > 0),
                      group));
    }
    for (Replicates group : noisy(usualRll())) {
      group
          .leadOfObserved()
          .ifPresent(
              lead ->
                  rests.add(
                      "RLL with altered labels",
                      figure(group, "J1 − J2", lead, "below 0", lead.mean() < 0),
                      group));
    }
    return rests.close(4, "For CCE and MSE, J1 ends above J2; for RLL, J2 stays above J1.");
  }

  private Claim resists() {
    Case rests = new Case("RLL with altered and with original labels, at the same seed");
    for (Replicates group : noisy(usualRll())) {
      Optional<Replicates> clean = evidence.cleanOf(group);
      clean
          .flatMap(group::resistance)
          .ifPresent(
              difference ->
                  rests.add(
                      "RLL with altered and with original labels, at the same seed",
                      figure(
                          group,
                          "accuracy at η = 0 minus J2",
                          difference,
                          within(thresholds.resistance()),
                          Math.abs(difference.mean()) <= thresholds.resistance()),
                      group,
                      clean.get()));
    }
    return rests.close(5, "For RLL, J2 at η is close to the training accuracy at η = 0.");
  }

  private Claim normalizedMse() {
    String near = "normalized MSE with altered labels";
    String alike = "normalized MSE and RLL with the same altered labels";
    Case rests = new Case(near, alike);
    for (Replicates group : noisy(groups(null, LossSpec.NORMALIZED_MSE::equals))) {
      group
          .memorizationGap()
          .ifPresent(
              gap ->
                  rests.add(
                      near,
                      figure(
                          group,
                          "J1 − (1−η)",
                          gap,
                          within(thresholds.saturation()),
                          Math.abs(gap.mean()) <= thresholds.saturation()),
                      group));
      for (Replicates rll : usualRll()) {
        if (!rll.condition().setting().equals(group.condition().setting())
            || !rll.condition().noise().equals(group.condition().noise())) {
          continue;
        }
        group
            .pairedDifference(rll, Measure.J2)
            .ifPresent(
                difference ->
                    rests.add(
                        alike,
                        Figure.of(
                            group.condition().setting().label(),
                            LossSpec.NORMALIZED_MSE + " − " + rll.condition().loss(),
                            group.condition().noise().toString(),
                            "difference of J2",
                            difference,
                            within(thresholds.likeness()),
                            Math.abs(difference.mean()) <= thresholds.likeness()),
                        group,
                        rll));
      }
    }
    return rests.close(6, "Normalized MSE, unlike MSE, stops overfitting and behaves like RLL.");
  }

  private Claim theorem(List<RiskPoint> all) {
    // under noise that is not symmetric nothing is predicted
    List<RiskPoint> rows = all.stream().filter(row -> !Double.isNaN(row.predicted())).toList();
    String symmetric = "a symmetric loss in theory.csv ('rote theory' writes it)";
    Case rests = new Case(symmetric);
    Set<String> losses = new LinkedHashSet<>();
    rows.forEach(row -> losses.add(row.loss()));
    for (String loss : losses) {
      List<RiskPoint> own = rows.stream().filter(row -> row.loss().equals(loss)).toList();
      double worst =
          own.stream().mapToDouble(row -> Math.abs(row.deviation())).max().orElse(Double.NaN);
      boolean isSymmetric = own.get(0).symmetric();
      long networks = own.stream().map(RiskPoint::run).distinct().count();
      boolean onLine = worst <= thresholds.theorem();
      Figure figure =
          new Figure(
              networks + " trained networks",
              loss,
              "",
              "largest deviation from the theorem's line",
              worst,
              Double.NaN,
              Double.NaN,
              (int) networks,
              isSymmetric
                  ? String.format(Locale.ROOT, "≤ %.0e", thresholds.theorem())
                  : "more: it is not symmetric",
              isSymmetric == onLine);
      rests.add(isSymmetric ? symmetric : loss, figure);
      own.forEach(row -> rests.runs.add(row.run()));
    }
    return rests.close(
        7,
        "For a symmetric loss the risk under symmetric noise is a straight line in the risk"
            + " without: R^η = Cη/(K−1) + (1 − ηK/(K−1))·R.");
  }

  private static String part(Replicates group, String where) {
    String name = group.condition().loss().toString().toUpperCase(Locale.ROOT);
    String part = name + (where.isEmpty() ? "" : " " + where) + " with ";
    return part + (group.condition().clean() ? "original labels" : "altered labels");
  }

  private static Figure figure(
      Replicates group, String quantity, SeedSummary value, String asked, boolean holds) {
    return Figure.of(
        group.condition().setting().label(),
        group.condition().loss().toString(),
        group.condition().noise().toString(),
        quantity,
        value,
        asked,
        holds);
  }

  private static String atLeast(double floor) {
    return String.format(Locale.ROOT, "≥ %.3g", floor);
  }

  private static String within(double bound) {
    return String.format(Locale.ROOT, "within ±%.3g", bound);
  }

  private static boolean cceOrMse(LossSpec loss) {
    return loss.equals(LossSpec.CCE) || loss.equals(LossSpec.MSE);
  }

  /** RLL at the α that the paper's authors used, or at whatever α there is. */
  private List<Replicates> usualRll() {
    List<Replicates> all = new ArrayList<>();
    for (Setting setting : evidence.settings()) {
      List<Replicates> here =
          groups(null, LossSpec::isRll).stream()
              .filter(group -> group.condition().setting().equals(setting))
              .toList();
      List<Replicates> usual =
          here.stream().filter(group -> group.condition().loss().equals(USUAL_RLL)).toList();
      all.addAll(usual.isEmpty() ? here : usual);
    }
    return all;
  }

  /** Replicates under no or symmetric noise: the paper's claims are about no other. */
  private List<Replicates> groups(String dataset, Predicate<LossSpec> loss) {
    return evidence.replicates().stream()
        .filter(group -> group.condition().symmetricRate().isPresent())
        .filter(group -> dataset == null || group.condition().setting().dataset().equals(dataset))
        .filter(group -> loss.test(group.condition().loss()))
        .toList();
  }

  private static List<Replicates> noisy(List<Replicates> groups) {
    return groups.stream().filter(group -> !group.condition().clean()).toList();
  }
}
