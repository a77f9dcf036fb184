package dev.rote.audit;

import dev.rote.random.StandardNormal;
import dev.rote.text.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The audit itself: from held-out predictions to a noise rate with its interval and a ranking of
 * all labels. Takes arrays and returns records; reads no file and trains nothing.
 */
public final class Audit {
  /** Nothing can be said about the rates of classes with fewer samples. */
  private static final int SMALL_CLASS = 20;

  /** Intervals that are wider than this, from end to end, are explained. */
  private static final double WIDE = 0.08;

  /** With fewer samples, their number alone makes intervals wide. */
  private static final int FEW_SAMPLES = 200;

  /** Cohen's kappa of labels and predictions below which a network has learned too little. */
  private static final double LEAST_KAPPA = 0.1;

  private Audit() {}

  /**
   * Audits labels by held-out predictions.
   *
   * <p>A sample that is alone in its class is not judged: nothing held out can know its class. It
   * comes last in the ranking, with the probability 0.
   *
   * @throws InputException if fewer than two classes have two samples
   */
  public static AuditResult of(HeldOut data) {
    return of(data, Optional.empty());
  }

  /**
   * Audits labels by held-out predictions, and by what the networks that were trained on the labels
   * make of them.
   *
   * @param data holds the probabilities of {@code dynamics}
   * @throws InputException if fewer than two classes have two samples
   */
  public static AuditResult of(HeldOut data, Dynamics dynamics) {
    return of(data, Optional.of(dynamics));
  }

  private static AuditResult of(HeldOut data, Optional<Dynamics> dynamics) {
    int[] size = data.counts();
    int[] judged =
        IntStream.range(0, data.size()).filter(i -> size[data.labels()[i]] > 1).toArray();
    if (judged.length == data.size()) {
      return ofJudged(data, dynamics);
    }
    if (Arrays.stream(size).filter(n -> n > 1).count() < 2) {
      throw new InputException(
          "fewer than two classes have two samples or more, so an audit cannot compare any; add"
              + " samples");
    }
    int[] alone =
        IntStream.range(0, data.size()).filter(i -> size[data.labels()[i]] == 1).toArray();
    AuditResult result = ofJudged(data.select(judged), dynamics.map(d -> d.select(judged)));
    List<Suspect> ranking = new ArrayList<>();
    for (Suspect s : result.ranking()) {
      ranking.add(
          new Suspect(
              judged[s.position()], s.observed(), s.suggested(), s.score(), s.probabilityWrong()));
    }
    double least = ranking.get(ranking.size() - 1).score();
    for (int i : alone) {
      ranking.add(
          new Suspect(
              i, data.labels()[i], data.labels()[i], least, result.fitted() ? 0 : Double.NaN));
    }
    return result
        .ranked(ranking)
        .warning(
            List.of(
                text(
                    "classes with a single sample: %,d, such as '%s'; these samples are not judged",
                    alone.length, data.classNames().get(data.labels()[alone[0]]))));
  }

