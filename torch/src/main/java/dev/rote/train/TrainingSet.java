package dev.rote.train;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/**
 * Training images and their labels on one device.
 *
 * @param observed labels to train on, {@code [N]}, int64
 * @param original labels before label noise, {@code [N]}, int64
 */
record TrainingSet(ImageTensors images, Tensor observed, Tensor original) implements AutoCloseable {
  /** Copies labels to the device of the images. */
  static TrainingSet of(ImageTensors images, int[] observed, int[] original) {
    return new TrainingSet(images, labels(images, observed), labels(images, original));
  }

  private static Tensor labels(ImageTensors images, int[] labels) {
    return images.integers(Arrays.stream(labels).asLongStream().toArray());
  }

  int size() {
    return images.size();
  }

  @Override
  public void close() {
    images.close();
    observed.releaseReference();
    original.releaseReference();
  }
}
