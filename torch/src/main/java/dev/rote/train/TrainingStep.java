package dev.rote.train;

import dev.rote.loss.Loss;
import dev.rote.net.Network;
import dev.rote.net.TrainingPass;
import dev.rote.random.RandomStreams;
import dev.rote.study.Augmentation;
import dev.rote.study.Protocol;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A training step up to the gradients: batch, forward pass, loss, backward pass, and the counts of
 * the running values. Nothing is read from the device before the end of an epoch.
 *
 * <p>From step to step only the positions of the batch change; every tensor that a step reads or
 * writes stays at its address. On a GPU, steps on whole batches are therefore recorded once, as a
 * {@link CudaGraph}, after some steps in which libtorch chooses its algorithms.
 */
final class TrainingStep implements AutoCloseable {
  private static final int STEPS_BEFORE_A_GRAPH = 3;

  private final Network network;
  private final Loss loss;
  private final TrainingSet training;
  private final Optional<RandomAugmentation> augmentation;
  private final Measurement measurement;

  /** {@code [batch]}, int64. */
  private final Tensor positions;

  /** {@code [3]}, float64: loss, predictions of the observed and of the original label. */
  private final Tensor sums;

  private long seed;
  private int epoch;
  private int steps;
  private int untilGraph;
  private CudaGraph graph;

  /**
   * Prepares steps on a training set.
   *
   * @param measurement receives each step
   */
  TrainingStep(
      Network network,
      Loss loss,
      TrainingSet training,
      Protocol protocol,
      Measurement measurement) {
    this.network = network;
    this.loss = loss;
    this.training = training;
    this.augmentation =
        protocol.augmentation().equals(Augmentation.NONE)
            ? Optional.empty()
            : Optional.of(training.images().augmentation(protocol.augmentation()));
    this.measurement = measurement;
    int batch = Math.min(protocol.batchSize(), training.size());
    this.positions = training.images().integers(new long[batch]);
    this.untilGraph = LibtorchSettings.graphs() ? STEPS_BEFORE_A_GRAPH : Integer.MAX_VALUE;
    try (PointerScope scope = new PointerScope()) {
      this.sums = torch.zeros(3).to(positions.device(), ScalarType.Double);
      sums.retainReference();
    }
  }

  /** Begins an epoch: clears the counts, and draws the augmentation. */
  void begin(long seed, int epoch) {
    this.seed = seed;
    this.epoch = epoch;
    steps = 0;
    sums.zero_();
    augmentation.ifPresent(random -> random.draw(seed, epoch));
  }

  /** Computes the gradients of the samples at {@code batch}, {@code [n]} int64. */
  void run(Tensor batch) {
    if (network.parameters().hasDropout()) {
      long index = (long) epoch << Integer.SIZE | steps++;
      network.parameters().drawDropout(RandomStreams.stream(seed, "dropout", index), batch.size(0));
    }
    if (!positions.is_cuda() || batch.size(0) != positions.size(0)) {
      compute(batch);
      return;
    }
    positions.copy_(batch);
    if (graph == null && untilGraph-- == 0) {
      graph = CudaGraph.of(() -> compute(positions)).orElse(null);
    }
    if (graph == null) {
      compute(positions);
    } else {
      graph.replay();
    }
  }

  private void compute(Tensor batch) {
    try (PointerScope scope = new PointerScope()) {
      Tensor labels = training.observed().index_select(0, batch);
      ImageTensors images = training.images();
      TrainingPass pass =
          network.train(
              augmentation.isPresent()
                  ? images.batch(batch, augmentation.get())
                  : images.batch(batch));
      Tensor logits = pass.logits().requires_grad_(true);
      Tensor losses = loss.perSample(logits, labels);
      losses.mean().backward();
      pass.backward(logits.grad());
      try (NoGradGuard guard = new NoGradGuard()) {
        Tensor predicted = logits.argmax(new LongOptional(1), false);
        sums.select(0, 0).add_(losses.sum());
        sums.select(0, 1).add_(predicted.eq(labels).sum());
        sums.select(0, 2).add_(predicted.eq(training.original().index_select(0, batch)).sum());
        measurement.step(batch, logits, labels);
      }
    }
  }

  /** Returns sums over the epoch so far: the loss, and the hits of J1 and of J2. */
  double[] sums() {
    try (PointerScope scope = new PointerScope()) {
      return TensorTransfer.doubles(sums);
    }
  }

  @Override
  public void close() {
    if (graph != null) {
      graph.close();
    }
    augmentation.ifPresent(RandomAugmentation::close);
    positions.releaseReference();
    sums.releaseReference();
  }
}