  private static AuditResult ofJudged(HeldOut data, Optional<Dynamics> dynamics) {
    DisagreementCurve curve = DisagreementCurve.of(data);
    ConfidentJoint joint = ConfidentJoint.of(data);
    Agreement agreement = Agreement.of(data);
    if (!agreement.fitted()) {
      return unfitted(data, agreement, LabelDoubt.of(data, dynamics, joint, curve.rate().value()));
    }
    Optional<ResistedLabels> resisted =
        dynamics.map(d -> ResistedLabels.of(data, d.fitted())).filter(r -> r.weight() > 0);
    Optional<IndependentNetworks> independent = dynamics.map(d -> IndependentNetworks.of(data, d));
    Rate headline = headline(curve.rate(), resisted, independent);
    LabelDoubt doubt = LabelDoubt.of(data, dynamics, joint, headline.value());
    List<Estimate> estimates = new ArrayList<>();
    if (!headline.equals(curve.rate())) {
      estimates.add(new Estimate("combined", headline, "all that the networks show"));
    }
    resisted.ifPresent(
        r ->
            estimates.add(
                new Estimate(
                    "resisted labels",
                    Rate.without(r.estimate()),
                    "labels that not even the networks trained on them predict")));
    independent.ifPresent(
        i ->
            estimates.add(
                new Estimate(
                    "independent networks",
                    Rate.without(i.bound()),
                    "labels that networks trained apart contradict together, a lower bound")));
    estimates.add(
        new Estimate(
            "disagreement curve",
            curve.rate(),
            "labels against predictions, by how sure the predictions are"));
    estimates.add(
        new Estimate(
            "confident joint",
            Rate.without(joint.noiseRate()),
            "labels against predictions above the mean confidence of their class"));
    estimates.add(
        new Estimate(
            "surest predictions",
            Rate.without(curve.certain()),
            "labels that differ where the network is sure; its confident mistakes count too"));
    estimates.add(
        new Estimate(
            "all disagreement",
            Rate.without(curve.disagreement()),
            "labels that differ from the predicted class; all mistakes of the network count too"));
    dynamics
        .map(Dynamics::saturation)
        .orElse(OptionalDouble.empty())
        .ifPresent(
            value ->
                estimates.add(
                    new Estimate(
                        "saturation of J1",
                        Rate.without(Math.max(0, Math.min(1, value))),
                        "training accuracy of the network on all samples")));
    int first = AuditResult.suspects(headline.value(), doubt.ordered());
    return new AuditResult(
        headline,
        Rate.within(
            doubt.expectedShare(first, headline.value()),
            doubt.expectedShare(first, headline.low()),
            doubt.expectedShare(first, headline.high())),
        true,
        List.copyOf(estimates),
        warnings(data, headline),
        classRates(data, doubt, headline),
        Transition.of(data, doubt, headline),
        ranking(data, doubt));
  }

  private static Rate headline(
      Rate curve, Optional<ResistedLabels> resisted, Optional<IndependentNetworks> independent) {
    if (independent.isEmpty()) {
      return curve;
    }
    Rate bounded = independent.get().with(curve);
    if (resisted.isEmpty()) {
      return bounded;
    }
    boolean alone = resisted.get().weight() == 1; // the lower end of the curve does not count
    return resisted.get().with(alone ? curve : bounded).atLeast(independent.get().bound());
  }

  /** Returns an order and no figures, since a figure would claim knowledge that there is not. */
  private static AuditResult unfitted(HeldOut data, Agreement agreement, LabelDoubt doubt) {
    return new AuditResult(
        Rate.UNKNOWN,
        Rate.UNKNOWN,
        false,
        List.of(),
        List.of(
            text(
                "the networks learned too little to judge these labels: they agree with %.1f%% of"
                    + " them, and predictions that ignore the samples would with %.1f%%; train"
                    + " longer, on more samples, or another network",
                100 * agreement.share(), 100 * agreement.byChance())),
        List.of(),
        Transition.NONE,
        ranking(data, doubt).stream()
            .map(s -> new Suspect(s.position(), s.observed(), s.suggested(), s.score(), Double.NaN))
            .toList());
  }

