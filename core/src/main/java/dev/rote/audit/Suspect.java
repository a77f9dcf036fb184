package dev.rote.audit;

/**
 * A sample and how doubtful its label is.
 *
 * @param position its place in the data, from 0
 * @param observed its label
 * @param suggested the most likely other class
 * @param score what the ranking goes by; rises with the probability
 * @param probabilityWrong probability that the label is wrong; NaN if unknown
 */
public record Suspect(
    int position, int observed, int suggested, double score, double probabilityWrong) {}
