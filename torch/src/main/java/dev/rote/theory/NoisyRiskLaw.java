package dev.rote.theory;

import java.util.OptionalDouble;

/**
 * The risk that symmetric label noise leads to, for a loss with Σ_j L(h,j) = C (Patel and Sastry
 * 2021, theorem; first in Ghosh et al. 2017, theorem 1):
 *
 * <p>R^η = C·η/(K−1) + (1 − η·K/(K−1))·R
 *
 * <p>For η below (K−1)/K the factor of R is positive, so that networks are in the same order of
 * risk with and without noise.
 *
 * @param classes K, 2 or more
 * @param rate η in [0, 1]
 */
public record NoisyRiskLaw(int classes, double rate) {
  private static final double DECIMALS = 1e12;

  public NoisyRiskLaw {
    if (classes < 2 || !(rate >= 0 && rate <= 1)) {
      throw new IllegalArgumentException(classes + " classes, rate " + rate);
    }
  }

  /**
   * Returns η of the symmetric noise with the given transition matrix, to 12 decimals; empty if the
   * noise is of another kind.
   *
   * @param transition K×K, each row summing to 1
   */
  public static OptionalDouble rateOf(double[][] transition) {
    int classes = transition.length;
    if (classes < 2) {
      return OptionalDouble.empty();
    }
    double other = transition[0][1];
    for (int k = 0; k < classes; k++) {
      for (int j = 0; j < classes; j++) {
        double symmetric = j == k ? 1 - (classes - 1) * other : other;
        if (!(Math.abs(transition[k][j] - symmetric) * DECIMALS <= 1)) {
          return OptionalDouble.empty();
        }
      }
    }
    return OptionalDouble.of(Math.rint((classes - 1) * other * DECIMALS) / DECIMALS);
  }

  /** Returns R^η of a network with risk R. */
  public double noisyRisk(double risk, double constant) {
    return constant * rate / (classes - 1) + slope() * risk;
  }

  /** Returns 1 − ηK/(K−1). */
  public double slope() {
    return 1 - rate * classes / (classes - 1);
  }
}
