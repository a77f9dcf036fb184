package dev.rote.audit;

import dev.rote.random.StandardNormal;
import java.util.Arrays;

/**
 * The noise rate from the labels that networks resist: those that neither the networks trained on
 * them nor the ones not trained on them predict.
 *
 * <p>Let D be the share of labels that differ from the held-out prediction, and F the share of
 * these that the networks trained on them do predict. Some of them are wrong, a share π, and the
 * others are right labels of samples that are hard to predict:
 *
 * <pre>F = π·w + (1 − π)·h,   so   η = π·D = D·(h − F)/(h − w)</pre>
 *
 * <p>w and h are the shares of wrong and of hard right labels that the networks fit. Neither is
 * known, but both are bounded. Networks that fit the labels that they agree with, a share a near 1,
 * fit nine tenths of the hard right ones too: h has the mean 0.9 − 16·(1 − a) and the deviation
 * 0.05 + 10·(1 − a). Wrong labels are fitted less often than the mixture: the log odds of w lie
 * below those of F by 0.2 to 2. Both hold for networks that resist wrong labels (w about 0.05) and
 * for those that memorize most of them (w about 0.7); docs/audit.md has the measurements. The
 * density of η follows by integrating over w, h and the sampling error of F.
 *
 * <p>Networks that do not even fit what they agree with (a below 0.97) say nothing of the kind;
 * from 0.985 on this evidence counts in full. Neither do networks that fit nearly everything (F
 * above 0.99), since they resist no label, right or wrong; up to 0.97 this evidence counts in full.
 *
 * @param samples N
 * @param disagreement D
 * @param fittedAgreeing a
 * @param fittedDisagreeing F
 */
record ResistedLabels(
    int samples, double disagreement, double fittedAgreeing, double fittedDisagreeing) {
  private static final int GRID = 1000;

  private static final double HARD_FITTED = 0.9;
  private static final double HARD_SLOPE = 16;
  private static final double HARD_DEVIATION = 0.05;
  private static final double DEVIATION_SLOPE = 10;
  private static final double MOST_FITTED = 0.99;
  private static final double LEAST_LOG_ODDS = 0.2;
  private static final double MOST_LOG_ODDS = 2;
  private static final double UNFITTED = 0.97;
  private static final double FITTED = 0.985;
  private static final double RESISTING = 0.97;
  private static final double MEMORIZED = 0.99;

  /** Standard normal values at which the deviations of h and F are taken. */
  private static final int HALF_STEPS = 8;

  private static final double STEP = 0.25;

  /** Steps of the log odds. */
  private static final int ODDS = 15;

  /**
   * Measures D, a and F.
   *
   * @param fitted share of the networks trained on each sample that predict its observed label
   */
  static ResistedLabels of(HeldOut data, double[] fitted) {
    double agreeing = 0;
    double fittedAgreeing = 0;
    double fittedDisagreeing = 0;
    for (int i = 0; i < data.size(); i++) {
      if (data.predicted(i) == data.labels()[i]) {
        agreeing++;
        fittedAgreeing += fitted[i];
      } else {
        fittedDisagreeing += fitted[i];
      }
    }
    double disagreeing = data.size() - agreeing;
    return new ResistedLabels(
        data.size(),
        disagreeing / data.size(),
        agreeing == 0 ? 0 : fittedAgreeing / agreeing,
        (fittedDisagreeing + 0.5) / (disagreeing + 1));
  }

  /** Returns how much this evidence counts, from 0 to 1. */
  double weight() {
    return disagreement == 0
        ? 0
        : share((fittedAgreeing - UNFITTED) / (FITTED - UNFITTED))
            * share((MEMORIZED - fittedDisagreeing) / (MEMORIZED - RESISTING));
  }

  private static double share(double value) {
    return Math.max(0, Math.min(1, value));
  }

  /** Returns the mean of η by this evidence alone. */
  double estimate() {
    return mean(density());
  }

  /**
   * Returns the headline from this evidence and the disagreement curve. The curve bounds the rate
   * from above: disagreement among sure predictions is wrong labels and errors of the network. From
   * below it counts the less, the more this evidence does.
   */
  Rate with(Rate curve) {
    double weight = weight();
    if (weight == 0) {
      return curve;
    }
    double[] density = density();
    double below = Math.max(curve.value() - curve.low(), 0.002) / StandardNormal.QUANTILE_975;
    double above = Math.max(curve.high() - curve.value(), 0.002) / StandardNormal.QUANTILE_975;
    for (int g = 0; g <= GRID; g++) {
      double from = (double) g / GRID - curve.value();
      double log = weight * Math.log(density[g]);
      if (from > 0) {
        log -= from * from / above / above / 2;
      } else {
        log -= (1 - weight) * from * from / below / below / 2;
      }
      density[g] = Math.exp(log);
    }
    double sum = Arrays.stream(density).sum();
    return Rate.within(
        mean(density), quantile(density, 0.025 * sum), quantile(density, 0.975 * sum));
  }

  private static double mean(double[] density) {
    double sum = 0;
    double moment = 0;
    for (int g = 0; g <= GRID; g++) {
      sum += density[g];
      moment += density[g] * g / GRID;
    }
    return moment / sum;
  }

  private static double quantile(double[] density, double share) {
    double sum = 0;
    int g = 0;
    while (g < GRID && sum + density[g] < share) {
      sum += density[g++];
    }
    return (double) g / GRID;
  }

  /** Returns the density of η on a grid of [0, 1]. */
  private double[] density() {
    double[] raw = new double[GRID + 1];
    double centre = HARD_FITTED - HARD_SLOPE * (1 - fittedAgreeing);
    double deviation = HARD_DEVIATION + DEVIATION_SLOPE * (1 - fittedAgreeing);
    double error =
        Math.sqrt(fittedDisagreeing * (1 - fittedDisagreeing) / (samples * disagreement));
    for (int i = -HALF_STEPS; i <= HALF_STEPS; i++) {
      double f = Math.max(1e-6, Math.min(1 - 1e-6, fittedDisagreeing + i * STEP * error));
      for (int j = -HALF_STEPS; j <= HALF_STEPS; j++) {
        double hard = Math.max(f, Math.min(MOST_FITTED, centre + j * STEP * deviation));
        double likely = Math.exp(-(i * i + j * j) * STEP * STEP / 2);
        for (int s = 0; s < ODDS; s++) {
          double odds = LEAST_LOG_ODDS + (MOST_LOG_ODDS - LEAST_LOG_ODDS) * s / (ODDS - 1);
          double wrong = 1 / (1 + Math.exp(odds) * (1 - f) / f);
          double share = (hard - f) / Math.max(hard - wrong, 1e-9);
          raw[(int) Math.round(GRID * share * disagreement)] += likely;
        }
      }
    }
    return smoothed(raw, GRID * Math.max(0.004, 0.1 / Math.sqrt(samples)));
  }

  /** Smoothes by a normal kernel, and leaves every rate a small density. */
  private static double[] smoothed(double[] raw, double deviation) {
    double[] density = new double[raw.length];
    double sum = Arrays.stream(raw).sum();
    int reach = (int) Math.ceil(4 * deviation);
    for (int g = 0; g < raw.length; g++) {
      if (raw[g] > 0) {
        for (int to = Math.max(0, g - reach); to < Math.min(raw.length, g + reach + 1); to++) {
          double z = (to - g) / deviation;
          density[to] += raw[g] / sum * Math.exp(-z * z / 2);
        }
      }
    }
    for (int g = 0; g < density.length; g++) {
      density[g] += 1e-8;
    }
    return density;
  }
}
