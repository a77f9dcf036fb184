/**
 * Networks: their parameters in flat tensors, the paper's architectures and two small ones for
 * quick experiments. Losses and optimizers have packages of their own.
 */
package dev.rote.net;
