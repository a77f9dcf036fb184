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
 * Muon (Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks"), in the form
 * that KellerJordan/cifar10-airbench uses for CIFAR-10. The weight W of a convolution is taken as a
 * matrix {@code [out, in·h·w]} and moved by a matrix with singular values near 1, regardless of
 * those of the gradient G. With momentum μ:
 *
 * <pre>V ← μV + G;  W ← √out · W/‖W‖;  W ← W − rate · NS(G + μV)</pre>
 *
 * <p>NS takes three steps of the Newton–Schulz iteration X ← aX + (bXXᵀ + c(XXᵀ)²)X, with a =
 * 3.4445, b = −4.775 and c = 2.0315, from X = M/‖M‖. It pushes singular values towards the interval
 * from 0.7 to 1.2; norms are Frobenius norms. All other parameters θ with gradient g take Nesterov
 * steps, v ← 0.85v + g; θ ← θ − rate · f · (g + 0.85v), where f is the {@link
 * Parameters#rateFactor} of the parameter.
 */
public final class Muon implements Optimizer {
  private static final double VECTOR_MOMENTUM = 0.85;
  private static final int ITERATIONS = 3;

  private final double momentum;
  private final Tensor velocity;
  private final List<Weight> filters = new ArrayList<>();
  private final List<Weight> others = new ArrayList<>();

  /** Views of one parameter: a matrix for a convolution. */
  private record Weight(Tensor value, Tensor gradient, Tensor velocity, double rateFactor) {
    void release() {
      value.releaseReference();
      gradient.releaseReference();
      velocity.releaseReference();
    }
  }

  /**
   * Starts at V = v = 0.
   *
   * @param parameters of a network whose convolutions use all taps of their kernels
   * @param momentum μ in [0, 1), for convolutions
   */
  public Muon(Parameters parameters, double momentum) {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new InputException("momentum " + momentum + " is outside [0, 1)");
    }
    this.momentum = momentum;
    try (PointerScope scope = new PointerScope()) {
      this.velocity = torch.zeros_like(parameters.flat());
      velocity.retainReference();
      parameters
          .ranges()
          .forEach(
              (name, range) -> {
                Tensor shaped = parameters.named().get(name);
                boolean filter = shaped.dim() == 4;
                long[] shape =
                    filter
                        ? new long[] {shaped.size(0), shaped.numel() / shaped.size(0)}
                        : shaped.sizes().vec().get();
                Weight weight =
                    new Weight(
                        view(range, parameters.flat(), shape),
                        view(range, parameters.flatGradient(), shape),
                        view(range, velocity, shape),
                        parameters.rateFactor(name));
                (filter ? filters : others).add(weight);
              });
    }
  }

  private static Tensor view(Parameters.Range range, Tensor flat, long[] shape) {
    Tensor view = range.of(flat).view(shape);
    view.retainReference();
    return view;
  }

  @Override
  public void step(double learningRate) {
    try (AutoGradMode noGradient = new AutoGradMode(false)) {
      for (Weight filter : filters) {
        try (PointerScope scope = new PointerScope()) {
          Tensor update = momentum(filter, momentum);
          double norm = Math.sqrt(filter.value.size(0));
          filter.value.mul_(filter.value.norm().reciprocal_().mul_(new Scalar(norm)));
          filter.value.add_(orthogonal(update), new Scalar(-learningRate));
        }
      }
      for (Weight other : others) {
        try (PointerScope scope = new PointerScope()) {
          Tensor update = momentum(other, VECTOR_MOMENTUM);
          other.value.add_(update, new Scalar(-learningRate * other.rateFactor));
        }
      }
    }
  }

  /** Updates the velocity and returns Nesterov's combination of it with the gradient. */
  private static Tensor momentum(Weight weight, double momentum) {
    weight.velocity.mul_(new Scalar(momentum)).add_(weight.gradient);
    return weight.gradient.add(weight.velocity, new Scalar(momentum));
  }

  /** Returns a matrix with the singular vectors of {@code matrix} and singular values near 1. */
  static Tensor orthogonal(Tensor matrix) {
    boolean tall = matrix.size(0) > matrix.size(1);
    Tensor x = matrix.div(matrix.norm().add_(new Scalar(1e-7)));
    x = tall ? x.t() : x;
    for (int i = 0; i < ITERATIONS; i++) {
      Tensor square = x.mm(x.t());
      Tensor factor =
          square
              .mul(new Scalar(-4.7750))
              .addmm_(square, square, new Scalar(1.0), new Scalar(2.0315));
      x = x.mul(new Scalar(3.4445)).addmm_(factor, x, new Scalar(1.0), new Scalar(1.0));
    }
    return tall ? x.t() : x;
  }

  /** Returns {@code momentum}: V and v, float32 {@code [P]}. */
  @Override
  public Map<String, Tensor> state() {
    return Map.of("momentum", velocity);
  }

  @Override
  public void close() {
    filters.forEach(Weight::release);
    others.forEach(Weight::release);
    velocity.releaseReference();
  }
}