  private static List<Suspect> ranking(HeldOut data, LabelDoubt doubt) {
    return IntStream.range(0, data.size())
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer i) -> -doubt.score()[i])
                .thenComparingDouble(i -> data.probabilities()[i][data.labels()[i]])
                .thenComparingInt(i -> i))
        .map(
            i ->
                new Suspect(
                    i, data.labels()[i], doubt.suggested()[i], doubt.score()[i], doubt.wrong()[i]))
        .toList();
  }

  /**
   * Rates of the labels that occur, from the probabilities that sum to the headline, whose
   * uncertainty they share; unknown for small classes.
   */
  private static List<ClassRate> classRates(HeldOut data, LabelDoubt doubt, Rate headline) {
    int[] size = data.counts();
    double[] wrong = new double[data.classes()];
    for (int i = 0; i < data.size(); i++) {
      wrong[data.labels()[i]] += doubt.wrong()[i];
    }
    List<ClassRate> rates = new ArrayList<>();
    for (int k = 0; k < wrong.length; k++) {
      if (size[k] > 0) {
        rates.add(
            new ClassRate(
                data.classNames().get(k),
                size[k],
                size[k] < SMALL_CLASS
                    ? Rate.UNKNOWN
                    : part(wrong[k] / size[k], size[k], headline)));
      }
    }
    return List.copyOf(rates);
  }

  /**
   * Returns a rate among some of the samples. Its interval combines the headline's, in proportion,
   * with the sampling error of {@code samples} samples.
   */
  static Rate part(double rate, double samples, Rate headline) {
    double down = headline.value() == 0 ? 0 : rate * (1 - headline.low() / headline.value());
    double up =
        headline.value() == 1
            ? 0
            : (1 - rate) * (headline.high() - headline.value()) / (1 - headline.value());
    double share = (rate * samples + 1) / (samples + 2);
    double sampling =
        StandardNormal.QUANTILE_975 * Math.sqrt(share * (1 - share) / Math.max(1, samples));
    return Rate.within(rate, rate - Math.hypot(down, sampling), rate + Math.hypot(up, sampling));
  }

  private static List<String> warnings(HeldOut data, Rate headline) {
    List<String> warnings = new ArrayList<>();
    if (headline.high() - headline.low() > WIDE && data.size() < FEW_SAMPLES) {
      warnings.add("the interval is wide because there are few samples");
    } else if (headline.high() - headline.low() > WIDE) {
      warnings.add(
          "the interval is wide because predictions alone do not show whether the network or the"
              + " label is mistaken where the network doubts; a network that is right more often"
              + " narrows it");
    }
    int[] size = data.counts();
    long small = Arrays.stream(size).filter(n -> n > 0 && n < SMALL_CLASS).count();
    if (small > 0) {
      warnings.add(
          text(
              "classes with fewer than %d samples: %,d of %,d; nothing can be said about their own"
                  + " noise rates",
              SMALL_CLASS, small, Arrays.stream(size).filter(n -> n > 0).count()));
    }
    int most = Arrays.stream(size).max().orElse(0);
    int fewest = Arrays.stream(size).filter(n -> n > 0).min().orElse(0);
    if (most > 10 * fewest) {
      warnings.add(
          text(
              "the classes are imbalanced: the largest has %,d samples, the smallest %,d; labels of"
                  + " small classes are suspected too easily",
              most, fewest));
    }
    return List.copyOf(warnings);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /**
   * Agreement of labels and predicted classes.
   *
   * @param share of the samples whose label is the predicted class
   * @param byChance the share to expect if labels and predictions were independent
   */
  private record Agreement(double share, double byChance, int samples) {
    static Agreement of(HeldOut data) {
      double[] margins = LabelQuality.normalizedMargin(data);
      double[] predicted = new double[data.classes()];
      double agreeing = 0;
      for (int i = 0; i < data.size(); i++) {
        predicted[data.predicted(i)]++;
        agreeing += margins[i] > 0 ? 1 : 0;
      }
      double n = data.size();
      int[] size = data.counts();
      double chance = 0;
      for (int k = 0; k < predicted.length; k++) {
        chance += predicted[k] / n * (size[k] / n);
      }
      return new Agreement(agreeing / n, chance, data.size());
    }

    /**
     * Returns whether predictions and labels agree clearly more often than by chance (Cohen 1960).
     */
    boolean fitted() {
      double above = share - byChance;
      double error = Math.sqrt(byChance * (1 - byChance) / samples);
      return above >= LEAST_KAPPA * (1 - byChance) && above >= StandardNormal.QUANTILE_975 * error;
    }
  }
}
