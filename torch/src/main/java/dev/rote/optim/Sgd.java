package dev.rote.optim;

import dev.rote.net.Parameters;
import dev.rote.text.InputException;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Stochastic gradient descent with momentum, as {@code torch.optim.SGD} has it (no dampening, no
 * Nesterov). With parameters θ, gradient g, momentum μ and weight decay λ:
 *
 * <pre>v ← μv + g + λθ;  θ ← θ − rate·v</pre>
 */
public final class Sgd implements Optimizer {
  private final Parameters parameters;
  private final double momentum;
  private final double weightDecay;
  private final Tensor velocity;

  /**
   * At v = 0.
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
    this.parameters = parameters;
    this.momentum = momentum;
    this.weightDecay = weightDecay;
    try (PointerScope scope = new PointerScope()) {
      this.velocity = torch.zeros_like(parameters.flat());
      velocity.retainReference();
    }
  }

  @Override
  public void step(double learningRate) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode noGradient = new AutoGradMode(false)) {
      for (Parameters.Range range : Stretches.of(parameters, weightDecay)) {
        Tensor flat = range.of(parameters.flat());
        Tensor v = range.of(velocity);
        v.mul_(new Scalar(momentum)).add_(range.of(parameters.flatGradient()));
        if (weightDecay != 0) {
          v.add_(flat, new Scalar(weightDecay));
        }
        flat.add_(v, new Scalar(-learningRate));
      }
    }
  }

  /** {@code momentum}: v, float32 {@code [P]}. */
  @Override
  public Map<String, Tensor> state() {
    return Map.of("momentum", velocity);
  }

  @Override
  public void close() {
    velocity.releaseReference();
  }
}
