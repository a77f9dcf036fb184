package dev.rote.memorization;

import dev.rote.random.StandardNormal;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Agreement of two yes-or-no answers beyond chance (Cohen 1960): κ = (a − e) / (1 − e), with a the
 * share of the samples on which the answers agree, p and q the shares of yes, and e = pq + (1 −
 * p)(1 − q) the agreement of independent answers.
 *
 * <p>The standard error is that of samples drawn from a population, for large n (Fleiss, Cohen and
 * Everitt 1969, "Large sample standard errors of kappa and weighted kappa", eq. 13). With p_ij the
 * shares of the four pairs of answers, p_i· and p_·j their margins, it is the root of
 *
 * <p>(Σ_i p_ii [1 − (p_i· + p_·i)(1 − κ)]² + (1 − κ)² Σ_{i≠j} p_ij (p_·i + p_j·)² − [κ − e(1 −
 * κ)]²) / (n (1 − e)²).
 *
 * @param value κ in [−1, 1]: 1 if the answers are the same, 0 if they agree as often as by chance,
 *     negative if less often; NaN if no sample counts, or both answer always yes or always no: then
 *     agreement says nothing
 * @param standardError 0 or more, NaN where the value is
 */
public record CohensKappa(double value, double standardError) {
  /**
   * Returns the agreement.
   *
   * @param one samples to which the first says yes
   * @param other samples to which the second says yes
   * @param among the samples that count
   */
  public static CohensKappa of(BitSet one, BitSet other, BitSet among) {
    long[] counting = among.toLongArray();
    long[] first = Arrays.copyOf(one.toLongArray(), counting.length);
    long[] second = Arrays.copyOf(other.toLongArray(), counting.length);
    double n = among.cardinality();
    int ofFirst = 0;
    int ofSecond = 0;
    int ofBoth = 0;
    for (int w = 0; w < counting.length; w++) {
      long a = first[w] & counting[w];
      long b = second[w] & counting[w];
      ofFirst += Long.bitCount(a);
      ofSecond += Long.bitCount(b);
      ofBoth += Long.bitCount(a & b);
    }
    double p = ofFirst / n;
    double q = ofSecond / n;
    double yes = ofBoth / n;
    double no = 1 - p - q + yes;
    double agreement = yes + no;
    double chance = p * q + (1 - p) * (1 - q);
    if (chance == 1) {
      return new CohensKappa(Double.NaN, Double.NaN);
    }
    double kappa = (agreement - chance) / (1 - chance);
    double rest = 1 - kappa;
    double onDiagonal = yes * square(1 - (p + q) * rest) + no * square(1 - (2 - p - q) * rest);
    double besides = (p - yes) * square(q + 1 - p) + (q - yes) * square(1 - q + p);
    double variance =
        (onDiagonal + square(rest) * besides - square(kappa - chance * rest))
            / (n * square(1 - chance));
    return new CohensKappa(kappa, Math.sqrt(Math.max(0, variance))); // rounding may pass 0
  }

  private static double square(double value) {
    return value * value;
  }

  /** Returns the lower end of the 95% interval; NaN where the standard error is 0 or unknown. */
  public double low() {
    return standardError > 0
        ? Math.max(-1, value - StandardNormal.QUANTILE_975 * standardError)
        : Double.NaN;
  }

  /** Returns the upper end of the 95% interval; NaN where the standard error is 0 or unknown. */
  public double high() {
    return standardError > 0
        ? Math.min(1, value + StandardNormal.QUANTILE_975 * standardError)
        : Double.NaN;
  }
}
