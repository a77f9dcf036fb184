package dev.rote.net;

import static dev.rote.net.TestTensors.noise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolution by oneDNN and by libtorch's kernels against libtorch's definition and autograd. */
class ConvolutionTest {
  @ParameterizedTest
  @CsvSource({
    "16, 16, 3, 1, 12, 10, false, true",
    "16, 32, 3, 2, 12, 11, false, true",
    "3, 16, 3, 1, 8, 8, false, true",
    "1, 64, 7, 2, 28, 28, false, true",
    "24, 40, 1, 2, 7, 7, false, true",
    "7, 5, 3, 1, 9, 6, false, true",
    "40, 24, 3, 1, 9, 8, false, true",
    "48, 32, 3, 2, 12, 11, false, true",
    "48, 32, 1, 1, 6, 7, false, true",
    "32, 32, 3, 1, 2, 2, false, true",
    "32, 32, 3, 1, 1, 1, false, true",
    "32, 64, 3, 2, 2, 2, false, true",
    "16, 16, 3, 1, 12, 10, true, true",
    "16, 32, 3, 2, 12, 11, true, true",
    "40, 24, 3, 1, 9, 8, true, true",
    "48, 32, 1, 1, 6, 7, true, true",
    "3, 16, 3, 1, 8, 8, true, true",
    "40, 24, 3, 1, 7, 7, true, true",
    "64, 32, 3, 1, 3, 3, true, true",
    "32, 48, 3, 2, 7, 8, true, true",
    "32, 48, 3, 2, 8, 7, true, true",
    "64, 32, 1, 2, 2, 4, true, true",
    "64, 32, 3, 1, 1, 1, true, true",
    "32, 64, 3, 2, 2, 2, true, true",
    "16, 16, 3, 1, 12, 10, false, false",
    "16, 16, 3, 1, 12, 10, true, false",
  })
  void equalsItsDefinition(
      int in, int out, int side, int stride, int rows, int columns, boolean bf16, boolean oneDnn) {
    try (PointerScope scope = new PointerScope()) {
      Parameters parameters = new Parameters();
      Convolution convolution =
          new Convolution(
              parameters,
              "c",
              new Convolution.Shape(in, out, side),
              stride,
              new Convolution.Size(rows, columns),
              Initializer.normal(1));
      ScalarType type = bf16 ? ScalarType.BFloat16 : ScalarType.Float;
      parameters.allocate(true, type, DeviceType.CPU, 1);
      Tensor input = noise(1, 6, in, rows, columns).to(type).contiguous(MemoryFormat.ChannelsLast);
      Tensor weight = parameters.named().get("c.weight");

      Tensor x = input.to(ScalarType.Double).detach().requires_grad_(true);
      Tensor w = weight.to(type).to(ScalarType.Double).contiguous().detach().requires_grad_(true);
      long margin = side / 2;
      Tensor expected =
          torch.conv2d(
              x,
              w,
              new TensorOptional(),
              new long[] {stride, stride},
              new long[] {margin, margin},
              new long[] {1, 1},
              1);
      Tensor gradient = noise(2, expected.sizes().vec().get()).to(type);
      expected.backward(
          gradient.to(ScalarType.Double), new BoolOptional(), false, new TensorArrayRefOptional());

      try (AutoGradMode noGradient = new AutoGradMode(false)) {
        for (boolean first : new boolean[] {true, false}) {
          parameters.flatGradient().zero_();
          Layer.Output output =
              oneDnn
                  ? convolution.train(input, !first)
                  : convolution.trainByLibtorch(input, !first);
          Tensor ofInput = output.backward().apply(gradient);
          double tolerance = bf16 ? 0.01 : 1e-5;
          assertClose(output.value(), expected, tolerance);
          assertClose(parameters.gradient("c.weight"), w.grad(), tolerance);
          if (first) {
            assertThat(ofInput).isNull();
          } else {
            assertClose(ofInput, x.grad(), tolerance);
          }
        }
      }
      parameters.close();
    }
  }

  private static void assertClose(Tensor actual, Tensor expected, double tolerance) {
    Tensor wide = expected.to(ScalarType.Double);
    double largest = wide.abs().max().item_double();
    assertThat(largest).isPositive();
    double off = actual.to(ScalarType.Double).sub(wide).abs().max().item_double();
    assertThat(off / largest).isCloseTo(0, within(tolerance));
  }
}
