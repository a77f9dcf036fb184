package dev.rote.audit;

import dev.rote.random.RandomStreams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which {@linkplain NoiseModel noise models} the labels speak for. What it means that a label
 * disagrees with a network in doubt, a mistake of the network or of who labelled, is decided by β
 * and τ, and labels alone decide these badly: where several do, all have a say.
 *
 * <p>Over a grid of β and τ, each with its T and λ at their most likely, the weight of a model is
 *
 * <pre>w ∝ exp(ζ·L) · exp(−(log β − m)²/2σ²) · (1 − λ)⁴, ζ = c/(c + N)</pre>
 *
 * <p>L is the log-likelihood of all N labels. The power ζ makes them count as c at most: the models
 * are never quite true, and their small faults would else tell them apart (Miller and Dunson 2019,
 * Robust Bayesian inference via coarsening, section 2). Before any label is seen, networks are
 * taken to be somewhat too sure of themselves, as they mostly are (Guo et al. 2017, On calibration
 * of modern neural networks): β around e^m = 0.7, a factor e^σ off; and below that as far as leaves
 * them little doubt, since networks that are nearly always right can be far too sure. And labels
 * are taken to be given by class rather than by likeness, where both say the same: a network too
 * sure by a factor 1/τ, beside right labels, predicts the same labels as one that is calibrated,
 * beside labels of which all go by a likeness that is blurred by τ.
 *
 * @param models those that count, the likeliest first
 * @param weights of them, which sum to 1
 * @param verdict of all together: mean of their probabilities, suggestions of the likeliest
 * @param rate mean of their noise rates
 * @param rateDeviation standard deviation of their noise rates
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NoisePosterior(
    List<NoiseModel> models,
    double[] weights,
    NoiseModel.Verdict verdict,
    double rate,
    double rateDeviation) {
  private static final double[] EYES = {0, 1, 0.5, 0.25};
  private static final double LOWEST_BETA = 0.25;
  private static final double HIGHEST_BETA = 3;
  private static final int BETAS = 22;

  /**
   * m. Residual networks that audits trained on CIFAR-10 (10,000 and 16,667 images of it; right on
   * 68% and 77%) have their truest probabilities at β = 0.72 and 0.78.
   */
  private static final double LOG_BETA = -0.35;

  /** σ. */
  private static final double LOG_BETA_DEVIATION = 0.15;

  /** As long as a network then doubts no more, it may be as much too sure of itself as it likes. */
  private static final double HARMLESS_DOUBT = 0.05;

  /** The power of 1 − λ. */
  private static final double BY_CLASS = 4;

  /** c. */
  private static final double COARSENING = 1000;

  /** Of many samples, so many fit the models, or as many as have so many probabilities. */
  private static final int FITTED = 20_000;

  private static final int FITTED_ENTRIES = 2_000_000;

  /** Models that weigh less have no say. */
  private static final double NEGLIGIBLE = 0.01;

  /** Fits all. */
  static NoisePosterior of(HeldOut data) {
    int fitted = Math.min(data.size(), Math.max(FITTED, FITTED_ENTRIES / data.classes()));
    int[] at =
        Arrays.stream(RandomStreams.permutation(data.size(), 0, "noise posterior", 0))
            .limit(fitted)
            .mapToInt(Math::toIntExact)
            .toArray();
    List<NoiseModel> all =
        Arrays.stream(EYES)
            .boxed()
            .parallel()
            .flatMap(eye -> fits(data, at, eye).stream())
            .toList();
    double[] log = all.stream().mapToDouble(model -> logWeight(model, at.length)).toArray();
    double most = Arrays.stream(log).max().orElseThrow();
    double[] weight = Arrays.stream(log).map(l -> Math.exp(l - most)).toArray();
    double sum = Arrays.stream(weight).sum();
    List<Integer> order =
        IntStream.range(0, weight.length)
            .boxed()
            .filter(i -> weight[i] / sum >= NEGLIGIBLE || log[i] == most)
            .sorted((a, b) -> Double.compare(weight[b], weight[a]))
            .toList();
    double kept = order.stream().mapToDouble(i -> weight[i]).sum();
    return together(
        data,
        order.stream().map(all::get).toList(),
        order.stream().mapToDouble(i -> weight[i] / kept).toArray());
  }

  private static double logWeight(NoiseModel model, int samples) {
    double counted = samples * COARSENING / (COARSENING + samples);
    double off = (Math.log(model.beta()) - LOG_BETA) / LOG_BETA_DEVIATION;
    if (off < 0) {
      off *= Math.max(0, Math.min(1, model.doubt() / HARMLESS_DOUBT - 1));
    }
    return counted * model.logLikelihood()
        - off * off / 2
        + BY_CLASS * Math.log1p(-model.byLikeness());
  }

  /** For each β, beginning at what was fitted for the one before. */
  private static List<NoiseModel> fits(HeldOut data, int[] at, double eye) {
    List<NoiseModel> fits = new ArrayList<>();
    NoiseModel model = NoiseModel.start(data.classes(), eye);
    for (int i = 0; i < BETAS; i++) {
      double beta = HIGHEST_BETA * Math.pow(LOWEST_BETA / HIGHEST_BETA, (double) i / (BETAS - 1));
      model = model.fit(data, at, beta);
      fits.add(model);
    }
    return fits;
  }

  private static NoisePosterior together(HeldOut data, List<NoiseModel> models, double[] weights) {
    double[] right = new double[data.size()];
    double[] wrong = new double[data.size()];
    double[] rates = new double[models.size()];
    int[] suggested = null;
    for (int m = 0; m < rates.length; m++) {
      NoiseModel.Verdict verdict = models.get(m).judge(data);
      suggested = suggested == null ? verdict.suggested() : suggested;
      for (int i = 0; i < right.length; i++) {
        right[i] += weights[m] * verdict.right()[i];
        wrong[i] += weights[m] * verdict.wrong()[i];
      }
      rates[m] = verdict.noiseRate();
    }
    double mean = 0;
    double squares = 0;
    for (int m = 0; m < rates.length; m++) {
      mean += weights[m] * rates[m];
      squares += weights[m] * rates[m] * rates[m];
    }
    return new NoisePosterior(
        models,
        weights,
        new NoiseModel.Verdict(right, wrong, suggested),
        mean,
        Math.sqrt(Math.max(0, squares - mean * mean)));
  }

  /** The likeliest model. */
  NoiseModel likeliest() {
    return models.get(0);
  }

  /** Share of the labels that go by likeness, λ, mean over the models. */
  double byLikeness() {
    double mean = 0;
    for (int m = 0; m < weights.length; m++) {
      mean += weights[m] * models.get(m).byLikeness();
    }
    return mean;
  }

  /** Log odds that label {@code i} is wrong. */
  double logOddsWrong(int i) {
    return Math.log(verdict.wrong()[i]) - Math.log(verdict.right()[i]);
  }
}
