package dev.rote.analysis;

import dev.rote.memorization.Plateau;
import dev.rote.memorization.SeedSummary;
import dev.rote.run.Summary;
import java.util.List;
import java.util.Optional;

/**
 * The noise rate as read off from where J1 settles (the remark of Patel &amp; Sastry 2021): 1 − J1
 * over the last fifth of the epochs.
 *
 * @param rate η̂ over seeds, with Student's 95% interval; the interval of a single seed is NaN
 * @param change the largest change of J1 from the fifth before, of any seed, with its sign: where
 *     it is not near 0, J1 has not settled yet
 * @param trueRate the realized rate, mean over seeds
 */
public record NoiseRateReading(SeedSummary rate, double change, double trueRate) {
  static Optional<NoiseRateReading> of(List<Summary> runs) {
    if (runs.isEmpty()) {
      return Optional.empty();
    }
    List<Plateau> ends =
        runs.stream().map(run -> Plateau.of(Replicates.curve(run, Measure.J1::of))).toList();
    return Optional.of(
        new NoiseRateReading(
            SeedSummary.of(ends.stream().mapToDouble(end -> 1 - end.mean()).toArray()).within(0, 1),
            Ending.largest(ends.stream().map(Plateau::change).toList()),
            runs.stream().mapToDouble(Replicates::realizedRate).average().orElseThrow()));
  }
}
