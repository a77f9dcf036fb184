package dev.rote.claim;

import dev.rote.analysis.Corruption;
import dev.rote.analysis.Ending;
import dev.rote.analysis.Evidence;
import dev.rote.analysis.Measure;
import dev.rote.analysis.Replicates;
import dev.rote.analysis.SampleScores;
import dev.rote.analysis.Setting;
import dev.rote.data.Inputs;
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

/**
 * Checks the seven claims of Patel and Sastry against runs and, where inputs are altered, two of
 * Zhang et al. 2017 and, where critical samples are measured, two of Arpit et al. 2017.
 */
public final class Claims {
  /** RLL with the α of the authors' script; other values of α do not test the paper. */
  private static final LossSpec USUAL_RLL = LossSpec.rll(0.1);

  private final Evidence evidence;
  private final Thresholds thresholds;

  private Claims(Evidence evidence, Thresholds thresholds) {
    this.evidence = evidence;
    this.thresholds = thresholds;
  }

  /** Checks all claims that the runs are about; returns them in order. */
  public static List<Claim> of(Evidence evidence, List<RiskPoint> theory, Thresholds thresholds) {
    Claims claims = new Claims(evidence, thresholds);
    List<Claim> all =
        new ArrayList<>(
            List.of(
                claims.memorizesCifar(),
                claims.overfitsMnist(),
                claims.saturates(),
                claims.order(),
                claims.resists(),
                claims.normalizedMse(),
                claims.theorem(theory)));
    if (evidence.settings().stream().anyMatch(setting -> setting.inputs() != Inputs.NONE)) {
      all.add(claims.fitsAnything());
      all.add(claims.regularizers());
    }
    if (evidence.runs().stream()
        .anyMatch(run -> !Double.isNaN(Measure.CRITICAL_RATIO.of(run.last())))) {
      all.add(claims.noiseIsCritical());
      all.add(claims.patternsFirst());
    }
    return List.copyOf(all);
  }

  /**
   * Checks what Feldman and Zhang (2020) found, if there are memorization scores; else returns
   * none.
   */
  public static List<Claim> ofScores(List<SampleScores> scores, Thresholds thresholds) {
    return scores.isEmpty() ? List.of() : List.of(memorizesLongTail(scores, thresholds));
  }

  /** Writes {@code claims.json}; NaN becomes null. */
  public static void write(Path file, List<Claim> claims) throws IOException {
    AtomicFile.writeString(file, Json.WITHOUT_NAN.writeValueAsString(claims) + "\n");
  }

  /** Collects the evidence for a claim. */
  private static final class Case {
    final List<Finding> figures = new ArrayList<>();
    final Set<String> runs = new LinkedHashSet<>();
    final Set<String> met = new LinkedHashSet<>();
    final List<String> needed;

    /** {@code needed}: the parts of the claim, each of which needs a figure. */
    Case(String... needed) {
      this.needed = List.of(needed);
    }

    void add(String part, Finding figure, Replicates... groups) {
      met.add(part);
      figures.add(figure);
      for (Replicates group : groups) {
        runs.addAll(group.ids());
      }
    }

    Claim close(int number, String claim) {
      List<String> missing = needed.stream().filter(part -> !met.contains(part)).toList();
      List<Finding> failing = answered(Verdict.DOES_NOT_HOLD);
      List<Finding> unclear = answered(Verdict.NOT_ENOUGH);
      List<Finding> changing = answered(Verdict.STILL_CHANGING);
      Verdict verdict;
      String summary;
      if (!failing.isEmpty()) {
        verdict = Verdict.DOES_NOT_HOLD;
        summary = some(failing, "not as claimed");
      } else if (!missing.isEmpty() || !unclear.isEmpty()) {
        verdict = Verdict.NOT_ENOUGH;
        List<String> sentences = new ArrayList<>();
        if (!missing.isEmpty()) {
          sentences.add(
              "Needs finished runs that learned something: " + String.join("; ", missing) + ".");
        }
        if (!unclear.isEmpty()) {
          sentences.add(some(unclear, "undecided"));
        }
        summary = String.join(" ", sentences);
      } else if (!changing.isEmpty()) {
        verdict = Verdict.STILL_CHANGING;
        summary = some(changing, "still changing");
      } else {
        verdict = Verdict.HOLDS;
        summary =
            "%s as claimed, from at least %d seeds."
                .formatted(
                    figures.size() == 1
                        ? "The one figure is"
                        : "All %d figures are".formatted(figures.size()),
                    figures.stream().mapToInt(figure -> figure.value().seeds()).min().orElse(0));
      }
      return new Claim(number, claim, verdict, summary, List.copyOf(figures), List.copyOf(runs));
    }

    private List<Finding> answered(Verdict answer) {
      return figures.stream().filter(figure -> figure.answer() == answer).toList();
    }

