package dev.rote.analysis;

import dev.rote.memorization.SeedSummary;
import dev.rote.run.Summary;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Runs that differ in nothing but the seed, in order of the seeds.
 *
 * @param condition what they share
 * @param runs all that have an epoch, whether finished and fitted or not
 */
public record Replicates(Condition condition, List<Summary> runs) {
  public Replicates {
    runs = runs.stream().sorted(Comparator.comparingLong((Summary run) -> seed(run))).toList();
  }

  private static long seed(Summary run) {
    return run.run().record().spec().seed();
  }

  /**
   * A measure over the epochs, of all runs: also of those under way, and of those that collapsed.
   */
  public Curve curve(Measure measure) {
    return Curve.of(runs, measure);
  }

  /** Runs that are finished and fitted: only these count in comparisons. */
  public List<Summary> counted() {
    return runs.stream().filter(run -> run.run().finished() && run.fit().fitted()).toList();
  }

  /** Names of the counted runs. */
  public List<String> ids() {
    return counted().stream().map(run -> run.run().record().id()).toList();
  }

  /** A measure in the last epoch of the counted runs; empty if there is none. */
  public Optional<SeedSummary> last(Measure measure) {
    return over(run -> measure.of(run.last()));
  }

  /**
   * The highest value of a measure in any epoch, of the counted runs. Of test accuracy, that is an
   * epoch chosen on the test set: an upper bound and no estimate.
   */
  public Optional<SeedSummary> best(Measure measure) {
    return over(
        run -> run.run().epochs().stream().mapToDouble(measure::of).max().orElse(Double.NaN));
  }

  /** J1 − (1−η) in the last epoch, with the realized η: what memorizing added to J1. */
  public Optional<SeedSummary> memorizationGap() {
    return over(run -> run.last().memorization().j1() - (1 - realizedRate(run)));
  }

  /** J1 − J2 in the last epoch: above 0 where the wrong labels are known better. */
  public Optional<SeedSummary> leadOfObserved() {
    return over(run -> run.last().memorization().j1() - run.last().memorization().j2());
  }

  /** The realized noise rate, mean over the counted runs. */
  public Optional<SeedSummary> realizedRate() {
    return over(Replicates::realizedRate);
  }

  static double realizedRate(Summary run) {
    return run.run().record().noise().realizedRate();
  }

  Optional<SeedSummary> over(ToDoubleFunction<Summary> value) {
    double[] values = counted().stream().mapToDouble(value).toArray();
    return values.length == 0 ? Optional.empty() : Optional.of(SeedSummary.of(values));
  }

  /** The counted run of a seed. */
  Optional<Summary> counted(long seed) {
    return counted().stream().filter(run -> seed(run) == seed).findFirst();
  }

  /**
   * A measure's last value here minus that of {@code other}, over the seeds that both have: they
   * saw the same noise, initial weights and batches. Empty if they share no seed.
   */
  public Optional<SeedSummary> pairedDifference(Replicates other, Measure measure) {
    return paired(other, run -> measure.of(run.last()), run -> measure.of(run.last()));
  }

  /**
   * Resistance (Patel &amp; Sastry 2021): training accuracy of {@code clean}, the same at η = 0,
   * minus J2 of these, paired by seed. Runs that did not fit are left out: one that learned nothing
   * differs by nothing. Empty if no seed is left.
   */
  public Optional<SeedSummary> resistance(Replicates clean) {
    return paired(
            clean, run -> run.last().memorization().j2(), run -> run.last().memorization().j1())
        .map(Replicates::negated);
  }

  private static SeedSummary negated(SeedSummary s) {
    return new SeedSummary(s.seeds(), -s.mean(), s.sd(), -s.high(), -s.low());
  }

  private Optional<SeedSummary> paired(
      Replicates other, ToDoubleFunction<Summary> here, ToDoubleFunction<Summary> there) {
    double[] differences =
        counted().stream()
            .flatMap(
                run ->
                    other
                        .counted(seed(run))
                        .map(match -> here.applyAsDouble(run) - there.applyAsDouble(match))
                        .stream())
            .mapToDouble(Double::doubleValue)
            .toArray();
    return differences.length == 0 ? Optional.empty() : Optional.of(SeedSummary.of(differences));
  }

  /** The noise rate as read off from where J1 settles; empty without a counted run. */
  public Optional<NoiseRateReading> noiseRate() {
    return NoiseRateReading.of(counted());
  }

  /** J1 of every epoch of a run. */
  static double[] j1(Summary run) {
    return run.run().epochs().stream().mapToDouble(e -> e.memorization().j1()).toArray();
  }
}
