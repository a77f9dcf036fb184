package dev.rote.train;

import dev.rote.data.LabelledImages;
import dev.rote.loss.Loss;
import dev.rote.memorization.Memorization;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Measures loss, J1 and J2 on all training samples, and accuracy on the test images, at the weights
 * at the end of each epoch.
 */
final class FixedWeightMeasurement implements Measurement {
  private final ImageClassifier classifier;
  private final Loss loss;
  private final TrainingSet training;
  private final int[] observed;
  private final int[] original;
  private final Optional<TestImages> test;

  FixedWeightMeasurement(
      ImageClassifier classifier,
      Loss loss,
      TrainingSet training,
      int[] observed,
      int[] original,
      Optional<LabelledImages> test) {
    this.classifier = classifier;
    this.loss = loss;
    this.training = training;
    this.observed = observed;
    this.original = original;
    this.test = test.map(images -> new TestImages(classifier, images));
  }

  @Override
  public int images(int epoch) {
    return training.size() + test.map(TestImages::size).orElse(0);
  }

  @Override
  public Measured measure(int epoch, IntConsumer done) {
    try (PointerScope scope = new PointerScope()) {
      Tensor lossSum = torch.zeros(1).to(training.observed().device(), ScalarType.Double);
      Tensor predicted = torch.empty_like(training.observed());
      classifier.evaluate(
          training.images(),
          (start, size, logits) -> {
            predicted.narrow(0, start, size).copy_(logits.argmax(new LongOptional(1), false));
            Tensor losses = loss.perSample(logits, training.observed().narrow(0, start, size));
            lossSum.add_(losses.to(ScalarType.Double).sum());
            done.accept(start + size);
          });
      int[] predictions = TensorTransfer.integers(predicted);
      return new Measured(
          TensorTransfer.doubles(lossSum)[0] / training.size(),
          Memorization.of(predictions, observed, original),
          predictions,
          test.map(images -> images.accuracy(n -> done.accept(training.size() + n)))
              .orElse(Double.NaN));
    }
  }

  @Override
  public void close() {
    test.ifPresent(TestImages::close);
  }
}
