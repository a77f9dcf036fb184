/** Computes networks in the ONNX format with ONNX Runtime. */
package dev.rote.onnx;
