package dev.rote.net;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A 2×2 convolution that is not trained: it makes the values of a patch uncorrelated, each of
 * variance 1, as measured on training images (Page 2019, "How to train your ResNet 8"). With Σ the
 * second moments of patches, and λ_i and v_i its eigenvalues and eigenvectors, its filters are
 * ±v_i/√(λ_i + ε): {@code [N,C,H,W]} to {@code [N,8C,H−1,W−1]}. Both signs are used, so that the
 * activation after it loses no information.
 */
final class Whitening implements Layer {
  private static final int SIDE = 2;
  private static final double EPSILON = 5e-4;
  private static final long[] ONE = {1, 1};
  private static final long[] ZERO = {0, 0};

  private final ParameterSlot weight;

  /** Starts with filters of 0; {@link #prepare} sets them. */
  Whitening(Parameters parameters, String name, int channels) {
    this.weight = parameters.buffer(name + ".weight", 0, filters(channels), channels, SIDE, SIDE);
  }

  /** Returns the number of channels that come out. */
  static int filters(int channels) {
    return 2 * channels * SIDE * SIDE;
  }

  @Override
  public void prepare(Tensor images) {
    long channels = images.size(1);
    long size = channels * SIDE * SIDE;
    Tensor patches =
        torch
            .im2col(images, new long[] {SIDE, SIDE}, ONE, ZERO, ONE)
            .transpose(1, 2)
            .reshape(-1, size)
            .to(ScalarType.Double);
    Tensor moments = patches.t().mm(patches).div_(new Scalar((double) patches.size(0)));
    T_TensorTensor_T decomposed = torch.linalg_eigh(moments.cpu());
    Tensor scale = decomposed.get0().add(new Scalar(EPSILON)).rsqrt();
    // Eigenvectors are columns.
    Tensor filters = decomposed.get1().mul(scale).t().reshape(size, channels, SIDE, SIDE);
    weight.tensor().narrow(0, 0, size).copy_(filters);
    weight.tensor().narrow(0, size, size).copy_(filters.neg());
  }

  @Override
  public boolean hasParameters() {
    return false;
  }

  @Override
  public Output train(Tensor input, boolean inputGradient) {
    if (inputGradient) {
      throw new UnsupportedOperationException("a whitening is the first layer of a network");
    }
    return new Output(frozen().apply(input), gradient -> null);
  }

  @Override
  public UnaryOperator<Tensor> frozen() {
    Tensor w = weight.computing();
    return input -> torch.conv2d(input, w, new TensorOptional(), ONE, ZERO, ONE, 1);
  }

  @Override
  public OnnxGraph.Value export(OnnxGraph graph, OnnxGraph.Value input) {
    return graph.convolution(input, weight.tensor(), ONE, ZERO);
  }

  @Override
  public Count count(Tensor input, boolean inputGradient) {
    Tensor output = frozen().apply(input);
    long ofOneValue = weight.tensor().numel() / weight.tensor().size(0);
    return new Count(output, new Arithmetic(output.numel() * ofOneValue, 0));
  }
}
