package dev.rote.audit;

import java.util.Arrays;
import org.apache.commons.numbers.gamma.LogGamma;

/**
 * The noise rate as the weight of the lower of two populations of margins: normalized margins,
 * moved to (0, 1), as a mixture of two beta distributions, fitted by expectation and maximization
 * with the method of moments (as Arazo et al. 2019 fit losses).
 */
final class MarginMixture {
  private static final int STEPS = 60;
  private static final double EDGE = 1e-3;

  private MarginMixture() {}

  /** Weight of the lower component. */
  static double noiseRate(double[] margins) {
    double[] x =
        Arrays.stream(margins).map(m -> Math.min(1 - EDGE, Math.max(EDGE, (m + 1) / 2))).toArray();
    double[] low = {1, 4};
    double[] high = {4, 1};
    double weight = 0.2;
    double[] ofLow = new double[x.length];
    for (int step = 0; step < STEPS; step++) {
      for (int i = 0; i < x.length; i++) {
        double a = Math.log(weight) + logBeta(x[i], low);
        double b = Math.log(1 - weight) + logBeta(x[i], high);
        ofLow[i] = 1 / (1 + Math.exp(Math.max(-700, Math.min(700, b - a))));
      }
      weight = Math.min(1 - EDGE, Math.max(1e-5, Arrays.stream(ofLow).average().orElse(0)));
      low = moments(x, ofLow, false);
      high = moments(x, ofLow, true);
      if (low[0] / (low[0] + low[1]) > high[0] / (high[0] + high[1])) {
        double[] swapped = low;
        low = high;
        high = swapped;
        weight = 1 - weight;
      }
    }
    return weight;
  }

  private static double[] moments(double[] x, double[] ofLow, boolean complement) {
    double sum = 0;
    double mean = 0;
    for (int i = 0; i < x.length; i++) {
      double w = complement ? 1 - ofLow[i] : ofLow[i];
      sum += w;
      mean += w * x[i];
    }
    mean = sum < 1e-9 ? 0.5 : mean / sum;
    double variance = 0;
    for (int i = 0; i < x.length; i++) {
      double w = complement ? 1 - ofLow[i] : ofLow[i];
      variance += w * (x[i] - mean) * (x[i] - mean);
    }
    variance = Math.max(1e-6, sum < 1e-9 ? 0.05 : variance / sum);
    double common = Math.max(0.5, mean * (1 - mean) / variance - 1);
    return new double[] {Math.max(1e-2, mean * common), Math.max(1e-2, (1 - mean) * common)};
  }

  private static double logBeta(double x, double[] shape) {
    return (shape[0] - 1) * Math.log(x)
        + (shape[1] - 1) * Math.log1p(-x)
        - logGamma(shape[0])
        - logGamma(shape[1])
        + logGamma(shape[0] + shape[1]);
  }

  private static double logGamma(double x) {
    return LogGamma.value(x);
  }
}
