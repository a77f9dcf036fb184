package dev.rote.analysis;

import dev.rote.memorization.Plateau;
import dev.rote.memorization.SeedSummary;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Final value of a quantity over several seeds.
 *
 * @param value after the last epoch, with an interval within the quantity's range
 * @param epochs number of epochs of the shortest run
 * @param changes for each seed, how much the mean over the last fifth of the epochs differs from
 *     the mean over the fifth before; NaN for a single epoch
 */
public record Ending(SeedSummary value, int epochs, List<Double> changes) {
  public Ending {
    changes = List.copyOf(changes);
  }

  /**
   * Evaluates the ends of curves.
   *
   * @param curves one per seed, each with at least one epoch
   * @param least lowest value that the quantity can have; the highest is 1
   */
  static Optional<Ending> of(List<double[]> curves, double least) {
    if (curves.isEmpty()) {
      return Optional.empty();
    }
    double[] last = curves.stream().mapToDouble(curve -> curve[curve.length - 1]).toArray();
    return Optional.of(
        new Ending(
            SeedSummary.of(last).within(least, 1),
            curves.stream().mapToInt(curve -> curve.length).min().orElseThrow(),
            curves.stream().map(curve -> Plateau.of(curve).change()).toList()));
  }

  /** Returns the value that is farthest from 0. */
  public static double largest(List<Double> changes) {
    return changes.stream().max(Comparator.comparingDouble(Math::abs)).orElseThrow();
  }
}
