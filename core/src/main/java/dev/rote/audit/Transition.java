package dev.rote.audit;

import java.util.Arrays;

/**
 * An estimated transition matrix T, K×K: row true class, column observed label; rows sum to 1.
 *
 * @param value T; empty where nothing is estimated
 * @param low lower ends of 95% intervals
 * @param high upper ends
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Transition(double[][] value, double[][] low, double[][] high) {
  /** No estimate. */
  static final Transition NONE = new Transition(new double[0][], new double[0][], new double[0][]);

  /** Estimates T from the probabilities that labels are wrong. */
  static Transition of(HeldOut data, LabelDoubt doubt, Rate headline) {
    int classes = data.classes();
    double[][] value = new double[classes][classes];
    for (int i = 0; i < data.size(); i++) {
      int y = data.labels()[i];
      value[y][y] += 1 - doubt.wrong()[i];
      value[doubt.suggested()[i]][y] += doubt.wrong()[i];
    }
    double[][] low = new double[classes][classes];
    double[][] high = new double[classes][classes];
    for (int k = 0; k < classes; k++) {
      double samples = Arrays.stream(value[k]).sum();
      for (int j = 0; j < classes; j++) {
        value[k][j] = samples == 0 ? (j == k ? 1 : 0) : Math.min(1, value[k][j] / samples);
      }
      for (int j = 0; j < classes; j++) {
        // The headline's uncertainty is about wrong labels, so about what is off the diagonal.
        Rate off = Audit.part(j == k ? 1 - value[k][k] : value[k][j], samples, headline);
        low[k][j] = j == k ? 1 - off.high() : off.low();
        high[k][j] = j == k ? 1 - off.low() : off.high();
      }
    }
    return new Transition(value, low, high);
  }
}
