package dev.rote.analysis;

import dev.rote.memorization.CohensKappa;
import dev.rote.run.StoredRun;
import dev.rote.run.Summary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How far runs that differ in nothing but the seed agree about which samples they have learned
 * (Arpit et al. 2017: some samples of real data are learned first by every network, samples of
 * noise are not). A run has learned a sample if it predicts the observed label. The agreement is
 * Cohen's κ ({@link CohensKappa}), so that it does not rise just because more samples are learned:
 * the mean over the pairs of runs for which it is defined.
 *
 * <p>The standard error of the mean is the mean of the pairs' standard errors: the largest that it
 * can be, since pairs share runs and samples. It is about other samples, judged by these networks;
 * it does not say what other seeds would do.
 *
 * @param group the runs
 * @param runs how many of them count: those that are finished and fitted, and have predictions
 * @param points one for each epoch that all of these runs have
 */
public record SeedAgreement(Replicates group, int runs, List<Point> points) {
  /**
   * One epoch.
   *
   * @param epoch 1-based
   * @param clean κ over the samples that keep their original label in both runs of a pair
   * @param altered κ over the altered samples; NaN unless all seeds see the same labels ({@code
   *     fixed(NOISE)})
   */
  public record Point(int epoch, CohensKappa clean, CohensKappa altered) {
    /** Returns κ over the clean or over the altered samples. */
    public CohensKappa kappa(boolean ofAltered) {
      return ofAltered ? altered : clean;
    }
  }

  public SeedAgreement {
    points = List.copyOf(points);
  }

  /** The samples that a run trained on. */
  private record Samples(StoredRun run, int[] observed, BitSet clean, BitSet altered) {
    static Samples of(StoredRun run) throws IOException {
      int[] observed = run.observed();
      int[] original = run.original();
      BitSet clean = new BitSet();
      BitSet altered = new BitSet();
      for (int i : run.trained()) {
        (observed[i] == original[i] ? clean : altered).set(i);
      }
      return new Samples(run, observed, clean, altered);
    }

    BitSet learned(int epoch) {
      int[] predicted;
      try {
        predicted = run.predictions(epoch);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      long[] learned = new long[(predicted.length + Long.SIZE - 1) / Long.SIZE];
      for (int w = 0; w < learned.length; w++) {
        int end = Math.min(predicted.length, (w + 1) * Long.SIZE);
        long word = 0;
        for (int i = w * Long.SIZE; i < end; i++) {
          word |= predicted[i] == observed[i] ? 1L << i : 0;
        }
        learned[w] = word;
      }
      return BitSet.valueOf(learned);
    }
  }

  /** Returns the agreement of every condition that has two or more runs that count. */
  public static List<SeedAgreement> of(Evidence evidence) throws IOException {
    List<SeedAgreement> all = new ArrayList<>();
    for (Replicates group : evidence.replicates()) {
      of(group).ifPresent(all::add);
    }
    return List.copyOf(all);
  }

  private static Optional<SeedAgreement> of(Replicates group) throws IOException {
    // Compact results have no predictions.
    List<StoredRun> runs =
        group.counted().stream().map(Summary::run).filter(StoredRun::hasPredictions).toList();
    if (runs.size() < 2) {
      return Optional.empty();
    }
    List<Samples> samples = new ArrayList<>();
    for (StoredRun run : runs) {
      samples.add(Samples.of(run));
    }
    boolean sameLabels = group.condition().noise().sameAtEverySeed();
    List<Pair> clean = Pair.of(samples.stream().map(Samples::clean).toList());
    List<Pair> altered =
        sameLabels ? Pair.of(samples.stream().map(Samples::altered).toList()) : List.of();
    int epochs = runs.stream().mapToInt(run -> run.epochs().size()).min().orElseThrow();
    try {
      List<Point> points =
          IntStream.rangeClosed(1, epochs)
              .parallel()
              .mapToObj(
                  epoch -> {
                    List<BitSet> learned = samples.stream().map(of -> of.learned(epoch)).toList();
                    return new Point(epoch, kappa(learned, clean), kappa(learned, altered));
                  })
              .toList();
      return Optional.of(new SeedAgreement(group, runs.size(), points));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Two runs, and the samples that count in both. */
  private record Pair(int one, int other, BitSet among) {
    static List<Pair> of(List<BitSet> counting) {
      List<Pair> pairs = new ArrayList<>();
      for (int i = 0; i < counting.size(); i++) {
        for (int j = 0; j < i; j++) {
          BitSet among = (BitSet) counting.get(i).clone();
          among.and(counting.get(j));
          pairs.add(new Pair(i, j, among));
        }
      }
      return pairs;
    }
  }

  /** Returns the mean over all pairs; NaN if there is none of which it says something. */
  private static CohensKappa kappa(List<BitSet> learned, List<Pair> pairs) {
    List<CohensKappa> defined =
        pairs.stream()
            .map(
                pair ->
                    CohensKappa.of(
                        learned.get(pair.one()), learned.get(pair.other()), pair.among()))
            .filter(kappa -> Double.isFinite(kappa.value()))
            .toList();
    return new CohensKappa(
        defined.stream().mapToDouble(CohensKappa::value).average().orElse(Double.NaN),
        defined.stream().mapToDouble(CohensKappa::standardError).average().orElse(Double.NaN));
  }
}
