/**
 * Measures how fast networks train: Rote beside plain libtorch and DJL, and beside what the
 * convolutions alone take. Nothing here is part of the product.
 */
package dev.rote.bench;
