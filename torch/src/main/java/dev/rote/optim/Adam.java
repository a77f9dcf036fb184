package dev.rote.optim;

import dev.rote.net.Parameters;
import dev.rote.text.InputException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Adam (Kingma and Ba 2015, algorithm 1), as {@code torch.optim.Adam} has it: ε is added after the
 * correction of the second moment, and weight decay λ is added to the gradient. At step t:
 *
 * <pre>g ← g + λθ;  m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²
 * θ ← θ − rate · m/(1−β₁ᵗ) / (√v/√(1−β₂ᵗ) + ε)</pre>
 */
public final class Adam implements Optimizer {
  private final Parameters parameters;
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final double weightDecay;
  private final Tensor first;
  private final Tensor second;
  private final Tensor steps;
  private final Tensor scratch;

  /** Begins at m = v = 0, with β₁ = 0.9, β₂ = 0.999 and ε = 1e-8; {@code weightDecay} is λ. */
  Adam(Parameters parameters, double weightDecay) {
    this(parameters, 0.9, 0.999, 1e-8, weightDecay);
  }

  /** Begins at m = v = 0, with β₁ = 0.9, β₂ = 0.999, ε = 1e-8 and no weight decay. */
  public Adam(Parameters parameters) {
    this(parameters, 0);
  }

  /**
   * At m = v = 0.
   *
   * @param beta1 β₁ in [0, 1)
   * @param beta2 β₂ in [0, 1)
   * @param epsilon ε, above 0
   * @param weightDecay λ, 0 or more
   */
  public Adam(
      Parameters parameters, double beta1, double beta2, double epsilon, double weightDecay) {
    requireBeta("beta1", beta1);
    requireBeta("beta2", beta2);
    if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)) {
      throw new InputException("epsilon " + epsilon + " is outside (0, ∞)");
    }
    if (!(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY)) {
      throw new InputException("weight decay " + weightDecay + " is outside [0, ∞)");
    }
    this.parameters = parameters;
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.weightDecay = weightDecay;
    try (PointerScope scope = new PointerScope()) {
      this.first = torch.zeros_like(parameters.flat());
      this.second = torch.zeros_like(parameters.flat());
      this.scratch = torch.zeros_like(parameters.flat());
      // On the CPU wherever the rest is: it is asked for at every step.
      this.steps = torch.zeros(1).to(ScalarType.Long);
      first.retainReference();
      second.retainReference();
      scratch.retainReference();
      steps.retainReference();
    }
  }

  private static void requireBeta(String name, double beta) {
    if (!(beta >= 0 && beta < 1)) {
      throw new InputException(name + " " + beta + " is outside [0, 1)");
    }
  }

  @Override
  public void step(double learningRate) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode noGradient = new AutoGradMode(false)) {
      long step = steps.add_(new Scalar(1L)).item_long();
      double size = learningRate / (1 - Math.pow(beta1, step));
      double correction = Math.sqrt(1 - Math.pow(beta2, step));
      for (Parameters.Range range : Stretches.of(parameters, weightDecay)) {
        step(range, size, correction);
      }
    }
  }

  private void step(Parameters.Range range, double size, double correction) {
    Tensor gradient = range.of(parameters.flatGradient());
    Tensor flat = range.of(parameters.flat());
    Tensor m = range.of(first);
    Tensor v = range.of(second);
    Tensor denominator = range.of(scratch);
    if (weightDecay != 0) {
      gradient = torch.add_out(denominator, gradient, flat, new Scalar(weightDecay));
    }
    m.mul_(new Scalar(beta1)).add_(gradient, new Scalar(1 - beta1));
    v.mul_(new Scalar(beta2)).addcmul_(gradient, gradient, new Scalar(1 - beta2));
    torch.sqrt_out(denominator, v);
    denominator.div_(new Scalar(correction)).add_(new Scalar(epsilon));
    flat.addcdiv_(m, denominator, new Scalar(-size));
  }

  /** {@code first_moment} and {@code second_moment}, float32 {@code [P]}; {@code steps}, int64. */
  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put("first_moment", first);
    state.put("second_moment", second);
    state.put("steps", steps);
    return Collections.unmodifiableMap(state);
  }

  @Override
  public void close() {
    state().values().forEach(Pointer::releaseReference);
    scratch.releaseReference();
  }
}
