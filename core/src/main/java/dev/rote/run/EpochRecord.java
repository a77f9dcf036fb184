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
 * @param extra measures, which are taken on request only
 */
public record EpochRecord(
    int epoch,
    double loss,
    Memorization memorization,
    double test,
    Running running,
    double learningRate,
    double seconds,
    Extra extra) {
  /** Means over the batches of an epoch, in training mode, while the weights change. */
  public record Running(double loss, double j1, double j2) {}

  /**
   * Measures that cost extra time; NaN unless they were asked for.
   *
   * @param susceptibility how much one step on a batch of randomly labelled training samples lowers
   *     the loss on it
   * @param criticalRatio share of training samples whose predicted class changes within a small
   *     ball
   * @param lossSensitivity mean absolute gradient of the loss by the values of the image
   * @param sensitivityGini its Gini coefficient over the samples
   */
  public record Extra(
      double susceptibility, double criticalRatio, double lossSensitivity, double sensitivityGini) {
    /** Nothing was asked for. */
    public static final Extra NONE = new Extra(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
  }
}
