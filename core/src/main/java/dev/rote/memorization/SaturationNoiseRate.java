package dev.rote.memorization;

/**
 * The noise rate as read off where J1 saturates: a network that learns the original labels and
 * memorizes none of the altered ones agrees with the observed labels on a share of 1 − η.
 *
 * <p>The estimate is η̂ = 1 − mean of J1 over the last epochs. Memorized samples make it too small,
 * misclassified unaltered ones too large, so it means something only for a run that fitted and
 * whose J1 no longer moves: look at {@code drift}.
 *
 * @param rate η̂, in [0, 1]
 * @param drift J1 in the last epoch minus J1 in the first epoch of the window; near 0 when
 *     saturated
 * @param epochs number of epochs in the window
 */
public record SaturationNoiseRate(double rate, double drift, int epochs) {

  /**
   * Reads the rate off.
   *
   * @param j1 J1 after each epoch, at least one
   * @param window number of epochs at the end to average, at least 1; all where there are fewer
   */
  public static SaturationNoiseRate of(double[] j1, int window) {
    if (j1.length == 0 || window < 1) {
      throw new IllegalArgumentException(
          "no noise rate from %d epochs with a window of %d".formatted(j1.length, window));
    }
    int epochs = Math.min(window, j1.length);
    int first = j1.length - epochs;
    double sum = 0;
    for (int i = first; i < j1.length; i++) {
      sum += j1[i];
    }
    return new SaturationNoiseRate(1 - sum / epochs, j1[j1.length - 1] - j1[first], epochs);
  }
}