    /** Says how many figures are so, with the first as an example. */
    private String some(List<Finding> those, String how) {
      return "%d of %d figure%s %s %s%s: %s."
          .formatted(
              those.size(),
              figures.size(),
              figures.size() == 1 ? "" : "s",
              those.size() == 1 ? "is" : "are",
              how,
              those.size() == 1 ? "" : ", among them",
              those.get(0).text());
    }
  }

  private Claim memorizesCifar() {
    Case rests =
        new Case("CCE on cifar10 with altered labels", "MSE on cifar10 with altered labels");
    for (Replicates group : groups("cifar10", Claims::cceOrMse)) {
      Bound asked = Bound.atLeast(thresholds.of(Threshold.MEMORIZED_J1));
      group
          .endOfJ1()
          .ifPresent(
              j1 -> rests.add(part(group, "on cifar10"), figure(group, "J1", j1, asked), group));
    }
    return rests.close(
        1, "CCE and MSE reach about 100% training accuracy at every noise rate on CIFAR-10.");
  }

  private Claim overfitsMnist() {
    Case rests = new Case("CCE on mnist with altered labels", "MSE on mnist with altered labels");
    for (Replicates group : noisy(groups("mnist", Claims::cceOrMse))) {
      Optional<Ending> j1 = group.endOfJ1();
      Optional<SeedSummary> rate = group.realizedRate();
      if (j1.isPresent() && rate.isPresent()) {
        double share = thresholds.of(Threshold.HIGH_SHARE);
        double floor =
            group.condition().loss().equals(LossSpec.CCE)
                ? thresholds.of(Threshold.OVERFIT_J1)
                : 1 - rate.get().mean() + share * rate.get().mean();
        rests.add(
            part(group, "on mnist"), figure(group, "J1", j1.get(), Bound.atLeast(floor)), group);
      }
    }
    return rests.close(2, "CCE overfits MNIST too, and MSE gets high there.");
  }

  private Claim saturates() {
    String needed = "RLL with altered labels";
    Case rests = new Case(needed);
    for (Replicates group : noisy(usualRll())) {
      group
          .memorizationGap()
          .ifPresent(gap -> rests.add(needed, nearCleanShare(group, gap), group));
    }
    return rests.close(
        3, "J1 of RLL saturates near 1−η, so that the noise rate can be read off it.");
  }

  /** J1 within a distance of 1−η; since that is bounded on both sides, the curve must be flat. */
  private Finding nearCleanShare(Replicates group, Ending gap) {
    return figure(group, "J1 − (1−η)", gap, Bound.within(thresholds.of(Threshold.SATURATION)));
  }

  private Claim order() {
    Case rests =
        new Case("CCE with altered labels", "MSE with altered labels", "RLL with altered labels");
    for (Replicates group : noisy(groups(null, Claims::cceOrMse))) {
      group
          .leadOfObserved()
          .ifPresent(
              lead ->
                  rests.add(
                      part(group, ""), figure(group, "J1 − J2", lead, Bound.aboveZero()), group));
    }
    for (Replicates group : noisy(usualRll())) {
      group
          .leadOfObserved()
          .ifPresent(
              lead ->
                  rests.add(
                      "RLL with altered labels",
                      figure(group, "J1 − J2", lead, Bound.belowZero()),
                      group));
    }
    return rests.close(4, "For CCE and MSE, J1 ends above J2; for RLL, J2 stays above J1.");
  }

