package dev.rote.audit;

import java.util.List;

/**
 * What an audit found.
 *
 * @param noiseRate headline estimate of the share of wrong labels
 * @param low lower end of its 95% interval
 * @param high upper end
 * @param estimates all estimators side by side, the headline's first
 * @param warnings what to be careful about, in words
 * @param classRates the noise of every observed class
 * @param transition estimated T: row true class, column observed label; rows sum to 1
 * @param transitionLow lower ends of 95% intervals
 * @param transitionHigh upper ends
 * @param ranking all samples, most suspect first
 * @param calibration β of the noise model: below 1, the network was too sure of itself
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record AuditResult(
    double noiseRate,
    double low,
    double high,
    List<Estimate> estimates,
    List<String> warnings,
    List<ClassRate> classRates,
    double[][] transition,
    double[][] transitionLow,
    double[][] transitionHigh,
    List<Suspect> ranking,
    double calibration) {}
