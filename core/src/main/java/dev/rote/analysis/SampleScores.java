package dev.rote.analysis;

import dev.rote.format.TensorData;
import dev.rote.memorization.Influence;
import dev.rote.memorization.SeedSummary;
import dev.rote.run.StoredRun;
import dev.rote.run.Summary;
import dev.rote.text.InputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Memorization and influence scores of the samples, from runs that differ in nothing but the seed
 * and each trained on a subsample (Feldman and Zhang 2020, "What neural networks memorize and
 * why"). {@link Influence} has the definitions. All finished and fitted runs count, each with its
 * last epoch.
 */
public final class SampleScores {
  /** Score from which Feldman and Zhang look for the test samples that a sample influences. */
  public static final double MEMORIZED = 0.25;

  private static final int PAIRS = 12;
  private static final int MOST_SOURCES = 2000;
  private static final int JACKKNIFE_GROUPS = 40;

  /**
   * A training sample.
   *
   * @param position its place in the training set, from 0
   * @param memorization mem(i)
   */
  public record Sample(int position, int original, int observed, Influence memorization) {
    /** Returns whether its label was altered. */
    public boolean altered() {
      return original != observed;
    }
  }

  /**
   * A training sample and a test sample.
   *
   * @param train position of the training sample
   * @param test position of the test sample
   */
  public record Pair(int train, int test, Influence influence) {
    /** Returns the influence in standard errors. */
    public double ratio() {
      return influence.value() / influence.error();
    }
  }

  /**
   * A quantity of one training that may stand for mem, and Spearman's ρ of the two over the samples
   * that a network trained on: mean and interval over the networks.
   *
   * @param name what it is
   * @param all over all samples
   * @param clean over those with their original label
   * @param altered over the others; NaN where there are none
   */
  public record Proxy(String name, SeedSummary all, SeedSummary clean, SeedSummary altered) {}

  /** One network. */
  private record Network(int[] trained, Map<String, TensorData> statistics) {}

  private final Replicates group;
  private final int networks;
  private final BitSet[] trained;
  private final BitSet[] correct;
  private final List<Sample> samples;
  private final List<Pair> pairs;
  private final long pairsExamined;
  private final List<Proxy> proxies;

  private SampleScores(Replicates group, List<StoredRun> runs) throws IOException {
    this.group = group;
    this.networks = runs.size();
    int[] original = runs.get(0).original();
    int[] observed = runs.get(0).observed();
    int n = observed.length;
    trained = sets(n);
    correct = sets(n);
    List<Network> read = new ArrayList<>();
    for (int t = 0; t < networks; t++) {
      StoredRun run = runs.get(t);
      if (!Arrays.equals(observed, run.observed())) {
        throw new InputException(
            run.directory() + " was trained on other labels than its replicates");
      }
      int[] positions = run.trained();
      for (int i : positions) {
        trained[i].set(t);
      }
      int[] predicted = run.predictions(run.epochs().size());
      for (int i = 0; i < n; i++) {
        correct[i].set(t, predicted[i] == observed[i]);
      }
      read.add(new Network(positions, run.statistics()));
    }
    samples =
        IntStream.range(0, n)
            .mapToObj(i -> new Sample(i, original[i], observed[i], influence(i, correct[i])))
            .toList();
    BitSet[] onTest = sets((int) read.get(0).statistics.get("test_correct").shape()[0]);
    for (int t = 0; t < networks; t++) {
      float[] hits = read.get(t).statistics.get("test_correct").toFloats();
      for (int j = 0; j < hits.length; j++) {
        onTest[j].set(t, hits[j] > 0);
      }
    }
    List<Sample> sources =
        samples.stream()
            .filter(sample -> sample.memorization.value() >= MEMORIZED)
            .sorted(Comparator.comparingDouble(sample -> -sample.memorization.value()))
            .limit(MOST_SOURCES)
            .toList();
    List<Integer> targets = new ArrayList<>();
    for (int j = 0; j < onTest.length; j++) {
      int hits = onTest[j].cardinality();
      if (hits > 0 && hits < networks) {
        targets.add(j);
      }
    }
    pairsExamined = (long) sources.size() * targets.size();
    pairs = pairs(sources, targets, onTest);
    proxies =
        List.of(
            proxy("cumulative loss", "loss", read),
            proxy("area under the margin (AUM)", "margin", read),
            proxy("forgetting events", "forgotten", read),
            proxy("input gradient", "input_gradient", read));
  }

  private static BitSet[] sets(int count) {
    return IntStream.range(0, count).mapToObj(i -> new BitSet()).toArray(BitSet[]::new);
  }

  /**
   * Returns the scores of every condition whose runs trained on subsamples, two or more of them.
   */
  public static List<SampleScores> of(Evidence evidence) throws IOException {
    List<SampleScores> all = new ArrayList<>();
    for (Replicates group : evidence.replicates()) {
      of(group).ifPresent(all::add);
    }
    return List.copyOf(all);
  }

  private static Optional<SampleScores> of(Replicates group) throws IOException {
    if (group.condition().setting().subsample().isEmpty()) {
      return Optional.empty();
    }
    // Compact results have no samples.
    List<StoredRun> runs =
        group.counted().stream().map(Summary::run).filter(StoredRun::hasPredictions).toList();
    return runs.size() < 2 ? Optional.empty() : Optional.of(new SampleScores(group, runs));
  }

  private Influence influence(int source, BitSet correctOnTarget) {
    return Influence.of(trained[source], correctOnTarget, networks);
  }

  private List<Pair> pairs(List<Sample> sources, List<Integer> targets, BitSet[] onTest) {
    PriorityQueue<Pair> best = new PriorityQueue<>(Comparator.comparingDouble(Pair::ratio));
    for (Sample source : sources) {
      for (int target : targets) {
        Pair pair = new Pair(source.position, target, influence(source.position, onTest[target]));
        if (best.size() < PAIRS) {
          best.add(pair);
        } else if (pair.ratio() > best.peek().ratio()) {
          best.poll();
          best.add(pair);
        }
      }
    }
    return best.stream().sorted(Comparator.comparingDouble(pair -> -pair.ratio())).toList();
  }

  private Proxy proxy(String name, String tensor, List<Network> read) {
    List<double[]> rho = new ArrayList<>();
    for (Network network : read) {
      float[] values = network.statistics.get(tensor).toFloats();
      rho.add(
          new double[] {
            rho(network, values, sample -> true),
            rho(network, values, sample -> !sample.altered()),
            rho(network, values, Sample::altered)
          });
    }
    return new Proxy(name, over(rho, 0), over(rho, 1), over(rho, 2));
  }

  private double rho(Network network, float[] values, Predicate<Sample> which) {
    int[] positions =
        Arrays.stream(network.trained)
            .filter(i -> which.test(samples.get(i)))
            .filter(i -> !Double.isNaN(samples.get(i).memorization.value()))
            .toArray();
    return RankCorrelation.of(
        Arrays.stream(positions).mapToDouble(i -> values[i]).toArray(),
        Arrays.stream(positions).mapToDouble(i -> samples.get(i).memorization.value()).toArray());
  }

  /** Summarizes over the networks in which the correlation is defined. */
  private static SeedSummary over(List<double[]> rho, int column) {
    double[] defined =
        rho.stream().mapToDouble(row -> row[column]).filter(Double::isFinite).toArray();
    return defined.length == 0 ? SeedSummary.of(Double.NaN) : SeedSummary.of(defined);
  }

  /** Returns what the networks share. */
  public Condition condition() {
    return group.condition();
  }

  /** Returns the runs. */
  public Replicates group() {
    return group;
  }

  /** Returns the number of networks. */
  public int networks() {
    return networks;
  }

  /** Returns all training samples, by position. */
  public List<Sample> samples() {
    return samples;
  }

  /**
   * Returns mem of the clean or of the altered samples, ascending. Samples that all or no network
   * trained on have none.
   */
  public double[] memorization(boolean altered) {
    return memorization(samples, altered);
  }

  private static double[] memorization(List<Sample> of, boolean altered) {
    return of.stream()
        .filter(sample -> sample.altered() == altered)
        .mapToDouble(sample -> sample.memorization.value())
        .filter(Double::isFinite)
        .sorted()
        .toArray();
  }

  /** Returns the pairs whose influence is the most standard errors above 0, of those examined. */
  public List<Pair> pairs() {
    return pairs;
  }

  /**
   * Returns how many pairs were examined: training samples with mem from {@link #MEMORIZED} up, and
   * test samples that some networks predict correctly and others do not.
   */
  public long pairsExamined() {
    return pairsExamined;
  }

  /**
   * Returns about the largest ratio of influence to standard error that chance gives among the
   * pairs examined if no sample influences another: √(2 ln n), the largest of n normal values.
   */
  public double largestRatioByChance() {
    return Math.sqrt(2 * Math.log(Math.max(2, pairsExamined)));
  }

  /** Returns the proxies. */
  public List<Proxy> proxies() {
    return proxies;
  }

  /** Returns the mean of mem over the clean or the altered samples. */
  public SeedSummary mean(boolean altered) {
    return summary(of -> Arrays.stream(memorization(of, altered)).average().orElse(Double.NaN));
  }

  /** Returns the share of the clean or of the altered samples whose mem is below a bound. */
  public SeedSummary shareBelow(double bound, boolean altered) {
    return summary(
            of ->
                Arrays.stream(memorization(of, altered))
                    .map(mem -> mem < bound ? 1 : 0)
                    .average()
                    .orElse(Double.NaN))
        .within(0, 1);
  }

  /**
   * Returns a statistic of the scores with Student's 95% interval over the networks. Its standard
   * error is the jackknife's, which leaves out one of up to 40 groups of networks at a time: the
   * scores of all samples come from the same networks, so they are not independent.
   */
  private SeedSummary summary(ToDoubleFunction<List<Sample>> statistic) {
    double value = statistic.applyAsDouble(samples);
    int groups = Math.min(networks, JACKKNIFE_GROUPS);
    double[] without = new double[groups];
    for (int g = 0; g < groups; g++) {
      BitSet kept = new BitSet();
      for (int t = 0; t < networks; t++) {
        kept.set(t, t % groups != g);
      }
      without[g] = statistic.applyAsDouble(within(kept));
    }
    double mean = Arrays.stream(without).average().orElse(Double.NaN);
    double squares = Arrays.stream(without).map(v -> (v - mean) * (v - mean)).sum();
    double error = Math.sqrt((groups - 1.0) / groups * squares);
    double half = error * TDistribution.of(groups - 1).inverseSurvivalProbability(0.025);
    return new SeedSummary(
        networks, value, error * Math.sqrt(networks), value - half, value + half);
  }

  /** Returns the samples as some of the networks score them. */
  private List<Sample> within(BitSet kept) {
    int count = kept.cardinality();
    List<Sample> scored = new ArrayList<>();
    for (Sample sample : samples) {
      BitSet in = (BitSet) trained[sample.position].clone();
      in.and(kept);
      BitSet right = (BitSet) correct[sample.position].clone();
      right.and(kept);
      scored.add(
          new Sample(
              sample.position, sample.original, sample.observed, Influence.of(in, right, count)));
    }
    return scored;
  }
}
