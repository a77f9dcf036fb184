package dev.rote.net;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Batch norm over {@code [N,C,H,W]} (Ioffe and Szegedy 2015) with running statistics: mean, and
 * unbiased variance, of the batches with weights falling by 1 − 0.1 from step to step. Scale starts
 * at 1, shift at 0.
 */
final class BatchNorm implements Layer {
  private static final double MOMENTUM = 0.1;

  private final Parameters.Slot scale;
  private final Parameters.Slot shift;
  private final Parameters.Slot mean;
  private final Parameters.Slot variance;
  private final double epsilon;

  private BatchNorm(
      Parameters parameters, String name, int channels, boolean scaled, double epsilon) {
    Initializer one = Initializer.constant(1);
    this.scale = scaled ? parameters.parameter(name + ".weight", one, channels) : null;
    this.shift = parameters.parameter(name + ".bias", Initializer.constant(0), channels);
    this.mean = parameters.buffer(name + ".running_mean", 0, channels);
    this.variance = parameters.buffer(name + ".running_var", 1, channels);
    this.epsilon = epsilon;
  }

  /** With scale and shift, and ε = 1e-5. */
  static BatchNorm of(Parameters parameters, String name, int channels) {
    return new BatchNorm(parameters, name, channels, true, 1e-5);
  }

  /** With a shift only, and ε = 1e-3: what TF-Slim does when nothing else is asked for. */
  static BatchNorm shiftOnly(Parameters parameters, String name, int channels) {
    return new BatchNorm(parameters, name, channels, false, 1e-3);
  }

  @Override
  public Tensor forward(Tensor input, boolean training) {
    TensorOptional weight = scale == null ? new TensorOptional() : scale.optional();
    // One value a channel has no unbiased variance: leave the running statistics as they are.
    if (training && input.numel() == input.size(1)) {
      TensorOptional none = new TensorOptional();
      return torch.batch_norm(
          input, weight, shift.optional(), none, none, true, MOMENTUM, epsilon, false);
    }
    return torch.batch_norm(
        input,
        weight,
        shift.optional(),
        mean.optional(),
        variance.optional(),
        training,
        MOMENTUM,
        epsilon,
        false);
  }

  /** scale/√(variance + ε) with the running variance, {@code [C]}. */
  Tensor factor() {
    Tensor inverse = variance.tensor().add(new Scalar(epsilon)).rsqrt();
    return scale == null ? inverse : inverse.mul_(scale.tensor());
  }

  /** What is left to add once the input is multiplied by the factor, {@code [C]}. */
  Tensor offset(Tensor factor) {
    return shift.tensor().sub(mean.tensor().mul(factor));
  }
}
