/**
 * Optimizers on the flat tensors of {@code dev.rote.net.Parameters}. Schedules are in {@code
 * dev.rote.study}.
 */
package dev.rote.optim;
