package dev.rote.memorization;

import java.util.Arrays;
import java.util.BitSet;

/** Agreement of two yes-or-no answers beyond chance (Cohen 1960). */
public final class CohensKappa {
  private CohensKappa() {}

  /**
   * Returns κ = (a − e) / (1 − e), with a the share of the samples on which the answers agree, p
   * and q the shares of yes, and e = pq + (1 − p)(1 − q) the agreement of independent answers: 1 if
   * the answers are the same, 0 if they agree as often as by chance, negative if less often.
   *
   * @param one samples to which the first says yes
   * @param other samples to which the second says yes
   * @param among the samples that count
   * @return in [−1, 1]; NaN if no sample counts, or both answer always yes or always no: then
   *     agreement says nothing
   */
  public static double of(BitSet one, BitSet other, BitSet among) {
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
    double agreement = yes + (1 - p - q + yes);
    double chance = p * q + (1 - p) * (1 - q);
    return chance == 1 ? Double.NaN : (agreement - chance) / (1 - chance);
  }
}
