package dev.rote.train;

import dev.rote.data.LabelledImages;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/** Images that a run does not train on, on the device of its network. */
final class TestImages implements AutoCloseable {
  private final ImageClassifier classifier;
  private final ImageTensors images;
  private final int[] labels;
  private final Tensor labelTensor;

  TestImages(ImageClassifier classifier, LabelledImages images) {
    this.classifier = classifier;
    this.images = classifier.images(images);
    this.labels = images.labels();
    this.labelTensor = this.images.integers(Arrays.stream(labels).asLongStream().toArray());
  }

  /** Returns the labels of {@code size} images from {@code start}, int64. */
  Tensor labels(int start, int size) {
    return labelTensor.narrow(0, start, size);
  }

  int size() {
    return labels.length;
  }

  /**
   * Returns the accuracy at the present weights, in evaluation mode.
   *
   * @param done receives the number of images evaluated so far
   */
  double accuracy(IntConsumer done) {
    return accuracy(done, (start, size, logits) -> {});
  }

  /** Returns the accuracy, and passes the logits to {@code sink}. */
  double accuracy(IntConsumer done, ImageClassifier.LogitsSink sink) {
    try (PointerScope scope = new PointerScope()) {
      Tensor predicted = images.integers(new long[labels.length]);
      classifier.evaluate(
          images,
          (start, size, logits) -> {
            predicted.narrow(0, start, size).copy_(logits.argmax(new LongOptional(1), false));
            sink.take(start, size, logits);
            done.accept(start + size);
          });
      int[] predictions = TensorTransfer.integers(predicted);
      predicted.releaseReference();
      int hits = 0;
      for (int i = 0; i < labels.length; i++) {
        hits += predictions[i] == labels[i] ? 1 : 0;
      }
      return (double) hits / labels.length;
    }
  }

  /** Passes the logits of the images mirrored left to right to {@code sink}. */
  void evaluateMirrored(ImageClassifier.LogitsSink sink) {
    classifier.evaluateMirrored(images, sink);
  }

  @Override
  public void close() {
    images.close();
    labelTensor.releaseReference();
  }
}
