package dev.rote.train;

import dev.rote.loss.Loss;
import dev.rote.memorization.Gini;
import dev.rote.net.Classifier;
import dev.rote.study.ExtraMeasure;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How a network responds to small changes of images that it trains on, at fixed weights and in
 * evaluation mode (Arpit et al. 2017, "A closer look at memorization in deep networks", sections
 * 3.3 and 4.2). Measured on up to 1,000 of them, evenly spaced. Changes are in units of the
 * standardized image.
 */
final class InputSensitivity {
  /** Radius of the L∞ ball in which a critical sample changes its class. */
  static final double RADIUS = 0.1;

  private static final int STEPS = 10;
  private static final int STEPS_TO_THE_EDGE = 4;
  private static final int BATCH = 250;

  private final ImageClassifier classifier;
  private final Loss loss;
  private final TrainingSet training;
  private final long[] positions;

  /** Chooses the samples among those at {@code trained}. */
  InputSensitivity(ImageClassifier classifier, Loss loss, TrainingSet training, int[] trained) {
    this.classifier = classifier;
    this.loss = loss;
    this.training = training;
    int count = Math.min(ExtraMeasure.MOST_SAMPLES, trained.length);
    this.positions = new long[count];
    for (int i = 0; i < count; i++) {
      positions[i] = trained[(int) ((long) i * trained.length / count)];
    }
  }

  /** Mean absolute gradients of the loss by the values of an image, over samples. */
  record Sensitivity(double mean, double gini) {}

  /** Returns the loss sensitivity and its Gini coefficient over the samples. */
  Sensitivity sensitivity() {
    double[] values = new double[positions.length];
    forEachBatch(
        (start, network, images, labels) -> {
          Tensor gradient = InputGradient.of(network, loss, images, labels);
          Tensor means = gradient.abs().flatten(1, -1).mean(1).to(ScalarType.Double);
          double[] batch = TensorTransfer.doubles(means);
          System.arraycopy(batch, 0, values, start, batch.length);
        });
    return new Sensitivity(Arrays.stream(values).average().orElse(Double.NaN), Gini.of(values));
  }

  /** Returns the critical sample ratio. */
  double criticalRatio() {
    double[] critical = {0};
    forEachBatch(
        (start, network, images, labels) ->
            critical[0] +=
                TensorTransfer.doubles(
                    critical(network, images, RADIUS).to(ScalarType.Double).sum())[0]);
    return critical[0] / positions.length;
  }

  /**
   * Returns which images change their predicted class on a path of ten steps of a quarter of the
   * radius: each along the sign of the gradient of max over k≠p of z_k − z_p, with p the class
   * predicted at first, and cut to the ball. A lower bound of the images that have another class
   * somewhere in the ball.
   *
   * @param images {@code [n,C,H,W]}, standardized
   * @return {@code [n]}, bool
   */
  static Tensor critical(Classifier network, Tensor images, double radius) {
    Loss lead =
        (logits, labels) -> {
          Tensor column = labels.unsqueeze(1);
          Tensor own = logits.gather(1, column).squeeze(1);
          Tensor others = logits.scatter(1, column, new Scalar(Double.NEGATIVE_INFINITY));
          return others.amax(new long[] {1}, false).sub(own);
        };
    Tensor predicted = predicted(network, images);
    Tensor least = images.sub(new Scalar(radius));
    Tensor most = images.add(new Scalar(radius));
    Tensor changed = predicted.ne(predicted);
    Tensor at = images;
    for (int step = 0; step < STEPS; step++) {
      Tensor direction = InputGradient.of(network, lead, at, predicted).sign();
      Tensor next = at.add(direction, new Scalar(radius / STEPS_TO_THE_EDGE));
      at = torch.minimum(torch.maximum(next, least), most);
      changed = changed.logical_or(predicted(network, at).ne(predicted));
    }
    return changed;
  }

  private static Tensor predicted(Classifier network, Tensor images) {
    return network.logits(images).detach().argmax(new LongOptional(1), false);
  }

  @FunctionalInterface
  private interface Batch {
    void take(int start, Classifier network, Tensor images, Tensor labels);
  }

  private void forEachBatch(Batch batch) {
    try (PointerScope scope = new PointerScope()) {
      Classifier network = classifier.network().differentiable();
      for (int start = 0; start < positions.length; start += BATCH) {
        int end = Math.min(positions.length, start + BATCH);
        try (PointerScope inner = new PointerScope()) {
          Tensor some = training.images().integers(Arrays.copyOfRange(positions, start, end));
          batch.take(
              start,
              network,
              training.images().batch(some),
              training.observed().index_select(0, some));
          some.releaseReference();
        }
      }
    }
  }
}
