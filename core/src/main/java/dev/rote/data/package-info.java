/**
 * Labelled images and the readers of their sources: IDX, CIFAR-10 binary, folders, manifests, and
 * glyphs that are drawn here. Nothing here alters labels: that is {@code dev.rote.noise}.
 */
package dev.rote.data;
