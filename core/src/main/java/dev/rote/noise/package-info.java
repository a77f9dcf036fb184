/** Label noise: draws observed labels from original ones. Independent of images and training. */
package dev.rote.noise;
