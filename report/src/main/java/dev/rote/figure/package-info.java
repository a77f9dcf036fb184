/**
 * Charts as SVG, and PNG made of the same SVG: lines with bands, points with intervals, matrices.
 * Knows nothing of runs.
 */
package dev.rote.figure;
