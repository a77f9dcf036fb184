package dev.rote.audit;

import dev.rote.random.RandomStreams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * The audit itself: from held-out predictions to a noise rate with its interval and a ranking of
 * all labels. Arrays in, records out; reads no file and trains nothing.
 *
 * <p>The headline is the noise model's estimate; where labels look as if they were mistaken where
 * images are alike, which that model takes for doubt, it leans to the confident joint. Its interval
 * has two parts, added as variances: how far the estimate would move with other samples
 * (bootstrap), and how far it may be off because its premise, noise that depends on the class
 * alone, is not quite true. The second part cannot be computed; it is taken as a share of the
 * labels that the network doubts, and of the distance to the confident joint, which rests on other
 * premises.
 */
public final class Audit {
  private static final int BOOTSTRAPS = 100;
  private static final int BOOTSTRAP_STEPS = 8;
  private static final double NORMAL_QUANTILE = 1.959964;

  /** Share of the distance between estimators that the premise may be off by. */
  private static final double DISAGREEMENT_SHARE = 0.3;

  /** Share of the doubted probability that may be noise taken for doubt, or doubt for noise. */
  private static final double DOUBT_SHARE = 0.05;

  /**
   * How far above the model the confident joint is believed at least: it counts what hides in
   * doubt, but a weak network's own mistakes as well.
   */
  private static final double MOST_HIDDEN = 0.05;

  /** Share of the doubted probability that may be wrong labels which follow likeness. */
  private static final double HIDDEN_SHARE = 0.1;

  /** Where the headline leans to the confident joint, even that counts too little. */
  private static final double BEYOND_SHARE = 0.75;

  /** Nothing is known better than this: a network's mistakes differ from training to training. */
  private static final double FLOOR = 0.002;

  private static final double LEANING_TO_WARN_OF = 0.01;

  private static final int SMALL_CLASS = 30;

  /** Estimators that differ by more than this, and from what the interval says, disagree. */
  private static final double DISAGREEMENT = 0.05;

  private Audit() {}

  /**
   * Audits labels.
   *
   * @param saturation 1 − J1 of a network that was trained on all samples with a loss that resists
   *     memorization, if there was one
   * @param seed of the bootstrap
   */
  public static AuditResult of(HeldOut data, OptionalDouble saturation, long seed) {
    NoiseModel model = NoiseModel.fit(data);
    double fitted = model.noiseRate();
    double[][] prior = NoiseModel.priors(data, model.beta());
    Bootstrap bootstrap = Bootstrap.of(data, model, prior, seed);
    double joint = ConfidentJoint.of(data).noiseRate();
    double mixture = MarginMixture.noiseRate(LabelQuality.normalizedMargin(data));
    double doubt = NoiseModel.doubt(prior);
    double premise =
        FLOOR + DISAGREEMENT_SHARE * Math.abs(fitted - joint) / 2 + DOUBT_SHARE * doubt;
    double more = Math.max(0, joint - fitted);
    double leaning = model.likeness(doubt) * more;
    double believed = Math.min(MOST_HIDDEN, more);
    double hidden =
        believed
            + model.possibleLikeness() * (more - believed)
            + BEYOND_SHARE * leaning
            + HIDDEN_SHARE * doubt;
    double within = NORMAL_QUANTILE * bootstrap.sd();
    double below = Math.hypot(within, NORMAL_QUANTILE * premise / 2);
    double above = Math.hypot(within, Math.max(NORMAL_QUANTILE * premise / 2, hidden));
    List<Estimate> estimates = new ArrayList<>();
    estimates.add(
        new Estimate(
            "noise model",
            Rate.within(fitted, fitted - within, fitted + within),
            "labels against held-out predictions, by maximum likelihood with calibration"));
    estimates.add(
        new Estimate(
            "confident joint",
            Rate.without(joint),
            "labels against confident held-out predictions"));
    estimates.add(
        new Estimate(
            "margin mixture", Rate.without(mixture), "two populations among the held-out margins"));
    saturation.ifPresent(
        value ->
            estimates.add(
                new Estimate(
                    "saturation of J1",
                    Rate.without(value),
                    "training accuracy under a loss that resists memorization")));
    Rate headline = Rate.within(fitted + leaning, fitted - below, fitted + above);
    return new AuditResult(
        headline,
        List.copyOf(estimates),
        warnings(data, headline, estimates),
        classRates(data, model),
        model.transition(),
        bounds(model.transition(), bootstrap.transitionSd(), -1),
        bounds(model.transition(), bootstrap.transitionSd(), 1),
        ranking(data, model),
        model.beta());
  }

