package dev.rote.train;

import dev.rote.data.LabelledImages;
import dev.rote.memorization.Memorization;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Measures the network of an audit's fold: {@link SampleStatistics} of the training samples, taken
 * at the steps that train on them, and of the held-out images. Measures the training samples at
 * fixed weights after the last epoch only. Before the epochs that count, measures the accuracy on
 * no more than 1,000 of the held-out images, since all of them would take up to a quarter of the
 * time.
 *
 * <p>Where training mirrors images, held-out images count twice: as they are, and mirrored (flip
 * test-time augmentation).
 */
final class FoldMeasurement implements Measurement {
  private static final int SAMPLE = 1000;

  private static final Memorization NOT_MEASURED =
      new Memorization(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  private final ImageClassifier classifier;
  private final TrainingSet training;
  private final int epochs;
  private final TestImages heldOut;
  private final TestImages sample;
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
    this.sample = new TestImages(classifier, heldOut.select(evenly(heldOut.size(), SAMPLE)));
    this.statistics =
        new SampleStatistics(
            training.size(),
            heldOut.size(),
            heldOut.classes(),
            epochs,
            classifier.network().parameters().flat());
    this.mirrored = mirrored;
  }

  /** Returns {@code most} positions of n, or all if there are fewer, at even distances. */
  private static int[] evenly(int n, int most) {
    int count = Math.min(n, most);
    return IntStream.range(0, count).map(i -> (int) ((long) i * n / count)).toArray();
  }

  @Override
  public int images(int epoch) {
    if (!statistics.counts(epoch)) {
      return sample.size();
    }
    return heldOut.size() * (mirrored ? 2 : 1) + (epoch == epochs ? training.size() : 0);
  }

  @Override
  public void step(Tensor positions, Tensor logits, Tensor labels) {
    statistics.training(positions, logits, labels);
  }

  @Override
  public Measured measure(int epoch, IntConsumer done) {
    if (!statistics.counts(epoch)) {
      return measured(sample.accuracy(done));
    }
    ImageClassifier.LogitsSink sink =
        (start, size, logits) -> statistics.heldOut(start, logits, epoch);
    double accuracy = heldOut.accuracy(done, sink);
    if (mirrored) {
      heldOut.evaluateMirrored(sink);
    }
    if (epoch == epochs) {
      classifier.evaluate(
          training.images(),
          (start, size, logits) ->
              statistics.fitted(start, logits, training.observed().narrow(0, start, size)));
    }
    return measured(accuracy);
  }

  private static Measured measured(double accuracy) {
    return new Measured(Double.NaN, NOT_MEASURED, new int[0], accuracy);
  }

  @Override
  public Map<String, Tensor> sums() {
    return statistics.sums();
  }

  @Override
  public void close() {
    heldOut.close();
    sample.close();
    statistics.close();
  }
}
