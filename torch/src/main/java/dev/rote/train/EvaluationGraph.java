package dev.rote.train;

import dev.rote.net.Classifier;
import dev.rote.net.Network;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * A network's evaluation recorded for a GPU: one graph that freezes the network at the current
 * weights, and one that evaluates a batch.
 */
final class EvaluationGraph implements AutoCloseable {
  private final CudaGraph freezing;
  private final CudaGraph pass;
  private final Tensor bytes;
  private final Tensor logits;

  private EvaluationGraph(CudaGraph freezing, CudaGraph pass, Tensor bytes, Tensor logits) {
    this.freezing = freezing;
    this.pass = pass;
    this.bytes = bytes;
    this.logits = logits;
  }

  /**
   * Records the evaluation of batches of a size. Requires that autograd is off, and one evaluation
   * before.
   *
   * @param images at least one batch of images
   */
  static Optional<EvaluationGraph> of(Network network, ImageTensors images, int batch) {
    try (PointerScope scope = new PointerScope()) {
      Tensor bytes = images.bytes(0, batch).clone();
      Classifier[] frozen = new Classifier[1];
      Optional<CudaGraph> freezing = CudaGraph.of(() -> frozen[0] = network.frozen());
      if (freezing.isEmpty()) {
        return Optional.empty();
      }
      // The frozen tensors outlive this scope in the memory pool of the graph, where the pass reads
      // them.
      Tensor[] logits = new Tensor[1];
      Optional<CudaGraph> pass =
          CudaGraph.of(
              () -> {
                try (PointerScope layers = new PointerScope()) {
                  logits[0] = frozen[0].logits(images.standardize(bytes));
                  logits[0].retainReference();
                }
              });
      if (pass.isEmpty()) {
        freezing.get().close();
        return Optional.empty();
      }
      bytes.retainReference();
      return Optional.of(new EvaluationGraph(freezing.get(), pass.get(), bytes, logits[0]));
    }
  }

  /** Prepares an evaluation at weights that may have changed. */
  void begin() {
    freezing.replay();
  }

  /** Returns the logits of a batch, given by its bytes; valid until the next one. */
  Tensor logits(Tensor batch) {
    bytes.copy_(batch);
    pass.replay();
    return logits;
  }

  @Override
  public void close() {
    pass.close();
    freezing.close();
    bytes.releaseReference();
    logits.releaseReference();
  }
}
