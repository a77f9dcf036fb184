package dev.rote.audit;

import dev.rote.random.RandomStreams;
import dev.rote.text.InputException;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Labels that were made wrong on purpose, so that an audit can be judged by how it finds them: a
 * share of the samples, drawn at random, each with one of the other classes at random. Only classes
 * that occur are given, and every class keeps two samples, since fewer cannot be audited.
 *
 * @param observed N labels as they came
 * @param trained the same with some made wrong: what networks are trained on
 * @param injected how many were
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Injection(int[] observed, int[] trained, int injected) {
  private static final double MOST = 0.2;

  /** Samples that a class keeps. */
  private static final int FEWEST = 2;

  /**
   * Makes labels wrong.
   *
   * @param share of the samples, in [0, 0.2]
   * @throws InputException where the share is outside
   */
  public static Injection of(int[] observed, int classes, double share, long seed) {
    if (!(share >= 0 && share <= MOST)) {
      throw new InputException(
          "share of injected labels " + share + " is outside [0, " + MOST + "]");
    }
    int[] trained = observed.clone();
    UniformRandomProvider random = RandomStreams.stream(seed, "injected");
    long[] order = RandomStreams.permutation(observed.length, seed, "injected", 0);
    int[] count = new int[classes];
    for (int label : observed) {
      count[label]++;
    }
    int[] occurring = IntStream.range(0, classes).filter(k -> count[k] > 0).toArray();
    int wanted = occurring.length < 2 ? 0 : (int) Math.round(share * observed.length);
    int injected = 0;
    for (int i = 0; i < order.length && injected < wanted; i++) {
      int at = (int) order[i];
      if (count[observed[at]] <= FEWEST) {
        continue;
      }
      int place = Arrays.binarySearch(occurring, observed[at]);
      int next = 1 + random.nextInt(occurring.length - 1);
      trained[at] = occurring[(place + next) % occurring.length];
      count[observed[at]]--;
      count[trained[at]]++;
      injected++;
    }
    return new Injection(observed, trained, injected);
  }

  /**
   * What a share of wrong labels was before: with the injected ones it is r + q(1 − r), q being
   * their share, since those that were wrong already stay so (of a label that was wrong and was
   * made right by chance, one in K − 1, nothing is known, and it is left out).
   */
  public double without(double rate) {
    double share = (double) injected / observed.length;
    return Math.max(0, (rate - share) / (1 - share));
  }

  /** Judges an audit by the injected labels; {@code heldOut} holds the labels that came. */
  public Quality judge(HeldOut heldOut, AuditResult result, long seed) {
    AuditResult with =
        Audit.of(
            new HeldOut(heldOut.probabilities(), trained, heldOut.classNames()),
            OptionalDouble.empty(),
            seed);
    DetectionQuality quality = DetectionQuality.of(with.ranking(), observed);
    int found = 0;
    int suspected = 0;
    for (Suspect suspect : with.ranking()) {
      if (suspect.probabilityWrong() > 0.5) {
        suspected++;
        found += trained[suspect.position()] == observed[suspect.position()] ? 0 : 1;
      }
    }
    double recall = (double) found / injected;
    double wrong = with.noiseRate().value() * trained.length;
    return new Quality(
        injected,
        recall,
        suspected == 0 ? Double.NaN : Math.min(1, recall * wrong / suspected),
        quality.auroc(),
        quality.suggestionAccuracy(),
        without(with.noiseRate().value()) - result.noiseRate().value());
  }

  /**
   * How an audit did on labels that it made wrong itself.
   *
   * @param injected how many
   * @param recall share of them that is more likely wrong than right, as the audit has it
   * @param precision share of all labels so judged that are wrong; as the user's own wrong labels
   *     are not known, it is taken that as many of them are found as of the injected ones
   * @param auroc probability that an injected label ranks above one that was left alone
   * @param suggested share of them for which the label they had was suggested
   * @param rateError noise rate with the injected labels, which are then taken off, less the one
   *     without them: 0 for an estimator that counts each of them
   */
  public record Quality(
      int injected,
      double recall,
      double precision,
      double auroc,
      double suggested,
      double rateError) {}
}
