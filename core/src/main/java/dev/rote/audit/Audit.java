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
 * <p>The headline is the mean over the noise models that the labels leave possible. Its interval
 * has three parts, added as variances: how far the estimate would move with other samples
 * (bootstrap); how far the possible models differ; and how far all of them may be off, because none
 * is quite true. The third cannot be computed; it is taken as a share of what the network doubts.
 */
public final class Audit {
  private static final int BOOTSTRAPS = 100;
  private static final int BOOTSTRAP_STEPS = 8;
  private static final double NORMAL_QUANTILE = 1.959964;

  /** Share of what the network doubts that the models may be off by, all of them together. */
  private static final double DOUBT_SHARE = 0.2;

  /** Nothing is known better than this: a network's mistakes differ from training to training. */
  private static final double FLOOR = 0.004;

  /** N labels of which none is wrong leave open a rate of 3/N (the rule of three). */
  private static final double RULE_OF_THREE = 3;

  /** Where the possible models differ by more, a warning says what would decide. */
  private static final double UNDECIDED = 0.03;

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
    NoisePosterior posterior = NoisePosterior.of(data);
    NoiseModel.Refit refit = posterior.likeliest().new Refit(data);
    Bootstrap bootstrap = Bootstrap.of(data, refit, seed);
    double joint = ConfidentJoint.of(data).noiseRate();
    double mixture = MarginMixture.noiseRate(LabelQuality.normalizedMargin(data));
    double rate = posterior.rate();
    double premise =
        FLOOR + RULE_OF_THREE / data.size() + DOUBT_SHARE * posterior.likeliest().doubt();
    double within = NORMAL_QUANTILE * Math.hypot(bootstrap.sd(), posterior.rateDeviation());
    double half = Math.hypot(within, premise);
    List<Estimate> estimates = new ArrayList<>();
    estimates.add(
        new Estimate(
            "noise model",
            Rate.within(rate, rate - within, rate + within),
            "labels against held-out predictions, over models of how they came about"));
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
    double[][] transition = refit.labelled();
    Rate headline = Rate.within(rate, rate - half, rate + half);
    return new AuditResult(
        headline,
        accuracy(data) >= fitting(data),
        List.copyOf(estimates),
        warnings(data, posterior, headline, estimates),
        classRates(data, posterior),
        transition,
        bounds(transition, bootstrap.transitionSd(), -1),
        bounds(transition, bootstrap.transitionSd(), 1),
        ranking(data, posterior),
        posterior.likeliest().beta(),
        posterior.byLikeness());
  }

  private static List<Suspect> ranking(HeldOut data, NoisePosterior posterior) {
    double[] margin = LabelQuality.normalizedMargin(data);
    return IntStream.range(0, data.size())
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer i) -> -posterior.logOddsWrong(i))
                .thenComparingDouble(i -> margin[i])
                .thenComparingInt(i -> i))
        .map(
            i ->
                new Suspect(
                    i,
                    data.labels()[i],
                    posterior.verdict().suggested()[i],
                    posterior.logOddsWrong(i),
                    posterior.verdict().wrong()[i]))
        .toList();
  }

  private static List<ClassRate> classRates(HeldOut data, NoisePosterior posterior) {
    int[] size = data.counts();
    double[] wrong = new double[data.classes()];
    double[] variance = new double[data.classes()];
    for (int i = 0; i < data.size(); i++) {
      double w = posterior.verdict().wrong()[i];
      wrong[data.labels()[i]] += w;
      variance[data.labels()[i]] += w * (1 - w);
    }
    List<ClassRate> rates = new ArrayList<>();
    for (int k = 0; k < wrong.length; k++) {
      if (size[k] == 0) {
        continue;
      }
      double rate = wrong[k] / size[k];
      // Uncertainty of the model, of each label's verdict, and of having these samples and no
      // others.
      double sd =
          Math.hypot(
              posterior.rateDeviation(),
              Math.sqrt(variance[k] / size[k] / size[k] + rate * (1 - rate) / size[k]) + FLOOR / 2);
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

  private static List<String> warnings(
      HeldOut data, NoisePosterior posterior, Rate headline, List<Estimate> estimates) {
    List<String> warnings = new ArrayList<>();
    if (accuracy(data) < fitting(data)) {
      warnings.add(
          text(
              "the networks learned too little to judge these labels: they agree with %.1f%% of"
                  + " them, and always naming the most frequent class would with %.1f%%; train"
                  + " longer, on more samples, or another network",
              100 * accuracy(data), 100 * chance(data)));
    }
    if (posterior.rateDeviation() > UNDECIDED) {
      warnings.add(
          "where the network doubts, labels and predictions leave open which of them is mistaken,"
              + " so that the interval is wide: a network that is right more often would narrow it,"
              + " by more images or more training");
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
              "the classes are out of balance: the largest has %,d samples, the smallest %,d;"
                  + " labels of small classes are suspected too easily",
              most, fewest));
    }
    return List.copyOf(warnings);
  }

  private static double chance(HeldOut data) {
    return Arrays.stream(data.counts()).max().orElse(0) / (double) data.size();
  }

  /** Agreement below which a network has learned next to nothing. */
  private static double fitting(HeldOut data) {
    return chance(data) + 0.15 * (1 - chance(data));
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
    static Bootstrap of(HeldOut data, NoiseModel.Refit refit, long seed) {
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
        NoiseModel.Refitted refitted = refit.of(weights, BOOTSTRAP_STEPS);
        rates[b] = refitted.noiseRate();
        for (int k = 0; k < classes; k++) {
          for (int j = 0; j < classes; j++) {
            sum[k][j] += refitted.labelled()[k][j];
            squares[k][j] += refitted.labelled()[k][j] * refitted.labelled()[k][j];
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
