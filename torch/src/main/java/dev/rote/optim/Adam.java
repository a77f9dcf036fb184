package dev.rote.optim;

import dev.rote.net.Parameters;
import dev.rote.text.InputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Adam (Kingma and Ba 2015, algorithm 1), as in {@code torch.optim.Adam}: ε is added after the
 * correction of the second moment, and weight decay λ is added to the gradient. At step t:
 *
 * <pre>g ← g + λθ;  m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²
 * θ ← θ − rate · m/(1−β₁ᵗ) / (√v/√(1−β₂ᵗ) + ε)</pre>
 */
public final class Adam implements Optimizer {
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final double weightDecay;
  private final Tensor first;
  private final Tensor second;
  private final Tensor steps;
  private final Tensor scratch;
  private final List<Block> blocks = new ArrayList<>();

  /** Views of one block of each tensor. */
  private record Block(Tensor weights, Tensor gradient, Tensor m, Tensor v, Tensor scratch) {
    void release() {
      for (Tensor view : new Tensor[] {weights, gradient, m, v, scratch}) {
        view.releaseReference();
      }
    }
  }

  /** Begins at m = v = 0, with β₁ = 0.9, β₂ = 0.999 and ε = 1e-8; {@code weightDecay} is λ. */
  Adam(Parameters parameters, double weightDecay) {
    this(parameters, 0.9, 0.999, 1e-8, weightDecay);
  }

  /** Begins at m = v = 0, with β₁ = 0.9, β₂ = 0.999, ε = 1e-8 and no weight decay. */
  public Adam(Parameters parameters) {
    this(parameters, 0);
  }

  /**
   * Starts with m = v = 0.
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
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.weightDecay = weightDecay;
    try (PointerScope scope = new PointerScope()) {
      this.first = torch.zeros_like(parameters.flat());
      this.second = torch.zeros_like(parameters.flat());
      long most = ParameterBlocks.length(parameters);
      this.scratch = torch.zeros(new long[] {most}, parameters.flat().options());
      // On the CPU on every device, since each step reads it.
      this.steps = torch.zeros(1).to(ScalarType.Long);
      first.retainReference();
      second.retainReference();
      scratch.retainReference();
      steps.retainReference();
      for (Parameters.Range range : ParameterBlocks.of(parameters, weightDecay)) {
        blocks.add(
            new Block(
                ParameterBlocks.view(range, parameters.flat()),
                ParameterBlocks.view(range, parameters.flatGradient()),
                ParameterBlocks.view(range, first),
                ParameterBlocks.view(range, second),
                ParameterBlocks.view(new Parameters.Range(0, range.length()), scratch)));
      }
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
      blocks.forEach(block -> step(block, size, correction));
    }
  }

  private void step(Block block, double size, double correction) {
    try (PointerScope scope = new PointerScope()) {
      Tensor gradient = block.gradient;
      if (weightDecay != 0) {
        gradient = torch.add_out(block.scratch, gradient, block.weights, new Scalar(weightDecay));
      }
      block.m.mul_(new Scalar(beta1)).add_(gradient, new Scalar(1 - beta1));
      block.v.mul_(new Scalar(beta2)).addcmul_(gradient, gradient, new Scalar(1 - beta2));
      Tensor denominator = torch.sqrt_out(block.scratch, block.v);
      denominator.div_(new Scalar(correction)).add_(new Scalar(epsilon));
      block.weights.addcdiv_(block.m, denominator, new Scalar(-size));
    }
  }

  /**
   * Returns {@code first_moment} and {@code second_moment}, float32 {@code [P]}, and {@code steps},
   * int64.
   */
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
    blocks.forEach(Block::release);
    state().values().forEach(Pointer::releaseReference);
    scratch.releaseReference();
  }
}
