package dev.rote.audit;

import dev.rote.data.Duplicates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What an audit found.
 *
 * @param noiseRate headline estimate of the share of wrong labels; {@link Rate#UNKNOWN} if not
 *     fitted
 * @param precision share of wrong labels to expect among the {@link #suspects()}; its interval
 *     follows from that of the noise rate
 * @param fitted whether predictions and labels agree clearly more often than by chance; if not,
 *     there are no figures: rates are unknown, probabilities of being wrong NaN, and estimates,
 *     class rates and transition matrices empty
 * @param estimates all estimators side by side, the headline's first
 * @param warnings what to be careful about, in words
 * @param classRates the noise of every class that occurs among the labels
 * @param transition the estimated noise matrix
 * @param ranking all samples, most suspect first; their probabilities of being wrong sum to the
 *     headline times the number of samples, but for copies with different labels
 */
public record AuditResult(
    Rate noiseRate,
    Rate precision,
    boolean fitted,
    List<Estimate> estimates,
    List<String> warnings,
    List<ClassRate> classRates,
    Transition transition,
    List<Suspect> ranking) {
  /** Share of the suspects that is expected to be wrong, at least. */
  private static final double LEAST_PRECISION = 0.75;

  /** Verdict where the networks learned too little. */
  public static final String NO_VERDICT =
      "The networks learned too little to say how many of these labels are wrong.";

  /** Returns this result with further warnings, which come first. */
  public AuditResult warning(List<String> more) {
    List<String> all = new ArrayList<>(more);
    all.addAll(warnings);
    return with(estimates, all, ranking);
  }

  /** Returns this result with a further estimate, which comes last; only if it is fitted. */
  public AuditResult estimate(Estimate more) {
    if (!fitted) {
      return this;
    }
    List<Estimate> all = new ArrayList<>(estimates);
    all.add(more);
    return with(all, warnings, ranking);
  }

  /** Returns this result with another ranking. */
  AuditResult ranked(List<Suspect> other) {
    return with(estimates, warnings, other);
  }

  /**
   * Returns this result with the copies of one image that carry different labels first, group by
   * group: those that differ from the label of most copies, which are wrong for certain, or all
   * copies where no label is the most frequent. Their probabilities are raised accordingly.
   *
   * @param groups groups of copies, by position
   */
  public AuditResult copiesFirst(List<Duplicates.Group> groups) {
    return first(groups, true);
  }

  /**
   * Returns this result with images that are nearly the same under different labels first, as
   * {@link #copiesFirst} does with exact copies. A label is wrong with the share of its group that
   * carries another, or more.
   *
   * @param groups groups of near duplicates, by position
   */
  public AuditResult nearDuplicatesFirst(List<Duplicates.Group> groups) {
    return first(groups, false);
  }

  private AuditResult first(List<Duplicates.Group> groups, boolean exact) {
    Map<Integer, Suspect> first = new LinkedHashMap<>();
    Map<Integer, Suspect> judged = new HashMap<>();
    ranking.forEach(suspect -> judged.put(suspect.position(), suspect));
    double most = ranking.get(0).score();
    for (Duplicates.Group group : groups) {
      Optional<Integer> majority = group.majority();
      long kinds = group.labels().stream().distinct().count();
      for (int i = 0; i < group.labels().size() && kinds > 1; i++) {
        int label = group.labels().get(i);
        int position = group.positions().get(i);
        if (majority.isEmpty() || majority.get() != label) {
          int other =
              majority.orElseGet(
                  () -> group.labels().stream().filter(l -> l != label).findFirst().orElseThrow());
          double others = group.labels().stream().filter(l -> l != label).count();
          double wrong = exact && majority.isPresent() ? 1 : others / group.labels().size();
          double already = judged.get(position).probabilityWrong();
          double probability = Double.isNaN(already) ? wrong : Math.max(already, wrong);
          first.put(position, new Suspect(position, label, other, most, probability));
        }
      }
    }
    if (first.isEmpty()) {
      return this;
    }
    List<Suspect> all = new ArrayList<>(first.values());
    ranking.stream().filter(s -> !first.containsKey(s.position())).forEach(all::add);
    return new AuditResult(
        noiseRate,
        fitted ? precisionOf(all) : precision,
        fitted,
        estimates,
        warnings,
        classRates,
        transition,
        List.copyOf(all));
  }

  /** Returns the precision of the suspects of another ranking, with an interval as wide as now. */
  private Rate precisionOf(List<Suspect> other) {
    double[] wrong = other.stream().mapToDouble(Suspect::probabilityWrong).toArray();
    int first = suspects(noiseRate.value(), wrong);
    double mean = Arrays.stream(wrong, 0, first).average().orElse(0);
    return first == 0
        ? Rate.within(0, 0, 0)
        : Rate.within(
            mean,
            mean - (precision.value() - precision.low()),
            mean + (precision.high() - precision.value()));
  }

  private AuditResult with(
      List<Estimate> otherEstimates, List<String> otherWarnings, List<Suspect> otherRanking) {
    return new AuditResult(
        noiseRate,
        precision,
        fitted,
        List.copyOf(otherEstimates),
        List.copyOf(otherWarnings),
        classRates,
        transition,
        List.copyOf(otherRanking));
  }

  /** Returns the estimated number of wrong labels. */
  public int wrong() {
    return (int) Math.round(noiseRate.value() * ranking.size());
  }

  /**
   * Returns how many labels to look at, from the first of the ranking: as many as are estimated to
   * be wrong, but no more than leave three of four expected to be wrong.
   */
  public int suspects() {
    return suspects(
        noiseRate.value(), ranking.stream().mapToDouble(Suspect::probabilityWrong).toArray());
  }

  /** Returns the number of suspects from the probabilities of being wrong, the largest first. */
  static int suspects(double noiseRate, double[] wrong) {
    int most = (int) Math.round(noiseRate * wrong.length);
    int suspects = 0;
    double sum = 0;
    for (int i = 0; i < most; i++) {
      sum += wrong[i];
      if (sum >= LEAST_PRECISION * (i + 1)) {
        suspects = i + 1;
      }
    }
    return suspects;
  }

  /**
   * Returns the likeliest class of each sample: the suggested one where it is likelier than the
   * label. A suggestion s for a sample with label y is right with the probability w·p_s/(1 − p_y),
   * w being the probability that y is wrong.
   *
   * @param data the samples of the ranking
   */
  public int[] corrected(HeldOut data) {
    int[] labels = data.labels().clone();
    for (Suspect suspect : ranking) {
      float[] p = data.probabilities()[suspect.position()];
      double wrong = suspect.probabilityWrong();
      double others = 1 - p[suspect.observed()];
      if (wrong * p[suspect.suggested()] > (1 - wrong) * others) {
        labels[suspect.position()] = suspect.suggested();
      }
    }
    return labels;
  }

  /** Returns how many of the first {@link #suspects()} labels are expected to be wrong. */
  public int expectedWrong() {
    return (int) Math.round(precision.value() * suspects());
  }

  /** Returns the result in one to three plain sentences, the most important first. */
  public String verdict() {
    if (!fitted) {
      return NO_VERDICT;
    }
    int samples = ranking.size();
    StringBuilder text = new StringBuilder();
    String interval =
        noiseRate.low() <= 0
            ? "at most " + Rate.percent(noiseRate.high())
            : "%s to %s".formatted(Rate.percent(noiseRate.low()), Rate.percent(noiseRate.high()));
    text.append(
        String.format(
            Locale.ROOT,
            "About %s of the labels are wrong (95%% interval: %s): about %,d of %,d.",
            Rate.percent(noiseRate.value()),
            interval,
            wrong(),
            samples));
    estimates.stream()
        .filter(estimate -> estimate.name().equals("confident joint"))
        .map(estimate -> estimate.rate().value())
        .filter(value -> value < noiseRate.low() || value > noiseRate.high())
        .forEach(
            value ->
                text.append(" The confident joint disagrees: it says ")
                    .append(Rate.percent(value))
                    .append('.'));
    if (suspects() > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              " Of the %,d most suspect labels, about %,d (%,d to %,d) are expected to be wrong.",
              suspects(),
              expectedWrong(),
              Math.round(precision.low() * suspects()),
              Math.round(precision.high() * suspects())));
    }
    if (suspects() < wrong()) {
      text.append(
          suspects() == 0
              ? " No list of labels is likely to be mostly wrong: the networks are too weak to tell"
                  + " which ones are."
              : " The networks are too weak to tell which other labels are wrong.");
    }
    return text.toString();
  }
}
