package dev.rote.memorization;

import java.util.Arrays;
import java.util.Locale;

/**
 * Whether a network fitted its training data at all. One that learned nothing, or collapsed into a
 * few classes, memorizes nothing either and would pass for one that resists.
 *
 * <p>A run did not fit if one of these holds after its last epoch:
 *
 * <ol>
 *   <li>The loss is not finite.
 *   <li>It predicts no more than a third of the classes that occur (of two or three classes, no
 *       more than one). A class counts as predicted if it is predicted at least a tenth as often as
 *       it occurs: a few stray predictions do not hide a collapse, and a rare class is not asked
 *       for more than it has. The share is a third and not a half, because with symmetric losses a
 *       network that is still learning may leave some classes out.
 *   <li>Neither J1 nor J2 reaches its floor, c + f·(1 − c), where c is the accuracy of always
 *       predicting the most frequent label (1/K for balanced classes) and f the floor's height,
 *       0.15 unless stated. For ten balanced classes the floor is 0.235: above the 0.2 that a
 *       network which predicts two classes can reach, well below one that has begun to learn. J1
 *       counts as well as J2, because memorizing is fitting too.
 * </ol>
 *
 * @param fitted false if one of the above holds
 * @param reason one line that says why, with the figures
 */
public record Fit(boolean fitted, String reason) {
  /** The floor's height f unless stated. */
  public static final double DEFAULT_FLOOR = 0.15;

  /** Judges with {@link #DEFAULT_FLOOR}. */
  public static Fit of(int[] predicted, int[] observed, int[] original, double[] losses) {
    return of(predicted, observed, original, losses, DEFAULT_FLOOR);
  }

  /**
   * Judges a run.
   *
   * @param predicted N predicted classes after the last epoch
   * @param observed N observed labels
   * @param original N original labels; the observed ones where they are unknown
   * @param losses mean training loss after each epoch, at least one; all NaN if they are not known
   * @param floor f, in [0, 1): 0 asks for more than chance, near 1 for near perfection
   * @throws IllegalArgumentException where lengths differ, a list is empty or f is out of range
   */
  public static Fit of(
      int[] predicted, int[] observed, int[] original, double[] losses, double floor) {
    if (!(floor >= 0 && floor < 1)) {
      throw new IllegalArgumentException("fit floor " + floor + " is outside [0, 1)");
    }
    if (losses.length == 0) {
      throw new IllegalArgumentException("no epoch, so nothing to judge");
    }
    Memorization accuracy = Memorization.of(predicted, observed, original);
    double first = losses[0];
    double last = losses[losses.length - 1];
    boolean known = Arrays.stream(losses).anyMatch(loss -> !Double.isNaN(loss));
    if (known && !Double.isFinite(last)) {
      return new Fit(false, "did not fit: the loss is " + last);
    }
    String figures =
        format("J1 %.3f, J2 %.3f", accuracy.j1(), accuracy.j2())
            + (known
                ? format(", loss %.4g in epoch 1 and %.4g in epoch %d", first, last, losses.length)
                : "");

    int[] frequency = Labels.histogram(original);
    int occurring = (int) Arrays.stream(frequency).filter(count -> count > 0).count();
    int named = predictedClasses(frequency, Labels.histogram(predicted));
    if (occurring > 1 && named <= Math.max(1, occurring / 3)) {
      return new Fit(
          false, format("did not fit: %d of %d classes predicted (%s)", named, occurring, figures));
    }
    double observedFloor = accuracyFloor(observed, floor);
    double originalFloor = accuracyFloor(original, floor);
    if (accuracy.j1() <= observedFloor && accuracy.j2() <= originalFloor) {
      return new Fit(
          false,
          format(
              "did not fit: at or below the floor of %.3f for J1 and %.3f for J2 (%s)",
              observedFloor, originalFloor, figures));
    }
    return new Fit(
        true, format("fitted: %d of %d classes predicted (%s)", named, occurring, figures));
  }

  /** Returns c + f·(1 − c) with c the share of the most frequent label. */
  private static double accuracyFloor(int[] labels, double floor) {
    int most = 0;
    for (int count : Labels.histogram(labels)) {
      most = Math.max(most, count);
    }
    double chance = (double) most / labels.length;
    return chance + floor * (1 - chance);
  }

  /** Returns the number of classes that are predicted at least a tenth as often as they occur. */
  private static int predictedClasses(int[] frequency, int[] predicted) {
    int classes = 0;
    for (int k = 0; k < Math.min(frequency.length, predicted.length); k++) {
      if (frequency[k] > 0 && predicted[k] > 0 && 10L * predicted[k] >= frequency[k]) {
        classes++;
      }
    }
    return classes;
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
