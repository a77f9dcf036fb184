package dev.rote.memorization;

import java.util.BitSet;

/**
 * Influence of a training sample i on the prediction of a sample j, estimated from networks that
 * were each trained on a random part of the training samples (Feldman and Zhang 2020, eq. 1 and 2):
 *
 * <pre>infl(i, j) = Pr[correct on j | i trained on] − Pr[correct on j | i not trained on]</pre>
 *
 * mem(i) = infl(i, i), with the observed label of i as the correct one, is the memorization score.
 *
 * @param in number of networks that trained on i
 * @param correctIn how many of them are correct on j
 * @param out number of networks that did not train on i
 * @param correctOut how many of these are correct on j
 */
public record Influence(int in, int correctIn, int out, int correctOut) {
  public Influence {
    if (correctIn < 0 || correctIn > in || correctOut < 0 || correctOut > out) {
      throw new IllegalArgumentException(
          "%d of %d and %d of %d".formatted(correctIn, in, correctOut, out));
    }
  }

  /**
   * Counts networks.
   *
   * @param trained which networks trained on i
   * @param correct which networks are correct on j
   * @param networks how many there are
   */
  public static Influence of(BitSet trained, BitSet correct, int networks) {
    BitSet both = (BitSet) trained.clone();
    both.and(correct);
    int in = trained.cardinality();
    int correctIn = both.cardinality();
    return new Influence(in, correctIn, networks - in, correct.cardinality() - correctIn);
  }

  /** Returns the estimate, in [−1, 1]; NaN if all or none of the networks trained on i. */
  public double value() {
    return (double) correctIn / in - (double) correctOut / out;
  }

  /**
   * Returns the standard error of the estimate: √(p(1−p)/n + q(1−q)/m), with p = (k+1)/(n+2) in
   * place of the share k/n of n networks, and q likewise, so that a few networks that agree do not
   * look certain.
   */
  public double error() {
    return Math.sqrt(variance(correctIn, in) + variance(correctOut, out));
  }

  private static double variance(int correct, int of) {
    double p = (correct + 1.0) / (of + 2);
    return p * (1 - p) / of;
  }
}
