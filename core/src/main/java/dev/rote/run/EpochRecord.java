package dev.rote.run;

import dev.rote.memorization.Memorization;

/**
 * Measures of one epoch. Fractions lie in [0, 1]; a value that was not measured, or has nothing to
 * be measured on (no altered sample, no test set), is NaN. The network of an audit's fold measures
 * {@code test}, on the samples held out, and the running values, and nothing else.
 *
 * @param epoch 1-based
 * @param loss mean loss over the training set against the observed labels, at the weights at the
 *     end of the epoch
 * @param memorization answers on the training set at these weights
 * @param test accuracy on the test set, or on the samples held out, at these weights
 * @param running means over the batches
 * @param learningRate learning rate of the last step
 * @param seconds wall time of the epoch, measurements included
 * @param susceptibility how much one step on a batch of randomly labelled training samples lowers
 *     the loss on it; NaN unless it was asked for
 */
public record EpochRecord(
    int epoch,
    double loss,
    Memorization memorization,
    double test,
    Running running,
    double learningRate,
    double seconds,
    double susceptibility) {
  /** Means over the batches of an epoch, in training mode, while the weights change. */
  public record Running(double loss, double j1, double j2) {}
}
