package dev.rote.run;

/**
 * The risk of one network under one loss without and with label noise.
 *
 * @param run name of the run that trained the network
 * @param epoch the epoch at whose end its weights were kept
 * @param loss text of the loss that the risk is the mean of; any, not only the one trained with
 * @param symmetric whether that loss is symmetric
 * @param noiseRate η of the symmetric noise; NaN where the noise is of another kind
 * @param risk R, the mean loss over the training set against the original labels
 * @param noisyRisk R^η, its exact expectation under the noise
 * @param predicted what the theorem says that R^η is; NaN where the noise is of another kind, or
 *     alters no label
 */
public record RiskPoint(
    String run,
    int epoch,
    String loss,
    boolean symmetric,
    double noiseRate,
    double risk,
    double noisyRisk,
    double predicted) {

  /** Returns R^η minus the prediction; NaN where there is none. */
  public double deviation() {
    return noisyRisk - predicted;
  }
}
