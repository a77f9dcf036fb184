package dev.rote.optim;

import dev.rote.net.Parameters;
import dev.rote.study.OptimizerSpec;
import dev.rote.text.InputException;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Updates parameters from their gradients. */
public interface Optimizer extends AutoCloseable {
  /** Returns an optimizer of these parameters at its initial state. */
  static Optimizer of(OptimizerSpec spec, Parameters parameters) {
    // A switch over the sealed type, which Java 17 does not have.
    if (spec instanceof OptimizerSpec.Sgd sgd) {
      return new Sgd(parameters, sgd.momentum(), sgd.weightDecay());
    }
    if (spec instanceof OptimizerSpec.Muon muon) {
      return new Muon(parameters, muon.momentum());
    }
    if (spec instanceof OptimizerSpec.Adam adam) {
      return new Adam(parameters, adam.weightDecay());
    }
    throw new InputException("a run that was imported cannot be trained");
  }

  /**
   * Makes one step with the present gradients. Neither reads nor writes anything but the parameters
   * and {@link #state}; gradients stay as they are, so set them to 0 before the next backward.
   *
   * @param learningRate size of this step
   */
  void step(double learningRate);

  /**
   * Returns the live tensors that, besides the parameters, decide the next step. To restore them,
   * copy into them.
   */
  Map<String, Tensor> state();

  /** Frees the native memory at once instead of at some garbage collection. */
  @Override
  void close();
}
