package dev.rote.audit;

import java.util.List;

/**
 * How well a ranking finds labels that are known to be wrong. With n wrong labels among N:
 *
 * @param wrong n
 * @param rate n/N
 * @param auroc area under the receiver operating characteristic: probability that a wrong label
 *     ranks above a right one
 * @param averagePrecision mean, over the wrong labels, of the precision at their ranks
 * @param precisionAtWrong share of wrong labels among the first n
 * @param recallAtTwice share of the wrong labels that are among the first 2n
 * @param missed wrong labels that are not among the first n
 * @param suggestionAccuracy share of the wrong labels whose suggestion is the original label
 */
public record DetectionQuality(
    int wrong,
    double rate,
    double auroc,
    double averagePrecision,
    double precisionAtWrong,
    double recallAtTwice,
    int missed,
    double suggestionAccuracy) {

  /**
   * Judges a ranking, most suspect first, by the original labels. Shares of wrong labels are NaN
   * where there are none.
   *
   * @param original N original labels, by position
   */
  public static DetectionQuality of(List<Suspect> ranking, int[] original) {
    int n = ranking.size();
    int wrong = 0;
    int suggested = 0;
    for (Suspect suspect : ranking) {
      if (suspect.observed() != original[suspect.position()]) {
        wrong++;
        suggested += suspect.suggested() == original[suspect.position()] ? 1 : 0;
      }
    }
    int found = 0;
    int first = 0;
    int twice = 0;
    double precisions = 0;
    double pairs = 0;
    for (int rank = 0; rank < n; rank++) {
      Suspect suspect = ranking.get(rank);
      if (suspect.observed() != original[suspect.position()]) {
        found++;
        first += rank < wrong ? 1 : 0;
        twice += rank < 2 * wrong ? 1 : 0;
        precisions += (double) found / (rank + 1);
        pairs += (n - 1 - rank) - (wrong - found); // right labels that rank below
      }
    }
    boolean both = wrong > 0 && wrong < n;
    return new DetectionQuality(
        wrong,
        (double) wrong / n,
        both ? pairs / ((double) wrong * (n - wrong)) : Double.NaN,
        precisions / wrong,
        (double) first / wrong,
        (double) twice / wrong,
        wrong - first,
        (double) suggested / wrong);
  }
}
