/**
 * Charts as SVG, and PNG made of the same SVG: lines with bands, points with intervals, bars,
 * matrices. Knows nothing of runs.
 */
package dev.rote.figure;
