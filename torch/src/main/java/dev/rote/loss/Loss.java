package dev.rote.loss;

import org.bytedeco.pytorch.Tensor;

/**
 * A loss of a classifier, one value a sample. The trainer minimizes the mean.
 *
 * <p>N is the number of samples, K the number of classes, h the softmax of the logits.
 */
public interface Loss {
  /**
   * Loss of each sample.
   *
   * @param logits {@code [N,K]}, float32 or float64
   * @param labels {@code [N]}, int64, each in [0, K)
   * @return {@code [N]}, of the type of {@code logits}
   */
  Tensor perSample(Tensor logits, Tensor labels);

  /**
   * The text that {@link Losses#parse} makes this loss from, in canonical form: {@code
   * rll(alpha=0.1)}.
   */
  String spec();
}
