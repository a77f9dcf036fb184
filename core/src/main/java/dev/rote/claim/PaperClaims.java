package dev.rote.claim;

import dev.rote.analysis.Ending;
import dev.rote.analysis.Evidence;
import dev.rote.analysis.Replicates;
import dev.rote.analysis.Setting;
import dev.rote.memorization.SeedSummary;
import dev.rote.run.RiskPoint;
import dev.rote.study.LossSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Checks the seven claims of Patel and Sastry. */
final class PaperClaims {
  /** RLL with the α of the authors' script; other values of α do not test the paper. */
  private static final LossSpec USUAL_RLL = LossSpec.rll(0.1);

  private final Evidence evidence;
  private final Thresholds thresholds;

  PaperClaims(Evidence evidence, Thresholds thresholds) {
    this.evidence = evidence;
    this.thresholds = thresholds;
  }

  Claim memorizesCifar() {
    ClaimCase rests =
        new ClaimCase("CCE on cifar10 with altered labels", "MSE on cifar10 with altered labels");
    for (Replicates group : groups("cifar10", PaperClaims::cceOrMse)) {
      Bound asked = Bound.atLeast(thresholds.of(Threshold.MEMORIZED_J1));
      group
          .endOfJ1()
          .ifPresent(
              j1 -> rests.add(part(group, "on cifar10"), figure(group, "J1", j1, asked), group));
    }
    return rests.close(
        1, "CCE and MSE reach about 100% training accuracy at every noise rate on CIFAR-10.");
  }

  Claim overfitsMnist() {
    ClaimCase rests =
        new ClaimCase("CCE on mnist with altered labels", "MSE on mnist with altered labels");
    for (Replicates group : noisy(groups("mnist", PaperClaims::cceOrMse))) {
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

  Claim saturates() {
    String needed = "RLL with altered labels";
    ClaimCase rests = new ClaimCase(needed);
    for (Replicates group : noisy(usualRll())) {
      group
          .memorizationGap()
          .ifPresent(gap -> rests.add(needed, nearCleanShare(group, gap), group));
    }
    return rests.close(
        3, "J1 of RLL saturates near 1−η, so that the noise rate can be read off it.");
  }

  /**
   * Judges whether J1 is near 1−η. The range is bounded on both sides, so the curve must be flat.
   */
  private Finding nearCleanShare(Replicates group, Ending gap) {
    return figure(group, "J1 − (1−η)", gap, Bound.within(thresholds.of(Threshold.SATURATION)));
  }

  Claim order() {
    ClaimCase rests =
        new ClaimCase(
            "CCE with altered labels", "MSE with altered labels", "RLL with altered labels");
    for (Replicates group : noisy(groups(null, PaperClaims::cceOrMse))) {
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

  Claim resists() {
    String needed = "RLL with altered and with original labels, at the same seed";
    ClaimCase rests = new ClaimCase(needed);
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

  Claim normalizedMse() {
    String near = "normalized MSE with altered labels";
    String alike = "normalized MSE and RLL with the same altered labels";
    ClaimCase rests = new ClaimCase(near, alike);
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

  Claim theorem(List<RiskPoint> all) {
    // Under noise that is not symmetric nothing is predicted.
    List<RiskPoint> rows = all.stream().filter(row -> !Double.isNaN(row.predicted())).toList();
    String symmetric = "a symmetric loss in theory.csv ('rote theory' writes it)";
    ClaimCase rests = new ClaimCase(symmetric).ofNetworks();
    Set<String> losses = new LinkedHashSet<>();
    rows.forEach(row -> losses.add(row.loss()));
    for (String loss : losses) {
      List<RiskPoint> own = rows.stream().filter(row -> row.loss().equals(loss)).toList();
      rests.add(own.get(0).symmetric() ? symmetric : loss, onLine(loss, own));
      own.forEach(row -> rests.restsOn(row.run()));
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

  /** Returns RLL at the α that the paper's authors used, or else at every α there is. */
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

  private List<Replicates> groups(String dataset, Predicate<LossSpec> loss) {
    return evidence.symmetricOnImages().stream()
        .filter(group -> dataset == null || group.condition().setting().dataset().equals(dataset))
        .filter(group -> loss.test(group.condition().loss()))
        .toList();
  }

  private static List<Replicates> noisy(List<Replicates> groups) {
    return groups.stream().filter(group -> !group.condition().clean()).toList();
  }
}
