package dev.rote.memorization;

/**
 * Resistance to memorization in the sense of Patel &amp; Sastry 2021: training accuracy at η = 0
 * against J2 at η. A small difference means that the label noise cost the network little of what it
 * could learn from the same images.
 *
 * <p>Means nothing for a network that fitted badly: one that learned nothing differs by nothing. So
 * there is a value only where both runs fitted.
 *
 * @param difference training accuracy at η = 0 minus J2 at η, in [−1, 1]; NaN unless both fitted
 * @param clean training accuracy at η = 0
 * @param j2 J2 at η
 * @param bothFitted true where both runs passed {@link Fit}
 */
public record Resistance(double difference, double clean, double j2, boolean bothFitted) {

  /**
   * Compares two runs that differ in nothing but the noise rate.
   *
   * @param cleanAccuracy training accuracy of the run at η = 0
   * @param cleanFit whether that run fitted
   * @param noisyJ2 J2 of the run at η
   * @param noisyFit whether that run fitted
   */
  public static Resistance of(double cleanAccuracy, Fit cleanFit, double noisyJ2, Fit noisyFit) {
    boolean fitted = cleanFit.fitted() && noisyFit.fitted();
    double difference = fitted ? cleanAccuracy - noisyJ2 : Double.NaN;
    return new Resistance(difference, cleanAccuracy, noisyJ2, fitted);
  }
}
