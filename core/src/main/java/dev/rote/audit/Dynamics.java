package dev.rote.audit;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What the networks of an audit say of every sample, by position.
 *
 * @param opinions held-out probabilities, one array {@code [N][K]} for each division into folds in
 *     each round: of the network that was not trained on the sample, mean over the last quarter of
 *     its epochs
 * @param aum area under the margin (Pleiss et al. 2020): margin of the observed label's logit over
 *     the largest other, mean over epochs and over the networks that were trained on the sample
 * @param confidence probability of the observed label, likewise (Swayamdipta et al. 2020)
 * @param variability deviation of that over the epochs, likewise
 * @param correctness share of the epochs in which the prediction was the observed label
 * @param forgetting how often it was and in the next epoch no longer, mean over networks (Toneva et
 *     al. 2019)
 * @param fitted share of the networks trained on the sample that predict the observed label at
 *     their final weights
 * @param saturation 1 − J1 of the network on all samples over the last fifth of its epochs, if
 *     there is one
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Dynamics(
    List<float[][]> opinions,
    double[] aum,
    double[] confidence,
    double[] variability,
    double[] correctness,
    double[] forgetting,
    double[] fitted,
    OptionalDouble saturation) {

  /** Returns these statistics with further held-out probabilities. */
  public Dynamics withFurther(List<float[][]> others) {
    return new Dynamics(
        Stream.concat(opinions.stream(), others.stream()).toList(),
        aum,
        confidence,
        variability,
        correctness,
        forgetting,
        fitted,
        saturation);
  }

  /** Returns the statistics of the samples at {@code positions}, in that order. */
  Dynamics select(int[] positions) {
    UnaryOperator<double[]> chosen =
        all -> Arrays.stream(positions).mapToDouble(i -> all[i]).toArray();
    return new Dynamics(
        opinions.stream()
            .map(o -> Arrays.stream(positions).mapToObj(i -> o[i]).toArray(float[][]::new))
            .toList(),
        chosen.apply(aum),
        chosen.apply(confidence),
        chosen.apply(variability),
        chosen.apply(correctness),
        chosen.apply(forgetting),
        chosen.apply(fitted),
        saturation);
  }

  /** Returns the held-out probabilities, {@code [N][K]}: the mean of the opinions. */
  public float[][] probabilities() {
    if (opinions.size() == 1) {
      return opinions.get(0);
    }
    float[][] first = opinions.get(0);
    float[][] mean = new float[first.length][first[0].length];
    for (float[][] opinion : opinions) {
      for (int i = 0; i < mean.length; i++) {
        for (int k = 0; k < mean[i].length; k++) {
          mean[i][k] += opinion[i][k] / opinions.size();
        }
      }
    }
    return mean;
  }
}
