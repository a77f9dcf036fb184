package dev.rote.train;

import dev.rote.loss.Loss;
import dev.rote.net.Network;
import dev.rote.net.TrainingPass;
import dev.rote.study.Augmentation;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A training step up to the gradients: batch, forward pass, loss, backward pass, and what is
 * counted on the way. Nothing is read from the device before the end of an epoch.
 *
 * <p>From step to step only the positions of the batch change, and all that a step reads and writes
 * lies in tensors that stay where they are. On a GPU, steps on whole batches are therefore told to
 * it once, as a {@link CudaGraph}, after some that let libtorch choose its algorithms.
 */
final class TrainingStep implements AutoCloseable {
  private static final int STEPS_BEFORE_A_GRAPH = 3;

  private final Network network;
  private final Loss loss;
  private final ImageTensors images;
  private final Optional<ImageChanges> changes;
  private final Tensor observedLabels;
  private final Tensor originalLabels;
  private final Optional<SampleStatistics> statistics;

  /** {@code [batch]}, int64. */
  private final Tensor positions;

  /** {@code [3]}, float64: loss, predictions of the observed and of the original label. */
  private final Tensor sums;

  /** {@code [N]}, int64. */
  private final Tensor predictions;

  private int untilGraph;
  private CudaGraph graph;

  /**
   * Of labels {@code [N]} (int64) beside the images.
   *
   * @param statistics what is kept of each sample; without it, no predictions are gathered
   */
  TrainingStep(
      Network network,
      Loss loss,
      ImageTensors images,
      Augmentation augmentation,
      Tensor observedLabels,
      Tensor originalLabels,
      Optional<SampleStatistics> statistics,
      int batchSize) {
    this.network = network;
    this.loss = loss;
    this.images = images;
    this.changes =
        augmentation.equals(Augmentation.NONE)
            ? Optional.empty()
            : Optional.of(images.changes(augmentation));
    this.observedLabels = observedLabels;
    this.originalLabels = originalLabels;
    this.statistics = statistics;
    this.positions = images.integers(new long[batchSize]);
    this.predictions = images.integers(new long[images.size()]);
    this.untilGraph = LibtorchSettings.graphs() ? STEPS_BEFORE_A_GRAPH : Integer.MAX_VALUE;
    try (PointerScope scope = new PointerScope()) {
      this.sums = torch.zeros(3).to(positions.device(), ScalarType.Double);
      sums.retainReference();
    }
  }

  /** Begins an epoch: nothing is counted yet, and images change anew. */
  void begin(long seed, int epoch) {
    sums.zero_();
    changes.ifPresent(drawn -> drawn.draw(seed, epoch));
  }

  /** A step on the samples at {@code batch}, {@code [n]} int64; sets the network's gradients. */
  void run(Tensor batch) {
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
      Tensor labels = observedLabels.index_select(0, batch);
      TrainingPass pass =
          network.train(
              changes.isPresent() ? images.batch(batch, changes.get()) : images.batch(batch));
      Tensor logits = pass.logits().requires_grad_(true);
      Tensor losses = loss.perSample(logits, labels);
      losses.mean().backward();
      pass.backward(logits.grad());
      try (NoGradGuard guard = new NoGradGuard()) {
        Tensor predicted = logits.argmax(new LongOptional(1), false);
        sums.select(0, 0).add_(losses.sum());
        sums.select(0, 1).add_(predicted.eq(labels).sum());
        sums.select(0, 2).add_(predicted.eq(originalLabels.index_select(0, batch)).sum());
        if (statistics.isPresent()) {
          predictions.index_copy_(0, batch, predicted);
          statistics.get().training(batch, logits, labels);
        }
      }
    }
  }

  /** Of the epoch so far: the sums of the loss, of J1's and of J2's hits. */
  double[] sums() {
    try (PointerScope scope = new PointerScope()) {
      return TensorTransfer.doubles(sums);
    }
  }

  /** What each sample was predicted as when it was trained on; empty without statistics. */
  int[] predictions() {
    if (statistics.isEmpty()) {
      return new int[0];
    }
    try (PointerScope scope = new PointerScope()) {
      return TensorTransfer.integers(predictions);
    }
  }

  @Override
  public void close() {
    if (graph != null) {
      graph.close();
    }
    changes.ifPresent(ImageChanges::close);
    positions.releaseReference();
    sums.releaseReference();
    predictions.releaseReference();
  }
}
