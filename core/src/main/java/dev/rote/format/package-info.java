/**
 * The file formats that a run directory is written in, and that other programs read unchanged: NPY
 * arrays, safetensors, TensorBoard events. Bytes and shapes only; what they mean is said elsewhere.
 */
package dev.rote.format;
