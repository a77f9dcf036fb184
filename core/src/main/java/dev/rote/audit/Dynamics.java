package dev.rote.audit;

/**
 * What the networks of an audit say of every sample, by position.
 *
 * @param probabilities {@code [N][K]}, of the network that was not trained on the sample, mean over
 *     the last quarter of its epochs
 * @param aum area under the margin (Pleiss et al. 2020): margin of the observed label's logit over
 *     the largest other, mean over epochs and over the networks that were trained on the sample
 * @param confidence probability of the observed label, likewise (Swayamdipta et al. 2020)
 * @param variability deviation of that over the epochs, likewise
 * @param correctness share of the epochs in which the prediction was the observed label
 * @param forgetting how often it was and in the next epoch no longer, mean over networks (Toneva et
 *     al. 2019)
 * @param saturation 1 − J1 of the network on all samples over the last fifth of its epochs
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Dynamics(
    float[][] probabilities,
    double[] aum,
    double[] confidence,
    double[] variability,
    double[] correctness,
    double[] forgetting,
    double saturation) {}
