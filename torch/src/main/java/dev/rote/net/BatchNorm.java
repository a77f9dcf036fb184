package dev.rote.net;

import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Batch norm over {@code [N,C,H,W]} or {@code [N,C]} (Ioffe and Szegedy 2015), optionally followed
 * by ReLU, and with running statistics: mean, and unbiased variance, of the batches with weights
 * that fall by a constant factor from step to step. Scale starts at 1, shift at 0.
 *
 * <p>{@link OneDnnBatchNorm} computes it in training; libtorch does where oneDNN is missing.
 */
final class BatchNorm implements Layer {
  private static final double USUAL_WEIGHT = 0.1;
  private static final double FAST_WEIGHT = 0.4;
  private static final BoolPointer ALL_GRADIENTS = allGradients();

  private final ParameterSlot scale;
  private final ParameterSlot shift;
  private final ParameterSlot mean;
  private final ParameterSlot variance;
  private final boolean rectified;
  private final double epsilon;
  private final double weight;
  private final OneDnnKernels<OneDnnBatchNorm> kernels;
  private Tensor ones;

  private BatchNorm(
      Parameters parameters,
      String name,
      int channels,
      boolean scaled,
      boolean rectified,
      double epsilon,
      double weight) {
    Initializer one = Initializer.constant(1);
    this.scale = scaled ? parameters.parameter(name + ".weight", one, channels) : null;
    this.shift = parameters.parameter(name + ".bias", Initializer.constant(0), channels);
    this.mean = parameters.buffer(name + ".running_mean", 0, channels);
    this.variance = parameters.buffer(name + ".running_var", 1, channels);
    this.rectified = rectified;
    this.epsilon = epsilon;
    this.weight = weight;
    this.kernels =
        new OneDnnKernels<>(
            parameters, shape -> OneDnnBatchNorm.create(shape, scaled, rectified, epsilon));
    parameters.onClose(this::close);
  }

  /** Creates a batch norm with scale and shift, and ε = 1e-5. */
  static BatchNorm of(Parameters parameters, String name, int channels) {
    return new BatchNorm(parameters, name, channels, true, false, 1e-5, USUAL_WEIGHT);
  }

  /** Creates a batch norm with scale and shift, ε = 1e-5, and ReLU. */
  static BatchNorm rectified(Parameters parameters, String name, int channels) {
    return new BatchNorm(parameters, name, channels, true, true, 1e-5, USUAL_WEIGHT);
  }

  /** Creates a batch norm with a shift only, ε = 1e-3, and ReLU: the default of TF-Slim. */
  static BatchNorm shiftOnlyRectified(Parameters parameters, String name, int channels) {
    return new BatchNorm(parameters, name, channels, false, true, 1e-3, USUAL_WEIGHT);
  }

  /**
   * Creates a batch norm with a shift only, ε = 1e-5, and ReLU, for runs of a few hundred steps:
   * the last batch has weight 0.4 in the running statistics.
   *
   * @param rateFactor factor of the learning rate of the shift
   */
  static BatchNorm fastRectified(
      Parameters parameters, String name, int channels, double rateFactor) {
    BatchNorm norm = new BatchNorm(parameters, name, channels, false, true, 1e-5, FAST_WEIGHT);
    norm.shift.withRate(rateFactor);
    return norm;
  }

  boolean rectified() {
    return rectified;
  }

  @Override
  public Output train(Tensor input, boolean inputGradient) {
    return kernels
        .of(input)
        .map(kernel -> train(kernel, input))
        .orElseGet(() -> trainByLibtorch(input));
  }

  private Output train(OneDnnBatchNorm kernel, Tensor input) {
    Tensor factor = scale == null ? null : scale.tensor();
    Tensor output = kernel.forward(input, factor, shift.tensor());
    updateRunning(input, kernel.mean(), kernel.variance());
    return new Output(
        output,
        gradient ->
            kernel.backward(
                gradient,
                input,
                factor,
                scale == null ? null : scale.gradient(),
                shift.gradient()));
  }

