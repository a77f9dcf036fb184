/**
 * Labelled images and the readers of their sources: public data sets, folders, manifests,
 * annotations, and glyphs that are drawn here; also tables of labels, probabilities and features.
 * Nothing here alters labels: {@code dev.rote.noise} does that.
 */
package dev.rote.data;
