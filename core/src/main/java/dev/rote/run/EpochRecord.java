package dev.rote.run;

/**
 * What was measured of one epoch. Fractions lie in [0, 1]; NaN where there is nothing to measure
 * (no altered sample, no test set). A run that holds a fold out measures at fixed weights what is
 * held out and nothing else: there {@code loss}, {@code j1} and the like are the running values.
 *
 * @param epoch 1-based
 * @param loss mean loss over the training set against the observed labels, at the fixed weights of
 *     the epoch's end
 * @param j1 accuracy on the training set against the observed labels, at fixed weights
 * @param j2 the same against the original labels
 * @param memorized share of the altered samples that are predicted as their observed label
 * @param corrected share of the altered samples that are predicted as their original label
 * @param other share of the altered samples that are predicted as neither
 * @param test accuracy on the test set
 * @param runningLoss mean loss over the epoch's batches, in training mode while the weights move
 * @param runningJ1 J1 over the epoch's batches, likewise
 * @param runningJ2 J2 over the epoch's batches, likewise
 * @param learningRate rate of the epoch's last step
 * @param seconds wall time of the epoch, measurements included
 */
public record EpochRecord(
    int epoch,
    double loss,
    double j1,
    double j2,
    double memorized,
    double corrected,
    double other,
    double test,
    double runningLoss,
    double runningJ1,
    double runningJ2,
    double learningRate,
    double seconds) {}
