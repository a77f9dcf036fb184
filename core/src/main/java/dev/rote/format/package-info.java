/**
 * The file formats that a run directory is written in, and that other programs read unchanged: NPY
 * arrays, safetensors, TensorBoard events. Bytes and shapes only; other packages know what they
 * mean.
 */
package dev.rote.format;
