/** Optimizers on the flat tensors of {@code dev.rote.net.Parameters}; schedules are not here. */
package dev.rote.optim;
