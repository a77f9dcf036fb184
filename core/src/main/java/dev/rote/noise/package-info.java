/**
 * Label noise: which observed labels stand in place of the original ones, and how often. Nothing
 * here knows what images look like or what is trained on them.
 */
package dev.rote.noise;
