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
    this.velocity = torch.zeros(parameters.count());
    velocity.retainReference();
  }

  @Override
  public void step(double learningRate) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode noGradient = new AutoGradMode(false)) {
      velocity.mul_(new Scalar(momentum)).add_(parameters.flatGradient());
      if (weightDecay != 0) {
        velocity.add_(parameters.flat(), new Scalar(weightDecay));
      }
      parameters.flat().add_(velocity, new Scalar(-learningRate));
    }
  }

  /** {@code momentum}: v, float32 {@code [P]}. */
  @Override
  public Map<String, Tensor> state() {
    return Map.of("momentum", velocity);
  }
}
