package dev.rote.audit;

/**
 * Temperature scaling (Guo et al. 2017, On calibration of modern neural networks, section 4.2):
 * probabilities to the power of β, normalized, with the β that makes the observed labels likeliest.
 *
 * <p>Only overconfident predictions are changed: β lies in [0.02, 1]. A network that is sure of
 * nearly all samples has hardly any order among its confidences; scaling spreads them out.
 */
final class Temperature {
  private static final double LEAST = 0.02;
  private static final double SMALLEST = 1e-12;
  private static final int STEPS = 18;

  /** A β as near to 1 as this is 1. */
  private static final double NEAR_ONE = 0.97;

  /** Probabilities that are looked at; of more, an evenly spaced part of the samples. */
  private static final long ENOUGH = 2_000_000;

  private Temperature() {}

  /** Returns β, by golden section on its logarithm: the log likelihood is concave in β. */
  static double fit(HeldOut data) {
    int stride = (int) Math.max(1, (long) data.size() * data.classes() / ENOUGH);
    double ratio = (Math.sqrt(5) - 1) / 2;
    double low = Math.log(LEAST);
    double high = 0;
    for (int step = 0; step < STEPS; step++) {
      double first = high - ratio * (high - low);
      double second = low + ratio * (high - low);
      if (logLoss(data, stride, Math.exp(first)) < logLoss(data, stride, Math.exp(second))) {
        high = second;
      } else {
        low = first;
      }
    }
    double beta = Math.exp((low + high) / 2);
    return beta > NEAR_ONE ? 1 : beta;
  }

  private static double logLoss(HeldOut data, int stride, double beta) {
    double sum = 0;
    for (int i = 0; i < data.size(); i += stride) {
      float[] p = data.probabilities()[i];
      double total = 0;
      for (float value : p) {
        total += Math.pow(Math.max(value, SMALLEST), beta);
      }
      sum += Math.log(total) - beta * Math.log(Math.max(p[data.labels()[i]], SMALLEST));
    }
    return sum;
  }

  /** Returns the scaled probability of class k. */
  static double scaled(float[] p, int k, double beta) {
    if (beta == 1) {
      return p[k];
    }
    double total = 0;
    for (float value : p) {
      total += Math.pow(Math.max(value, SMALLEST), beta);
    }
    return Math.pow(Math.max(p[k], SMALLEST), beta) / total;
  }
}
