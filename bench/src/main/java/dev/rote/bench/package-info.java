/**
 * Measures training speed: Rote compared with plain libtorch, DJL and PyTorch, and with the time of
 * the convolutions alone. Nothing here is part of the product.
 */
package dev.rote.bench;