  private static List<Suspect> ranking(HeldOut data, NoiseModel model) {
    double[] margin = LabelQuality.normalizedMargin(data);
    return IntStream.range(0, data.size())
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer i) -> -model.logOddsWrong()[i])
                .thenComparingDouble(i -> margin[i])
                .thenComparingInt(i -> i))
        .map(
            i ->
                new Suspect(
                    i,
                    data.labels()[i],
                    model.suggestion(data, i),
                    model.logOddsWrong()[i],
                    model.wrong()[i]))
        .toList();
  }

  private static List<ClassRate> classRates(HeldOut data, NoiseModel model) {
    int[] size = data.counts();
    double[] wrong = new double[data.classes()];
    double[] variance = new double[data.classes()];
    for (int i = 0; i < data.size(); i++) {
      double w = model.wrong()[i];
      wrong[data.labels()[i]] += w;
      variance[data.labels()[i]] += w * (1 - w);
    }
    List<ClassRate> rates = new ArrayList<>();
    for (int k = 0; k < wrong.length; k++) {
      if (size[k] == 0) {
        continue;
      }
      double rate = wrong[k] / size[k];
      // Uncertainty of each label's verdict, and of having these samples and no others.
      double sd =
          Math.sqrt(variance[k] / size[k] / size[k] + rate * (1 - rate) / size[k]) + FLOOR / 2;
      double half = NORMAL_QUANTILE * sd;
      rates.add(
          new ClassRate(
              data.classNames().get(k), size[k], Rate.within(rate, rate - half, rate + half)));
    }
    return List.copyOf(rates);
  }

  private static double[][] bounds(double[][] transition, double[][] sd, int sign) {
    double[][] bounds = new double[transition.length][transition.length];
    for (int k = 0; k < bounds.length; k++) {
      for (int j = 0; j < bounds.length; j++) {
        double bound = transition[k][j] + sign * NORMAL_QUANTILE * sd[k][j];
        bounds[k][j] = Math.max(0, Math.min(1, bound));
      }
    }
    return bounds;
  }

  private static List<String> warnings(HeldOut data, Rate headline, List<Estimate> estimates) {
    List<String> warnings = new ArrayList<>();
    double accuracy = accuracy(data);
    double chance = Arrays.stream(data.counts()).max().orElse(0) / (double) data.size();
    if (accuracy < chance + 0.15 * (1 - chance)) {
      warnings.add(
          text(
              "the network did not fit: it agrees with %.1f%% of the labels, and always naming the most frequent one would with %.1f%%; nothing below can be relied on",
              100 * accuracy, 100 * chance));
    }
    if (headline.value() - estimates.get(0).rate().value() > LEANING_TO_WARN_OF) {
      warnings.add(
          "labels disagree with the network where it doubts, and more than it doubts: they seem to be"
              + " mistaken where images are alike, unless the network is far too sure of itself; the"
              + " headline leans to the confident joint, and the truth may lie well above or below");
    }
    for (Estimate estimate : estimates.subList(1, estimates.size())) {
      double rate = estimate.rate().value();
      boolean outside = rate < headline.low() || rate > headline.high();
      if (outside && Math.abs(rate - headline.value()) > DISAGREEMENT) {
        warnings.add(
            text(
                "the estimators disagree: %s says %.1f%%, the headline %.1f%%",
                estimate.name(), 100 * rate, 100 * headline.value()));
      }
    }
    int[] size = data.counts();
    for (int k = 0; k < size.length; k++) {
      if (size[k] > 0 && size[k] < SMALL_CLASS) {
        warnings.add(
            text(
                "class '%s' has only %d samples: its own noise rate is a guess",
                data.classNames().get(k), size[k]));
      }
    }
    int most = Arrays.stream(size).max().orElse(0);
    int fewest = Arrays.stream(size).filter(n -> n > 0).min().orElse(0);
    if (most > 10 * fewest) {
      warnings.add(
          text(
              "the classes are out of balance: the largest has %,d samples, the smallest %,d; labels of small classes are suspected too easily",
              most, fewest));
    }
    return List.copyOf(warnings);
  }

  private static double accuracy(HeldOut data) {
    double[] margins = LabelQuality.normalizedMargin(data);
    return Arrays.stream(margins).filter(m -> m > 0).count() / (double) margins.length;
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** How far estimates move with other samples. */
  private record Bootstrap(double sd, double[][] transitionSd) {
    static Bootstrap of(HeldOut data, NoiseModel model, double[][] prior, long seed) {
      UniformRandomProvider random = RandomStreams.stream(seed, "bootstrap");
      int n = data.size();
      int classes = data.classes();
      double[] rates = new double[BOOTSTRAPS];
      double[][] sum = new double[classes][classes];
      double[][] squares = new double[classes][classes];
      double[] weights = new double[n];
      for (int b = 0; b < BOOTSTRAPS; b++) {
        Arrays.fill(weights, 0);
        for (int i = 0; i < n; i++) {
          weights[random.nextInt(n)]++;
        }
        NoiseModel.Refit refit = model.refit(data, prior, weights, BOOTSTRAP_STEPS);
        rates[b] = refit.noiseRate();
        for (int k = 0; k < classes; k++) {
          for (int j = 0; j < classes; j++) {
            sum[k][j] += refit.transition()[k][j];
            squares[k][j] += refit.transition()[k][j] * refit.transition()[k][j];
          }
        }
      }
      double[][] sd = new double[classes][classes];
      for (int k = 0; k < classes; k++) {
        for (int j = 0; j < classes; j++) {
          double mean = sum[k][j] / BOOTSTRAPS;
          sd[k][j] = Math.sqrt(Math.max(0, squares[k][j] / BOOTSTRAPS - mean * mean));
        }
      }
      return new Bootstrap(sd(rates), sd);
    }

    private static double sd(double[] values) {
      double mean = Arrays.stream(values).average().orElse(0);
      double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
      return Math.sqrt(squares / (values.length - 1));
    }
  }
}
