package dev.rote.audit;

/**
 * A sample and what speaks against its label.
 *
 * @param position its place in the data, from 0
 * @param observed its label
 * @param suggested the most likely other class
 * @param score log odds that the label is wrong: what the ranking goes by
 * @param probabilityWrong the same as a probability
 */
public record Suspect(
    int position, int observed, int suggested, double score, double probabilityWrong) {}
