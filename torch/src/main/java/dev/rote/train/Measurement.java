package dev.rote.train;

import dev.rote.memorization.Memorization;
import java.util.Map;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.Tensor;

/** Measures the network of a run while it trains and after each epoch. */
interface Measurement extends AutoCloseable {
  /**
   * What was measured after an epoch, in evaluation mode.
   *
   * @param loss mean loss over the training set; NaN if not measured
   * @param memorization answers on the training set; NaN if not measured
   * @param predictions predicted class of each training sample, {@code [N]}; empty if not measured
   * @param test accuracy on the test images; NaN if there are none
   */
  record Measured(double loss, Memorization memorization, int[] predictions, double test) {
    /** Returns whether the loss was measured and is NaN or infinite. */
    boolean diverged() {
      return predictions.length > 0 && !Double.isFinite(loss);
    }
  }

  /** Returns the number of images that {@link #measure} evaluates after an epoch. */
  int images(int epoch);

  /**
   * Looks at a training step.
   *
   * @param positions samples of the batch, {@code [n]}, int64
   * @param logits {@code [n,K]}, in training mode
   * @param labels observed labels, {@code [n]}, int64
   */
  default void step(Tensor positions, Tensor logits, Tensor labels) {}

  /**
   * Measures the network after an epoch.
   *
   * @param done receives the number of images evaluated so far
   */
  Measured measure(int epoch, IntConsumer done);

  /** Returns live sums over the epochs by name, which a checkpoint must keep; may be empty. */
  default Map<String, Tensor> sums() {
    return Map.of();
  }

  @Override
  void close();
}
