package dev.rote.loss;

import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;

/**
 * A loss of a classifier, one value a sample. The trainer minimizes the mean.
 *
 * <p>N is the number of samples, K the number of classes, h the softmax of the logits, y the label,
 * e_y its one-hot vector. All losses are computed from the log-softmax, without clamping
 * probabilities, which would kill gradients.
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

  /** Whether the loss has an upper bound over all h and y. */
  boolean bounded();

  /**
   * C with Σ_j L(h,j) = C for every h, if there is one: the loss is then symmetric (Ghosh et al.
   * 2017, "Robust loss functions under label noise for deep neural networks", eq. 3).
   *
   * @param classes K
   */
  OptionalDouble symmetryConstant(int classes);
}
