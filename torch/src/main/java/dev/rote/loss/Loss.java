package dev.rote.loss;

import dev.rote.study.LossSpec;
import dev.rote.text.InputException;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A loss of a classifier, with one value per sample. The trainer minimizes the mean. Your own loss
 * only needs to implement {@link #perSample}.
 *
 * <p>N is the number of samples, K the number of classes, h the softmax of the logits, y the label,
 * e_y its one-hot vector. All losses are computed from the log-softmax, without clamping
 * probabilities, which would kill gradients.
 */
public interface Loss {
  /**
   * Loss of each sample: a function of the arguments alone, since a GPU records a step once and
   * replays it with the numbers that Java passed then.
   *
   * @param logits {@code [N,K]}, float32 or float64
   * @param labels {@code [N]}, int64, each in [0, K)
   * @return {@code [N]}, of the type of {@code logits}
   */
  Tensor perSample(Tensor logits, Tensor labels);

  /** Returns the description that {@link Losses#of} makes this loss from, with all arguments. */
  default LossSpec spec() {
    return LossSpec.parse("class(" + UserLoss.quoted(getClass().getName()) + ")");
  }

  /**
   * Returns what decides the values of this loss, as text: {@link #spec}, but with the SHA-256 of a
   * file's content in place of its path.
   */
  default String fingerprint() {
    return spec().toString();
  }

  /** Returns whether the loss has an upper bound over all h and y. */
  default boolean bounded() {
    return false;
  }

  /**
   * Returns C with Σ_j L(h,j) = C for every h, if there is one: the loss is then symmetric (Ghosh
   * et al. 2017, "Robust loss functions under label noise for deep neural networks", eq. 3).
   *
   * @param classes K
   */
  default OptionalDouble symmetryConstant(int classes) {
    return OptionalDouble.empty();
  }

  /**
   * Refuses a number of classes for which the loss is not defined, before training.
   *
   * @param classes K
   * @throws dev.rote.text.InputException with the reason
   */
  default void requireClasses(int classes) {}

  /**
   * L(h,j), the loss of each sample for every label j that it might have. By default computed label
   * by label.
   *
   * @param logits {@code [N,K]}
   * @return {@code [N,K]}
   */
  default Tensor perLabel(Tensor logits) {
    Tensor labels = logits.select(1, 0).detach().to(ScalarType.Long).mul(new Scalar(0));
    TensorVector columns = new TensorVector();
    for (long j = 0; j < logits.size(1); j++) {
      columns.push_back(perSample(logits, labels.add(new Scalar(j))));
    }
    return torch.stack(columns, 1);
  }

  /**
   * Returns Σ_j L(h,j), the loss of each sample summed over all labels.
   *
   * @param logits {@code [N,K]}
   * @return {@code [N]}
   */
  default Tensor sumOverLabels(Tensor logits) {
    return Probabilities.sum(perLabel(logits));
  }

  /**
   * Returns L(h,y) / Σ_j L(h,j) of each sample.
   *
   * @param logits {@code [N,K]}
   * @param labels {@code [N]}, int64
   * @return {@code [N]}
   */
  default Tensor shareOfSum(Tensor logits, Tensor labels) {
    return perSample(logits, labels).div(sumOverLabels(logits));
  }

  /**
   * Returns this loss divided by its sum over all labels.
   *
   * @throws InputException if that is not defined: without an upper bound, or for values below 0
   */
  default Loss normalized() {
    if (!bounded()) {
      throw new InputException(
          spec()
              + " is not bounded, so it cannot be normalized; mse, mae, rll and gce are bounded");
    }
    return new NormalizedLoss(this, NormalizedLoss.KIND.spec(spec()));
  }
}
