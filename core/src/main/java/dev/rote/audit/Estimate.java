package dev.rote.audit;

/**
 * What one estimator makes of the noise rate.
 *
 * @param name of the estimator
 * @param rate estimated share of wrong labels
 * @param low lower end of a 95% interval over samples; NaN where the estimator gives none
 * @param high upper end
 * @param what it looks at, in a few words
 */
public record Estimate(String name, double rate, double low, double high, String what) {}
