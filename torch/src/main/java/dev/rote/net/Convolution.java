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
}
