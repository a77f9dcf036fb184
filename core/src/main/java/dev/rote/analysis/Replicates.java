package dev.rote.analysis;

import dev.rote.memorization.SeedSummary;
import dev.rote.run.EpochRecord;
import dev.rote.run.Summary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
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
   * Returns a measure over the epochs, of all runs: also of those under way, and of those that
   * collapsed.
   */
  public Curve curve(Measure measure) {
    return Curve.of(runs, measure);
  }

  /** Returns the runs that are finished and fitted: only these count in comparisons. */
  public List<Summary> counted() {
    return runs.stream().filter(run -> run.run().finished() && run.fit().fitted()).toList();
  }

  /** Returns the loss, and its learning rate where it ran at several among some conditions. */
  public String nameAmong(List<Replicates> others) {
    boolean several =
        others.stream()
            .map(Replicates::condition)
            .filter(other -> other.loss().equals(condition.loss()))
            .anyMatch(other -> other.learningRate() != condition.learningRate());
    return several
        ? condition.loss() + " at rate " + condition.learningRate()
        : "" + condition.loss();
  }

  /** Returns the names of the counted runs. */
  public List<String> ids() {
    return counted().stream().map(run -> run.run().record().id()).toList();
  }

  /** Returns a measure in the last epoch of the counted runs; empty if there is none. */
  public Optional<SeedSummary> last(Measure measure) {
    return over(measure, run -> measure.of(run.last()));
  }

  /**
   * Returns the highest value of a measure in any epoch, of the counted runs. Of test accuracy,
   * that is an epoch chosen on the test set: an upper bound and no estimate.
   */
  public Optional<SeedSummary> best(Measure measure) {
    return over(
        measure,
        run -> run.run().epochs().stream().mapToDouble(measure::of).max().orElse(Double.NaN));
  }

  /** Returns how J1 ends. */
  public Optional<Ending> endOfJ1() {
    return Ending.of(counted().stream().map(run -> curve(run, Measure.J1::of)).toList(), 0);
  }

  /** Returns how J1 − (1−η) ends, with the realized η: the part of J1 that is memorized. */
  public Optional<Ending> memorizationGap() {
    return Ending.of(
        counted().stream()
            .map(run -> curve(run, epoch -> Measure.J1.of(epoch) - (1 - realizedRate(run))))
            .toList(),
        -1);
  }

  /**
   * Returns how J1 − J2 ends; above 0 if observed labels are predicted better than original ones.
   */
  public Optional<Ending> leadOfObserved() {
    return Ending.of(
        counted().stream()
            .map(run -> curve(run, epoch -> Measure.J1.of(epoch) - Measure.J2.of(epoch)))
            .toList(),
        -1);
  }

  /** Returns the realized noise rate over the counted runs. */
  public Optional<SeedSummary> realizedRate() {
    return over(Measure.J1, Replicates::realizedRate);
  }

  static double realizedRate(Summary run) {
    return run.run().record().noise().realizedRate();
  }

  private Optional<SeedSummary> over(Measure measure, ToDoubleFunction<Summary> value) {
    double[] values = counted().stream().mapToDouble(value).toArray();
    return values.length == 0 ? Optional.empty() : Optional.of(measure.summary(values));
  }

  /**
   * Returns how J2 here minus J2 of {@code other} ends, over the seeds that both have: they saw the
   * same noise, initial weights and batches. Empty if they share no seed.
   */
  public Optional<Ending> differenceOfJ2(Replicates other) {
    return paired(other, Measure.J2::of, Measure.J2::of);
  }

  /** Returns how J1 here minus J1 of {@code other} ends, over the seeds that both have. */
  public Optional<Ending> differenceOfJ1(Replicates other) {
    return paired(other, Measure.J1::of, Measure.J1::of);
  }

  /**
   * Returns how the critical sample ratio here minus that of {@code other} ends, over the seeds
   * that both have. Empty if they share no seed, or it was not measured.
   */
  public Optional<Ending> differenceOfCriticalRatio(Replicates other) {
    return paired(other, Measure.CRITICAL_RATIO::of, Measure.CRITICAL_RATIO::of)
        .filter(ending -> !Double.isNaN(ending.value().mean()));
  }

  /**
   * Returns the share of the clean samples that are learned minus that of the altered ones, in the
   * first epoch in which {@code level} of the clean samples are: above 0 if patterns are learned
   * before noise. It does not change with more epochs. Runs that never reach the level are left
   * out. Empty if no run is left, or runs trained on subsamples, whose noise rate is not recorded.
   *
   * @param level share of the clean samples, in (0, 1]
   */
  public Optional<Ending> leadOfClean(double level) {
    if (condition.setting().subsample().isPresent()) {
      return Optional.empty();
    }
    List<double[]> leads = new ArrayList<>();
    for (Summary run : counted()) {
      for (EpochRecord epoch : run.run().epochs()) {
        double clean = epoch.memorization().clean(realizedRate(run));
        if (clean >= level) {
          double lead = clean - epoch.memorization().memorized();
          leads.add(run.run().epochs().stream().mapToDouble(any -> lead).toArray());
          break;
        }
      }
    }
    return Ending.of(leads, -1).filter(ending -> !Double.isNaN(ending.value().mean()));
  }

  /**
   * Returns resistance (Patel &amp; Sastry 2021): training accuracy of {@code clean}, the same at η
   * = 0, minus J2 of these, paired by seed. Runs that did not fit are left out: a network that
   * learned nothing would seem resistant. Empty if no seed is left.
   */
  public Optional<Ending> resistance(Replicates clean) {
    return clean.paired(this, Measure.J1::of, Measure.J2::of);
  }

  /**
   * Returns a measure in the last epoch here minus that of {@code other}, over the seeds that both
   * have: with the same images and noise they saw the same labels and batch order. Empty if they
   * share no seed.
   */
  public Optional<SeedSummary> difference(Replicates other, Measure measure) {
    List<double[]> pairs = new ArrayList<>();
    forEachPair(
        other,
        (run, match) -> pairs.add(new double[] {measure.of(run.last()), measure.of(match.last())}));
    return pairs.isEmpty()
        ? Optional.empty()
        : Optional.of(
            SeedSummary.ofPairedDifferences(
                pairs.stream().mapToDouble(pair -> pair[0]).toArray(),
                pairs.stream().mapToDouble(pair -> pair[1]).toArray(),
                SeedSummary.DEFAULT_CONFIDENCE));
  }

  private Optional<Ending> paired(
      Replicates other, ToDoubleFunction<EpochRecord> here, ToDoubleFunction<EpochRecord> there) {
    List<double[]> differences = new ArrayList<>();
    forEachPair(
        other, (run, match) -> differences.add(minus(curve(run, here), curve(match, there))));
    return Ending.of(differences, -1);
  }

  /** Visits the counted runs here and there that have the same seed. */
  private void forEachPair(Replicates other, BiConsumer<Summary, Summary> action) {
    for (Summary run : counted()) {
      for (Summary match : other.counted()) {
        if (seed(run) == seed(match)) {
          action.accept(run, match);
        }
      }
    }
  }

  private static double[] minus(double[] a, double[] b) {
    double[] difference = new double[Math.min(a.length, b.length)];
    for (int i = 0; i < difference.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }

  /** Returns the noise rate as read off from where J1 settles; empty without a counted run. */
  public Optional<NoiseRateReading> noiseRate() {
    return NoiseRateReading.of(counted());
  }

  /** Returns a quantity of every epoch of a run. */
  static double[] curve(Summary run, ToDoubleFunction<EpochRecord> quantity) {
    return run.run().epochs().stream().mapToDouble(quantity).toArray();
  }
}
