package dev.rote.optim;

import dev.rote.net.Parameters;
import dev.rote.text.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Stochastic gradient descent with momentum, as in {@code torch.optim.SGD} (no dampening, no
 * Nesterov). With parameters θ, gradient g, momentum μ and weight decay λ:
 *
 * <pre>v ← μv + g + λθ;  θ ← θ − rate·v</pre>
 */
public final class Sgd implements Optimizer {
  private final double momentum;
  private final double weightDecay;
  private final Tensor velocity;
  private final List<Block> blocks = new ArrayList<>();

  /** Views of one block of each tensor. */
  private record Block(Tensor weights, Tensor gradient, Tensor v) {
    void release() {
      weights.releaseReference();
      gradient.releaseReference();
      v.releaseReference();
    }
  }

  /**
   * Starts with v = 0.
   *
   * @param momentum μ in [0, 1)
   * @param weightDecay λ, 0 or more
   */
  public Sgd(Parameters parameters, double momentum, double weightDecay) {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new InputException("momentum " + momentum + " is outside [0, 1)");
    }
    if (!(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY)) {
      throw new InputException("weight decay " + weightDecay + " is outside [0, ∞)");
    }
    this.momentum = momentum;
    this.weightDecay = weightDecay;
    try (PointerScope scope = new PointerScope()) {
      this.velocity = torch.zeros_like(parameters.flat());
      velocity.retainReference();
      for (Parameters.Range range : ParameterBlocks.of(parameters, weightDecay)) {
        blocks.add(
            new Block(
                ParameterBlocks.view(range, parameters.flat()),
                ParameterBlocks.view(range, parameters.flatGradient()),
                ParameterBlocks.view(range, velocity)));
      }
    }
  }

  @Override
  public void step(double learningRate) {
    try (AutoGradMode noGradient = new AutoGradMode(false)) {
      blocks.forEach(block -> step(block, learningRate));
    }
  }

  private void step(Block block, double learningRate) {
    try (PointerScope scope = new PointerScope()) {
      block.v.mul_(new Scalar(momentum)).add_(block.gradient);
      if (weightDecay != 0) {
        block.v.add_(block.weights, new Scalar(weightDecay));
      }
      block.weights.add_(block.v, new Scalar(-learningRate));
    }
  }

  /** Returns {@code momentum}: v, float32 {@code [P]}. */
  @Override
  public Map<String, Tensor> state() {
    return Map.of("momentum", velocity);
  }

  @Override
  public void close() {
    blocks.forEach(Block::release);
    velocity.releaseReference();
  }
}
