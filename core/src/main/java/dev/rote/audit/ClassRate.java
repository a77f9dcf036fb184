package dev.rote.audit;

/**
 * Noise of one observed class.
 *
 * @param name of the class
 * @param samples that carry this label
 * @param rate estimated share of them that are wrong
 * @param low lower end of the 95% interval
 * @param high upper end
 */
public record ClassRate(String name, int samples, double rate, double low, double high) {}
