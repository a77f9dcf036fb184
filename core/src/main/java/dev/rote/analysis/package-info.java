/**
 * What the runs of one or several studies show together: seeds as replicates, curves with their
 * spread, comparisons. Every figure, table and claim takes its numbers from here.
 */
package dev.rote.analysis;
