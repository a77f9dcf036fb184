package dev.rote.train;

import dev.rote.data.LabelledImages;
import dev.rote.memorization.Memorization;
import java.util.Map;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.Tensor;

/**
 * Measures the network of an audit's fold: {@link SampleStatistics} of the training samples, taken
 * at the steps that train on them, and of the held-out images. Measures the training samples at
 * fixed weights after the last epoch only.
 *
 * <p>Where training mirrors images, held-out images count twice: as they are, and mirrored (flip
 * test-time augmentation).
 */
final class FoldMeasurement implements Measurement {
  private static final Memorization NOT_MEASURED =
      new Memorization(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  private final ImageClassifier classifier;
  private final TrainingSet training;
  private final int epochs;
  private final TestImages heldOut;
  private final SampleStatistics statistics;
  private final boolean mirrored;

  FoldMeasurement(
      ImageClassifier classifier,
      TrainingSet training,
      LabelledImages heldOut,
      int epochs,
      boolean mirrored) {
    this.classifier = classifier;
    this.training = training;
    this.epochs = epochs;
    this.heldOut = new TestImages(classifier, heldOut);
    this.statistics =
        new SampleStatistics(
            training.size(),
            heldOut.size(),
            heldOut.classes(),
            epochs,
            classifier.network().parameters().flat());
    this.mirrored = mirrored;
  }

  @Override
  public int images() {
    return heldOut.size();
  }

  @Override
  public void step(Tensor positions, Tensor logits, Tensor labels) {
    statistics.training(positions, logits, labels);
  }

  @Override
  public Measured measure(int epoch, IntConsumer done) {
    ImageClassifier.LogitsSink sink =
        (start, size, logits) -> statistics.heldOut(start, logits, epoch);
    double accuracy = heldOut.accuracy(done, sink);
    if (mirrored && statistics.counts(epoch)) {
      heldOut.evaluateMirrored(sink);
    }
    if (epoch == epochs) {
      classifier.evaluate(
          training.images(),
          (start, size, logits) ->
              statistics.fitted(start, logits, training.observed().narrow(0, start, size)));
    }
    return new Measured(Double.NaN, NOT_MEASURED, new int[0], accuracy);
  }

  @Override
  public Map<String, Tensor> sums() {
    return statistics.sums();
  }

  @Override
  public void close() {
    heldOut.close();
    statistics.close();
  }
}
