package dev.rote.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * What an audit found.
 *
 * @param noiseRate headline estimate of the share of wrong labels
 * @param fitted whether the network agrees with the labels clearly more often than one that always
 *     names the most frequent class; if not, nothing else here says anything
 * @param estimates all estimators side by side, the headline's first
 * @param warnings what to be careful about, in words
 * @param classRates the noise of every class that occurs among the labels
 * @param transition estimated T: row true class, column observed label; rows sum to 1
 * @param transitionLow lower ends of 95% intervals
 * @param transitionHigh upper ends
 * @param ranking all samples, most suspect first
 * @param calibration β of the likeliest noise model: below 1, the network was too sure of itself
 * @param byLikeness share of the labels that are given by what images look like, not by class
 *     alone, where people mistake what is alike
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record AuditResult(
    Rate noiseRate,
    boolean fitted,
    List<Estimate> estimates,
    List<String> warnings,
    List<ClassRate> classRates,
    double[][] transition,
    double[][] transitionLow,
    double[][] transitionHigh,
    List<Suspect> ranking,
    double calibration,
    double byLikeness) {
  /** The same with further warnings, which come first. */
  public AuditResult warning(List<String> more) {
    List<String> all = new ArrayList<>(more);
    all.addAll(warnings);
    return new AuditResult(
        noiseRate,
        fitted,
        estimates,
        List.copyOf(all),
        classRates,
        transition,
        transitionLow,
        transitionHigh,
        ranking,
        calibration,
        byLikeness);
  }
}
