package dev.rote.net;

import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** 2-d convolution with a square kernel, without bias: batch norm follows each of them. */
final class Convolution implements Layer {
  private static final long[] ZERO = {0, 0};
  private static final long[] ONE = {1, 1};
  private static final LongArrayRefOptional NO_BIAS = kept(new LongArrayRefOptional());
  private static final BoolPointer ALL_GRADIENTS = mask(true);
  private static final BoolPointer OF_WEIGHT_ONLY = mask(false);

  private final ParameterSlot weight;
  private final long[] stride;
  private final long[] padding;
  private final OneDnnKernels<OneDnnConvolution> kernels;

  Convolution(
      Parameters parameters,
      String name,
      Shape shape,
      int stride,
      int padding,
      Initializer initializer) {
    this.weight =
        parameters.parameter(
            name + ".weight", initializer, shape.out(), shape.in(), shape.kernel(), shape.kernel());
    this.stride = new long[] {stride, stride};
    this.padding = new long[] {padding, padding};
    this.kernels = kernels(parameters);
  }

  /**
   * Creates a convolution that leaves out the taps of its kernel which, on feature maps of this
   * size, meet only padding: on 1×1, a 3×3 kernel is its middle.
   */
  Convolution(
      Parameters parameters,
      String name,
      Shape shape,
      int stride,
      Size size,
      Initializer initializer) {
    int kernel = shape.kernel();
    int whole = kernel / 2;
    ParameterSlot.Taps rows = tapsInUse(kernel, stride, whole, size.rows());
    ParameterSlot.Taps columns = tapsInUse(kernel, stride, whole, size.columns());
    this.weight =
        parameters.declare(
            name + ".weight",
            ParameterSlot.kernel(
                initializer, rows, columns, shape.out(), shape.in(), kernel, kernel));
    this.stride = new long[] {stride, stride};
    this.padding = new long[] {whole - rows.first(), whole - columns.first()};
    this.kernels = kernels(parameters);
  }

  /**
   * Returns the taps that meet the image at some position; all taps if the output would otherwise
   * change.
   */
  static ParameterSlot.Taps tapsInUse(int kernel, int stride, int padding, int side) {
    int positions = (side + 2 * padding - kernel) / stride + 1;
    int first = Math.max(0, padding - (positions - 1) * stride);
    int last = Math.min(kernel - 1, side - 1 + padding);
    int count = last - first + 1;
    int margin = padding - first;
    boolean sameOutput = (side + 2 * margin - count) / stride + 1 == positions;
    return sameOutput ? new ParameterSlot.Taps(first, count) : new ParameterSlot.Taps(0, kernel);
  }

  private OneDnnKernels<OneDnnConvolution> kernels(Parameters parameters) {
    return new OneDnnKernels<>(
        parameters,
        shape ->
            OneDnnConvolution.create(shape, weight.tensor(), weight.gradient(), stride, padding));
  }

  /** Returns which gradients are wanted: of input, weight and bias. */
  private static BoolPointer mask(boolean input) {
    return kept(new BoolPointer(3).put(0, input).put(1, true).put(2, false));
  }

  /** Keeps a pointer beyond the scope that is open when this class is loaded. */
  private static <P extends Pointer> P kept(P pointer) {
    pointer.retainReference();
    return pointer;
  }

  /** Height and width of a feature map. */
  record Size(int rows, int columns) {
    /** Returns the size after a convolution or pool of stride 2 whose margin is half its kernel. */
    Size halved() {
      return new Size((rows + 1) / 2, (columns + 1) / 2);
    }
  }

  /** Channels in and out, and side of the kernel. */
  record Shape(int in, int out, int kernel) {
    /** Inputs of one output value. */
    long fanIn() {
      return (long) in * kernel * kernel;
    }

    /** Returns the number of output values that one input value contributes to, at stride 1. */
    long fanOut() {
      return (long) out * kernel * kernel;
    }
  }

  @Override
  public Output train(Tensor input, boolean inputGradient) {
    return kernels
        .of(input)
        .map(
            k ->
                new Output(
                    k.forward(input), gradient -> k.backward(gradient, input, inputGradient)))
        .orElseGet(() -> trainByLibtorch(input, inputGradient));
  }

  /** Trains with libtorch's kernels, where oneDNN is not called directly. */
  Output trainByLibtorch(Tensor input, boolean inputGradient) {
    Tensor w = weight.computing();
    return new Output(
        torch.conv2d(input, w, new TensorOptional(), stride, padding, ONE, 1),
        gradient -> {
          BoolPointer wanted = inputGradient ? ALL_GRADIENTS : OF_WEIGHT_ONLY;
          T_TensorTensorTensor_T gradients =
              torch.convolution_backward(
                  gradient, input, w, NO_BIAS, stride, padding, ONE, false, ZERO, 1, wanted);
          weight.setGradient(gradients.get1());
          // Copies the handle, since the one inside the tuple is freed with it.
          return inputGradient ? new Tensor(gradients.get0()) : null;
        });
  }

  @Override
  public UnaryOperator<Tensor> frozen() {
    Tensor w = weight.computing();
    return input -> torch.conv2d(input, w, new TensorOptional(), stride, padding, ONE, 1);
  }

  @Override
  public OnnxGraph.Value export(OnnxGraph graph, OnnxGraph.Value input) {
    return graph.convolution(input, weight.tensor(), stride, padding);
  }

  @Override
  public Count count(Tensor input, boolean inputGradient) {
    Tensor output = frozen().apply(input);
    long ofOneValue = weight.tensor().numel() / weight.tensor().size(0);
    return new Count(output, Arithmetic.of(output.numel() * ofOneValue, inputGradient));
  }

  /** Returns this and then the norm with its running statistics, as one convolution with a bias. */
  UnaryOperator<Tensor> followedBy(BatchNorm norm) {
    Tensor factor = norm.factor();
    Tensor folded = weight.inComputingPrecision(weight.tensor().mul(factor.view(-1, 1, 1, 1)));
    TensorOptional bias = new TensorOptional(weight.inComputingPrecision(norm.offset(factor)));
    return input -> {
      Tensor output = torch.conv2d(input, folded, bias, stride, padding, ONE, 1);
      return norm.rectified() ? output.relu_() : output;
    };
  }
}
