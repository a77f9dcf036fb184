/**
 * Networks: their parameters in flat tensors, the paper's architectures and two small ones for
 * quick work. What is minimized, and how, is elsewhere.
 */
package dev.rote.net;
