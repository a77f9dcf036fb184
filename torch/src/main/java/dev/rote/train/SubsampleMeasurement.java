package dev.rote.train;

import dev.rote.data.LabelledImages;
import dev.rote.loss.Loss;
import dev.rote.memorization.Memorization;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Measures a run that trains on a subsample of the training images: loss, J1 and J2 on the samples
 * that it trains on, and the predicted class of all, at the weights at the end of each epoch.
 *
 * <p>Collects for every sample, in addition to the sums of {@link SampleStatistics} over the steps
 * that trained on it:
 *
 * <ul>
 *   <li>{@code trained}, {@code [N]}: 1 if the run trains on it, else 0
 *   <li>{@code loss}, {@code [N]}: Σ over the epochs of its loss at fixed weights (cumulative
 *       sample loss; Ravikumar et al. 2025)
 *   <li>{@code input_gradient}, {@code [N]}: mean absolute gradient of its loss by the values of
 *       the standardized image, at the final weights
 *   <li>{@code test_correct}, {@code [M]}: 1 if the prediction of the test image is its label after
 *       the last epoch, else 0
 * </ul>
 */
final class SubsampleMeasurement implements Measurement {
  private final ImageClassifier classifier;
  private final Loss loss;
  private final TrainingSet training;
  private final int[] trained;
  private final int[] observed;
  private final int[] original;
  private final Optional<TestImages> test;
  private final int epochs;
  private final SampleStatistics statistics;
  private final Map<String, Tensor> sums = new LinkedHashMap<>();

  /**
   * Starts with sums of 0.
   *
   * @param trained positions of the samples that the run trains on
   */
  SubsampleMeasurement(
      ImageClassifier classifier,
      Loss loss,
      TrainingSet training,
      int[] trained,
      int[] observed,
      int[] original,
      Optional<LabelledImages> test,
      int epochs) {
    this.classifier = classifier;
    this.loss = loss;
    this.training = training;
    this.trained = trained;
    this.observed = observed;
    this.original = original;
    this.test = test.map(images -> new TestImages(classifier, images));
    this.epochs = epochs;
    Tensor there = classifier.network().parameters().flat();
    this.statistics = new SampleStatistics(training.size(), there);
    sums.putAll(statistics.sums());
    for (String name : new String[] {"trained", "loss", "input_gradient"}) {
      sums.put(name, SampleStatistics.zeros(there, training.size()));
    }
    sums.put(
        "test_correct", SampleStatistics.zeros(there, this.test.map(TestImages::size).orElse(0)));
    try (PointerScope scope = new PointerScope()) {
      Tensor positions =
          training.images().integers(Arrays.stream(trained).asLongStream().toArray());
      sums.get("trained").index_fill_(0, positions, new Scalar(1.0));
      positions.releaseReference();
    }
  }

  @Override
  public int images(int epoch) {
    return training.size() + test.map(TestImages::size).orElse(0);
  }

  @Override
  public void step(Tensor positions, Tensor logits, Tensor labels) {
    statistics.training(positions, logits, labels);
  }

  @Override
  public Measured measure(int epoch, IntConsumer done) {
    try (PointerScope scope = new PointerScope()) {
      Tensor losses =
          torch.zeros(training.size()).to(training.observed().device(), ScalarType.Double);
      Tensor predicted = torch.empty_like(training.observed());
      classifier.evaluate(
          training.images(),
          (start, size, logits) -> {
            predicted.narrow(0, start, size).copy_(logits.argmax(new LongOptional(1), false));
            losses
                .narrow(0, start, size)
                .copy_(loss.perSample(logits, training.observed().narrow(0, start, size)));
            done.accept(start + size);
          });
      sums.get("loss").add_(losses);
      if (epoch == epochs) {
        classifier.differentiate(
            training.images(),
            training.observed(),
            loss,
            (start, size, gradient) ->
                sums.get("input_gradient")
                    .narrow(0, start, size)
                    .copy_(gradient.abs().flatten(1, -1).mean(1)));
      }
      int[] predictions = TensorTransfer.integers(predicted);
      return new Measured(
          // Not a product: a sample that the run does not train on may have an infinite loss.
          TensorTransfer.doubles(
                  losses
                      .masked_fill(sums.get("trained").eq(new Scalar(0.0)), new Scalar(0.0))
                      .sum())[0]
              / trained.length,
          Memorization.of(of(predictions), of(observed), of(original)),
          predictions,
          test.map(images -> images.accuracy(n -> done.accept(training.size() + n), hits(images)))
              .orElse(Double.NaN));
    }
  }

  private ImageClassifier.LogitsSink hits(TestImages images) {
    return (start, size, logits) ->
        sums.get("test_correct")
            .narrow(0, start, size)
            .copy_(logits.argmax(new LongOptional(1), false).eq(images.labels(start, size)));
  }

  private int[] of(int[] values) {
    return Arrays.stream(trained).map(i -> values[i]).toArray();
  }

  @Override
  public Map<String, Tensor> sums() {
    return sums;
  }

  @Override
  public void close() {
    test.ifPresent(TestImages::close);
    sums.values().forEach(Tensor::releaseReference);
  }
}
