package dev.rote.memorization;

/**
 * How a classifier with fixed weights answers on its N training samples.
 *
 * <p>With prediction p, observed label y and original label c, and A = {i : y_i ≠ c_i} the altered
 * samples:
 *
 * <ul>
 *   <li>J1 = #{i : p_i = y_i} / N, J2 = #{i : p_i = c_i} / N (Patel &amp; Sastry 2021)
 *   <li>memorized = #{i ∈ A : p_i = y_i} / #A
 *   <li>corrected = #{i ∈ A : p_i = c_i} / #A
 *   <li>other = #{i ∈ A : p_i ≠ y_i, p_i ≠ c_i} / #A
 * </ul>
 *
 * @param j1 accuracy against the observed labels, in [0, 1]
 * @param j2 accuracy against the original labels, in [0, 1]
 * @param memorized share of the altered samples, in [0, 1]; NaN where none is altered
 * @param corrected share of the altered samples, in [0, 1]; NaN where none is altered
 * @param other share of the altered samples, in [0, 1]; NaN where none is altered
 */
public record Memorization(double j1, double j2, double memorized, double corrected, double other) {

  /**
   * Returns the share of the samples with their original label that are predicted as it: (J1 −
   * η·memorized) / (1 − η); NaN if every label is altered.
   *
   * @param rate η, the share of altered samples among the N
   */
  public double clean(double rate) {
    return rate == 0 ? j1 : (j1 - rate * memorized) / (1 - rate);
  }

  /**
   * Measures one set of predictions.
   *
   * @param predicted N predicted classes
   * @param observed N observed labels, those that were trained on
   * @param original N original labels, before label noise
   * @throws IllegalArgumentException where the lengths differ or N is 0
   */
  public static Memorization of(int[] predicted, int[] observed, int[] original) {
    Labels.requireSameLength(predicted, observed, original);
    int asObserved = 0;
    int asOriginal = 0;
    int altered = 0;
    int memorized = 0;
    int corrected = 0;
    for (int i = 0; i < predicted.length; i++) {
      boolean hitsObserved = predicted[i] == observed[i];
      boolean hitsOriginal = predicted[i] == original[i];
      asObserved += hitsObserved ? 1 : 0;
      asOriginal += hitsOriginal ? 1 : 0;
      if (observed[i] != original[i]) {
        altered++;
        memorized += hitsObserved ? 1 : 0;
        corrected += hitsOriginal ? 1 : 0;
      }
    }
    double n = predicted.length;
    // 0.0 / 0 is NaN: without altered samples there is no share of them.
    return new Memorization(
        asObserved / n,
        asOriginal / n,
        (double) memorized / altered,
        (double) corrected / altered,
        (double) (altered - memorized - corrected) / altered);
  }
}
