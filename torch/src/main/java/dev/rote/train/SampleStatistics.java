package dev.rote.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Sums statistics of every sample over the epochs of a run. Those of training samples are taken, as
 * in the papers, at the step that trains on the augmented image: with z the logits, p their softmax
 * and y the observed label, over the epochs e = 1 … E
 *
 * <ul>
 *   <li>{@code margin}: Σ z_y − max over k≠y of z_k (AUM is that over E; Pleiss et al. 2020)
 *   <li>{@code confidence}, {@code confidence_squared}: Σ p_y and Σ p_y² (mean and deviation are
 *       those of Swayamdipta et al. 2020)
 *   <li>{@code correct}: how often the prediction was y
 *   <li>{@code forgotten}: how often it was y and not y in the next epoch (Toneva et al. 2019)
 *   <li>{@code last_correct}: whether it was y in the last epoch
 *   <li>{@code fitted}: whether it is y at the final weights, in evaluation mode, for the image
 *       without augmentation
 * </ul>
 *
 * <p>Each is float32 {@code [N]}. A run that holds a fold out has {@code fitted} and {@code
 * held_out} too. {@code held_out}, {@code [M,K]}, is Σ p of the held-out samples over the last
 * quarter of the epochs, for the image and, if training mirrors images, for its mirror image.
 * Divided by its row sums, it is a mean of probabilities.
 */
final class SampleStatistics implements AutoCloseable {
  private final Map<String, Tensor> sums = new LinkedHashMap<>();
  private final int epochs;

  /**
   * Starts with sums of 0, for a run that holds a fold out.
   *
   * @param there a tensor on the device of the sums
   */
  SampleStatistics(int samples, int heldOut, int classes, int epochs, Tensor there) {
    this(samples, there, epochs);
    sums.put("fitted", zeros(there, samples));
    sums.put("held_out", zeros(there, heldOut, classes));
  }

  /**
   * Starts with sums of 0, of the training samples alone.
   *
   * @param there a tensor on the device of the sums
   */
  SampleStatistics(int samples, Tensor there) {
    this(samples, there, 0);
  }

  private SampleStatistics(int samples, Tensor there, int epochs) {
    this.epochs = epochs;
    for (String name :
        new String[] {
          "margin", "confidence", "confidence_squared", "correct", "forgotten", "last_correct"
        }) {
      sums.put(name, zeros(there, samples));
    }
  }

  /** Returns float32 zeros that outlive scopes. */
  static Tensor zeros(Tensor there, long... shape) {
    try (PointerScope scope = new PointerScope()) {
      Tensor tensor = torch.zeros(shape, there.options());
      tensor.retainReference();
      return tensor;
    }
  }

  /** Returns the live tensors of the sums, part of a trainer's state. */
  Map<String, Tensor> sums() {
    return sums;
  }

  /**
   * Adds the training samples of a step: {@code positions} and {@code labels} {@code [n]}, logits
   * {@code [n,K]}.
   */
  void training(Tensor positions, Tensor logits, Tensor labels) {
    Tensor column = labels.unsqueeze(1);
    Tensor own = logits.gather(1, column).squeeze(1);
    Tensor others =
        logits.scatter(1, column, new Scalar(Double.NEGATIVE_INFINITY)).amax(new long[] {1}, false);
    Tensor margin = own.sub(others);
    Tensor p = torch.softmax(logits, 1).gather(1, column).squeeze(1);
    Tensor correct = margin.gt(new Scalar(0.0)).to(torch.ScalarType.Float);
    Tensor before = sums.get("last_correct").gather(0, positions);
    add("margin", positions, margin);
    add("confidence", positions, p);
    add("confidence_squared", positions, p.mul(p));
    add("correct", positions, correct);
    add("forgotten", positions, before.sub(correct).clamp_min(new Scalar(0.0)));
    sums.get("last_correct").index_copy_(0, positions, correct);
  }

  /** Returns whether held-out probabilities after this epoch count. */
  boolean counts(int epoch) {
    return 4 * epoch > 3 * epochs;
  }

  /** Sets whether training samples from {@code start} are fitted: logits {@code [n,K]}. */
  void fitted(int start, Tensor logits, Tensor labels) {
    Tensor hits = logits.argmax(new LongOptional(1), false).eq(labels);
    sums.get("fitted").narrow(0, start, logits.size(0)).copy_(hits);
  }

  /** Adds held-out samples from {@code start}: logits {@code [n,K]} after an epoch. */
  void heldOut(int start, Tensor logits, int epoch) {
    if (counts(epoch)) {
      sums.get("held_out").narrow(0, start, logits.size(0)).add_(torch.softmax(logits, 1));
    }
  }

  private void add(String name, Tensor positions, Tensor values) {
    sums.get(name).index_add_(0, positions, values);
  }

  @Override
  public void close() {
    sums.values().forEach(Tensor::releaseReference);
  }
}
