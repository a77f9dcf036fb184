package dev.rote.claim;

import java.util.List;

/**
 * A claim and what the runs say of it.
 *
 * @param number its number in this project's list, from 1
 * @param claim the claim
 * @param verdict what the runs say
 * @param summary one or two sentences for people
 * @param figures the numbers, with what the claim requires of each
 * @param runs names of the runs that it rests on
 */
public record Claim(
    int number,
    String claim,
    Verdict verdict,
    String summary,
    List<Finding> figures,
    List<String> runs) {}
