/**
 * What a run memorized: J1 and J2, what became of the altered samples, the flip epoch, whether the
 * network fitted at all. Pure functions from arrays to records; no files, no training.
 */
package dev.rote.memorization;