  private Claim resists() {
    String needed = "RLL with altered and with original labels, at the same seed";
    Case rests = new Case(needed);
    for (Replicates group : noisy(usualRll())) {
      Optional<Replicates> clean = evidence.cleanOf(group);
      Bound asked = Bound.within(thresholds.of(Threshold.RESISTANCE));
      clean
          .flatMap(group::resistance)
          .ifPresent(
              difference ->
                  rests.add(
                      needed,
                      figure(group, "accuracy at η = 0 minus J2", difference, asked),
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
      group.memorizationGap().ifPresent(gap -> rests.add(near, nearCleanShare(group, gap), group));
      for (Replicates rll : usualRll()) {
        if (!rll.condition().setting().equals(group.condition().setting())
            || !rll.condition().noise().equals(group.condition().noise())) {
          continue;
        }
        String losses = LossSpec.NORMALIZED_MSE + " − " + rll.condition().loss();
        Bound asked = Bound.within(thresholds.of(Threshold.LIKENESS));
        group
            .differenceOfJ2(rll)
            .ifPresent(
                difference ->
                    rests.add(
                        alike,
                        Finding.of(
                            Finding.Subject.of(group.condition(), losses, "difference of J2"),
                            difference,
                            asked,
                            thresholds),
                        group,
                        rll));
      }
    }
    return rests.close(6, "Normalized MSE, unlike MSE, stops overfitting and behaves like RLL.");
  }

  /** Zhang et al. 2017, section 2.2. */
  private Claim fitsAnything() {
    Case rests =
        new Case(
            "CCE with random labels",
            "CCE on shuffled-pixels",
            "CCE on random-pixels",
            "CCE on gaussian");
    Bound asked = Bound.atLeast(thresholds.of(Threshold.MEMORIZED_J1));
    for (Replicates group : evidence.replicates()) {
      corrupted(group)
          .filter(part -> group.condition().loss().equals(LossSpec.CCE))
          .ifPresent(
              part ->
                  group
                      .endOfJ1()
                      .ifPresent(j1 -> rests.add(part, figure(group, "J1", j1, asked), group)));
    }
    return rests.close(
        9,
        "With CCE, networks fit random labels, shuffled pixels, random pixels and Gaussian noise.");
  }

  /** Returns what a group trained on where nothing is left to learn but by heart, or pixels. */
  private static Optional<String> corrupted(Replicates group) {
    Inputs inputs = group.condition().setting().inputs();
    if (inputs != Inputs.NONE) {
      return Optional.of("CCE on " + inputs).filter(part -> group.condition().clean());
    }
    return Optional.of("CCE with random labels")
        .filter(part -> group.condition().noise().equals(Corruption.RANDOM_LABELS));
  }

  /** Zhang et al. 2017, section 3: regularizers do not keep networks from fitting random labels. */
  private Claim regularizers() {
    String needed = "CCE with random labels, with and without a regularizer, at the same seeds";
    Case rests = new Case(needed);
    Bound asked = Bound.within(thresholds.of(Threshold.REGULARIZER));
    for (Replicates group : evidence.replicates()) {
      Setting plain = group.condition().setting().withoutRegularizers();
      if (corrupted(group).isEmpty()
          || !group.condition().loss().equals(LossSpec.CCE)
          || plain.equals(group.condition().setting())) {
        continue;
      }
      for (Replicates other : evidence.of(plain)) {
        if (other.condition().loss().equals(LossSpec.CCE)
            && other.condition().fingerprint().equals(group.condition().fingerprint())) {
          group
              .differenceOfJ1(other)
              .ifPresent(
                  difference ->
                      rests.add(
                          needed,
                          figure(
                              group,
                              "difference of J1 by " + group.condition().setting().regularizers(),
                              difference,
                              asked),
                          group,
                          other));
        }
      }
    }
    return rests.close(
        10,
        "Dropout, weight decay and augmentation change little in that: they do not prevent it.");
  }

  /** Arpit et al. 2017, section 4.2. */
  private Claim noiseIsCritical() {
    String needed =
        "CCE with altered and with original labels, at the same seed, and --measure"
            + " critical-samples";
    Case rests = new Case(needed);
    for (Replicates group : noisy(groups(null, LossSpec.CCE::equals))) {
      Optional<Replicates> clean = evidence.cleanOf(group);
      clean
          .flatMap(group::differenceOfCriticalRatio)
          .ifPresent(
              difference ->
                  rests.add(
                      needed,
                      figure(
                          group,
                          "critical sample ratio minus that at η = 0",
                          difference,
                          Bound.aboveZero()),
                      group,
                      clean.get()));
    }
    return rests.close(
        11,
        "With CCE, more samples are critical after training on altered labels than on original"
            + " ones.");
  }

  /** Arpit et al. 2017, section 4. */
  private Claim patternsFirst() {
    String needed = "CCE with altered labels";
    Case rests = new Case(needed);
    for (Replicates group : noisy(groups(null, LossSpec.CCE::equals))) {
      if (random(group)) {
        continue;
      }
      group
          .leadOfClean(thresholds.of(Threshold.MOST))
          .ifPresent(
              lead ->
                  rests.add(
                      needed,
                      figure(
                          group,
                          "learned share of the clean samples minus that of the altered ones, in"
                              + " the first epoch in which most clean ones are learned",
                          lead,
                          Bound.aboveZero()),
                      group));
    }
    return rests.close(12, "With CCE, networks learn patterns before they memorize noise.");
  }

  /** Returns whether labels are so often altered that they say nothing about the images. */
  private static boolean random(Replicates group) {
    int classes = group.condition().setting().classes();
    return group.condition().symmetricRate().orElse(1) >= 1 - 1.0 / classes;
  }

  private Claim theorem(List<RiskPoint> all) {
    // Under noise that is not symmetric nothing is predicted.
    List<RiskPoint> rows = all.stream().filter(row -> !Double.isNaN(row.predicted())).toList();
    String symmetric = "a symmetric loss in theory.csv ('rote theory' writes it)";
    Case rests = new Case(symmetric);
    Set<String> losses = new LinkedHashSet<>();
    rows.forEach(row -> losses.add(row.loss()));
    for (String loss : losses) {
      List<RiskPoint> own = rows.stream().filter(row -> row.loss().equals(loss)).toList();
      rests.add(own.get(0).symmetric() ? symmetric : loss, onLine(loss, own));
      own.forEach(row -> rests.runs.add(row.run()));
    }
    return rests.close(
        7,
        "For a symmetric loss the risk under symmetric noise is a straight line in the risk"
            + " without: R^η = Cη/(K−1) + (1 − ηK/(K−1))·R.");
  }

  /**
   * Returns the largest deviation from the theorem's line. It is exact for each network by itself.
   */
  private Finding onLine(String loss, List<RiskPoint> own) {
    double worst = own.stream().mapToDouble(row -> Math.abs(row.deviation())).max().orElseThrow();
    int networks = (int) own.stream().map(RiskPoint::run).distinct().count();
    int needed = (int) thresholds.of(Threshold.SEEDS);
    boolean symmetric = own.get(0).symmetric();
    boolean asClaimed = symmetric == worst <= thresholds.of(Threshold.THEOREM);
    boolean enough = !asClaimed || networks >= needed;
    return new Finding(
        new Finding.Subject(
            networks + " trained network" + (networks == 1 ? "" : "s"),
            loss,
            "",
            "largest deviation from the theorem's line"),
        new SeedSummary(networks, worst, Double.NaN, Double.NaN, Double.NaN),
        symmetric
            ? String.format(Locale.ROOT, "≤ %.0e", thresholds.of(Threshold.THEOREM))
            : "more: it is not symmetric",
        !enough ? Verdict.NOT_ENOUGH : asClaimed ? Verdict.HOLDS : Verdict.DOES_NOT_HOLD,
        enough ? "" : "fewer than %d networks".formatted(needed));
  }

  private static Claim memorizesLongTail(List<SampleScores> all, Thresholds thresholds) {
    String altered = "memorization scores of altered samples under CCE";
    String clean = "memorization scores of clean samples under CCE";
    Case rests = new Case(altered, clean);
    for (SampleScores scores : all) {
      if (!scores.condition().loss().equals(LossSpec.CCE)) {
        continue;
      }
      if (scores.memorization(true).length > 0) {
        rests.add(
            altered,
            figure(
                scores,
                "mean memorization score of the altered samples",
                scores.mean(true),
                Bound.atLeast(thresholds.of(Threshold.HIGH_SCORE)),
                thresholds),
            scores.group());
      }
      rests.add(
          clean,
          figure(
              scores,
              "share of the clean samples with a memorization score below "
                  + SampleScores.MEMORIZED,
              scores.shareBelow(SampleScores.MEMORIZED, false),
              Bound.atLeast(thresholds.of(Threshold.MOST)),
              thresholds),
          scores.group());
    }
    return rests.close(
        8,
        "Under CCE, memorization scores of altered samples are high, and those of most clean samples"
            + " are near 0.");
  }

  private static Finding figure(
      SampleScores scores, String quantity, SeedSummary value, Bound asked, Thresholds thresholds) {
    int needed = (int) Math.max(2, thresholds.of(Threshold.NETWORKS));
    boolean enough = value.seeds() >= needed;
    boolean clear = asked.contains(value) || asked.excludes(value);
    Verdict answer =
        !enough || !clear
            ? Verdict.NOT_ENOUGH
            : asked.contains(value) ? Verdict.HOLDS : Verdict.DOES_NOT_HOLD;
    String reason =
        !enough
            ? "%d of at least %d networks".formatted(value.seeds(), needed)
            : clear ? "" : "the interval covers both answers; more networks narrow it";
    return new Finding(
        Finding.Subject.of(scores.condition(), quantity), value, asked.text(), answer, reason);
  }

  private static String part(Replicates group, String where) {
    String name = group.condition().loss().toString().toUpperCase(Locale.ROOT);
    String part = name + (where.isEmpty() ? "" : " " + where) + " with ";
    return part + (group.condition().clean() ? "original labels" : "altered labels");
  }

  private Finding figure(Replicates group, String quantity, Ending value, Bound asked) {
    return Finding.of(Finding.Subject.of(group.condition(), quantity), value, asked, thresholds);
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

  /** Replicates on images under no or symmetric noise: the paper's claims are about no other. */
  private List<Replicates> groups(String dataset, Predicate<LossSpec> loss) {
    return evidence.replicates().stream()
        .filter(group -> group.condition().setting().inputs() == Inputs.NONE)
        .filter(group -> group.condition().symmetricRate().isPresent())
        .filter(group -> dataset == null || group.condition().setting().dataset().equals(dataset))
        .filter(group -> loss.test(group.condition().loss()))
        .toList();
  }

  private static List<Replicates> noisy(List<Replicates> groups) {
    return groups.stream().filter(group -> !group.condition().clean()).toList();
  }
}
