package dev.rote.memorization;

import java.util.OptionalInt;

/** The flip epoch: when a network began to know the wrong labels better than the right ones. */
public final class FlipEpoch {
  private FlipEpoch() {}

  /**
   * Returns the first epoch, counted from 1, from which J1 stays above J2 until the last epoch;
   * empty where J1 is not above J2 at the end. Equal values and NaN are not above.
   *
   * @param j1 J1 after each epoch
   * @param j2 J2 after each epoch
   * @throws IllegalArgumentException where the lengths differ
   */
  public static OptionalInt of(double[] j1, double[] j2) {
    if (j1.length != j2.length) {
      throw new IllegalArgumentException(
          "%d epochs of J1, %d of J2".formatted(j1.length, j2.length));
    }
    int first = j1.length;
    while (first > 0 && j1[first - 1] > j2[first - 1]) {
      first--;
    }
    return first == j1.length ? OptionalInt.empty() : OptionalInt.of(first + 1);
  }
}
