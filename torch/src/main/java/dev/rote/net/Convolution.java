package dev.rote.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** 2-d convolution with a square kernel, without bias: batch norm follows each of them. */
final class Convolution implements Layer {
  private static final long[] ONE = {1, 1};

  private final Parameters.Slot weight;
  private final long[] stride;
  private final long[] padding;

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
  }

  /**
   * A convolution that leaves out the taps of its kernel which, on feature maps of this size, meet
   * only the zeros around them: on 1×1, a 3×3 kernel is its middle.
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
    Parameters.Taps rows = tapsInUse(kernel, stride, whole, size.rows());
    Parameters.Taps columns = tapsInUse(kernel, stride, whole, size.columns());
    this.weight =
        parameters.parameter(
            name + ".weight", initializer, rows, columns, shape.out(), shape.in(), kernel, kernel);
    this.stride = new long[] {stride, stride};
    this.padding = new long[] {whole - rows.first(), whole - columns.first()};
  }

  /** Taps that meet the image at some position, if leaving out the others needs no other margin. */
  static Parameters.Taps tapsInUse(int kernel, int stride, int padding, int side) {
    int positions = (side + 2 * padding - kernel) / stride + 1;
    int first = Math.max(0, padding - (positions - 1) * stride);
    int last = Math.min(kernel - 1, side - 1 + padding);
    int count = last - first + 1;
    int margin = padding - first;
    boolean sameOutput = (side + 2 * margin - count) / stride + 1 == positions;
    return sameOutput ? new Parameters.Taps(first, count) : new Parameters.Taps(0, kernel);
  }

  /** Height and width of a feature map. */
  record Size(int rows, int columns) {
    /** After a convolution or pool of stride 2 whose margin is half its kernel. */
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

    /** Output values that one input value goes into, at stride 1. */
    long fanOut() {
      return (long) out * kernel * kernel;
    }
  }

  @Override
  public Tensor forward(Tensor input, boolean training) {
    return torch.conv2d(input, weight.tensor(), new TensorOptional(), stride, padding, ONE, 1);
  }

  /** This and then the norm with its running statistics, as one convolution with a bias. */
  Layer followedBy(BatchNorm norm) {
    Tensor factor = norm.factor();
    Tensor folded = weight.tensor().mul(factor.view(-1, 1, 1, 1));
    TensorOptional bias = new TensorOptional(norm.offset(factor));
    return (input, training) -> torch.conv2d(input, folded, bias, stride, padding, ONE, 1);
  }
}
