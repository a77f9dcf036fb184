package dev.rote.audit;

import java.util.List;

/**
 * How well a ranking found labels that are known to be wrong.
 *
 * @param wrong number of labels that are wrong
 * @param rate their share
 * @param auroc probability that a wrong label ranks above a right one
 * @param precisionAtWrong share of wrong labels among the first as many as there are wrong ones
 * @param suggestionAccuracy share of the wrong labels whose suggestion is the original label
 */
public record DetectionQuality(
    int wrong, double rate, double auroc, double precisionAtWrong, double suggestionAccuracy) {

  /**
   * Judges a ranking, most suspect first, by the original labels.
   *
   * @param original N original labels, by position
   */
  public static DetectionQuality of(List<Suspect> ranking, int[] original) {
    int wrong = 0;
    int suggested = 0;
    for (Suspect suspect : ranking) {
      if (suspect.observed() != original[suspect.position()]) {
        wrong++;
        suggested += suspect.suggested() == original[suspect.position()] ? 1 : 0;
      }
    }
    int n = ranking.size();
    int found = 0;
    double pairs = 0;
    for (int rank = 0; rank < n; rank++) {
      Suspect suspect = ranking.get(rank);
      boolean isWrong = suspect.observed() != original[suspect.position()];
      if (isWrong) {
        found += rank < wrong ? 1 : 0;
        pairs += n - 1 - rank; // ranked below; wrong ones among them are taken out underneath
      }
    }
    double wrongPairs = wrong * (wrong - 1.0) / 2;
    double auroc =
        wrong == 0 || wrong == n
            ? Double.NaN
            : (pairs - wrongPairs) / ((double) wrong * (n - wrong));
    return new DetectionQuality(
        wrong,
        (double) wrong / n,
        auroc,
        wrong == 0 ? Double.NaN : (double) found / wrong,
        wrong == 0 ? Double.NaN : (double) suggested / wrong);
  }
}
