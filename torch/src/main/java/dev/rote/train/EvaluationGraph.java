package dev.rote.train;

import dev.rote.net.Classifier;
import dev.rote.net.Network;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * A network's evaluation as a GPU is told it: one graph that makes it ready at the present weights,
 * and one that takes a batch through it.
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
   * Of batches of a size. With autograd off, after an evaluation without it.
   *
   * @param images some that are evaluated, as many as a batch or more
   */
  static Optional<EvaluationGraph> of(Network network, ImageTensors images, int batch) {
    try (PointerScope scope = new PointerScope()) {
      Tensor bytes = images.bytes(0, batch).clone();
      Classifier[] frozen = new Classifier[1];
      Optional<CudaGraph> freezing = CudaGraph.of(() -> frozen[0] = network.frozen());
      if (freezing.isEmpty()) {
        return Optional.empty();
      }
      // What freezing left outlives this only in its pool, which is where the pass will find it.
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

  /** To be called when weights may have changed. */
  void begin() {
    freezing.replay();
  }

  /** Logits of a batch, given by its bytes; valid until the next one. */
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