  private static double valuesOfChannel(Tensor input) {
    return (double) input.numel() / input.size(1);
  }

  private void updateRunning(Tensor input, Tensor batchMean, Tensor batchVariance) {
    double values = valuesOfChannel(input);
    // One value a channel has no unbiased variance: leave the running statistics as they are.
    if (values > 1) {
      mean.tensor().lerp_(batchMean, new Scalar(weight));
      variance
          .tensor()
          .mul_(new Scalar(1 - weight))
          .add_(batchVariance, new Scalar(weight * values / (values - 1)));
    }
  }

  /** Trains with libtorch's kernels, where oneDNN is missing. */
  Output trainByLibtorch(Tensor input) {
    TensorOptional none = new TensorOptional();
    TensorOptional factor = new TensorOptional(scale == null ? ones() : scale.tensor());
    boolean more = valuesOfChannel(input) > 1;
    T_TensorTensorTensor_T normed =
        torch.native_batch_norm(
            input,
            factor,
            new TensorOptional(shift.tensor()),
            more ? new TensorOptional(mean.tensor()) : none,
            more ? new TensorOptional(variance.tensor()) : none,
            true,
            weight,
            epsilon);
    Tensor batchMean = normed.get1();
    Tensor inverse = normed.get2();
    Tensor output = rectified ? normed.get0().relu_() : normed.get0();
    return new Output(
        output,
        gradient -> {
          Tensor masked =
              rectified ? torch.threshold_backward(gradient, output, new Scalar(0)) : gradient;
          T_TensorTensorTensor_T gradients =
              torch.native_batch_norm_backward(
                  masked,
                  input,
                  factor,
                  none,
                  none,
                  new TensorOptional(batchMean),
                  new TensorOptional(inverse),
                  true,
                  epsilon,
                  ALL_GRADIENTS);
          if (scale != null) {
            scale.setGradient(gradients.get1());
          }
          shift.setGradient(gradients.get2());
          return new Tensor(gradients.get0());
        });
  }

  /**
   * Returns a scale that changes nothing. libtorch's kernels for GPUs give no gradient of the shift
   * where there is no scale, and refuse bf16 activations.
   */
  private Tensor ones() {
    if (ones == null) {
      ones = torch.ones_like(shift.tensor());
      ones.retainReference();
    }
    return ones;
  }

  private void close() {
    if (ones != null) {
      ones.releaseReference();
    }
  }

  private static BoolPointer allGradients() {
    BoolPointer mask = new BoolPointer(3).put(0, true).put(1, true).put(2, true);
    mask.retainReference();
    return mask;
  }

  @Override
  public UnaryOperator<Tensor> frozen() {
    Tensor factor = factor();
    Tensor offset = offset(factor);
    return input -> {
      Tensor output =
          input
              .mul(shift.inComputingPrecision(along(factor, input)))
              .add_(shift.inComputingPrecision(along(offset, input)));
      return rectified ? output.relu_() : output;
    };
  }

  @Override
  public OnnxGraph.Value export(OnnxGraph graph, OnnxGraph.Value input) {
    OnnxGraph.Value output =
        graph.batchNorm(
            input,
            scale == null ? ones() : scale.tensor(),
            shift.tensor(),
            mean.tensor(),
            variance.tensor(),
            epsilon);
    return rectified ? graph.relu(output) : output;
  }

  @Override
  public Count count(Tensor input, boolean inputGradient) {
    return nothingToCount(input);
  }

  private static Tensor along(Tensor channels, Tensor input) {
    return input.dim() == 2 ? channels : channels.view(1, -1, 1, 1);
  }

  /** Returns scale/√(variance + ε) with the running variance, {@code [C]}. */
  Tensor factor() {
    Tensor inverse = variance.tensor().add(new Scalar(epsilon)).rsqrt();
    return scale == null ? inverse : inverse.mul_(scale.tensor());
  }

  /** Returns the summand after the input is multiplied by the factor, {@code [C]}. */
  Tensor offset(Tensor factor) {
    return shift.tensor().sub(mean.tensor().mul(factor));
  }
}
