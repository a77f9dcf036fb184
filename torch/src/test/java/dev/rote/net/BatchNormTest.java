package dev.rote.net;

import static dev.rote.net.TestTensors.noise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batch norm by oneDNN and by libtorch's kernels against libtorch's definition and autograd. */
class BatchNormTest {
  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @CsvSource({
    "8, 16, 7, 5, true, true, true, false",
    "8, 16, 7, 5, true, true, false, false",
    "8, 16, 7, 5, false, true, true, false",
    "8, 16, 7, 5, false, false, true, false",
    "5, 7, 3, 3, true, true, true, false",
    "5, 7, 3, 3, false, false, false, false",
    "64, 196, 8, 8, true, true, true, true",
    "128, 16, 8, 8, true, true, false, true",
    "32, 10, 6, 6, false, false, true, true",
    "16, 24, 1, 1, true, true, true, false",
    "16, 24, 0, 0, true, true, true, false",
  })
  void equalsItsDefinition(
      long n,
      long c,
      long h,
      long w,
      boolean channelsLast,
      boolean scaled,
      boolean rectified,
      boolean bf16) {
    long[] shape = h == 0 ? new long[] {n, c} : new long[] {n, c, h, w};
    ScalarType type = bf16 ? ScalarType.BFloat16 : ScalarType.Float;
    MemoryFormat format =
        channelsLast && h > 0 ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous;
    Tensor input = noise(1, shape).mul(new Scalar(2)).add(new Scalar(0.5)).to(type);
    input = input.contiguous(format);
    Tensor gradient = noise(2, shape).to(type).contiguous(format);
    Tensor scale = noise(3, c).add(new Scalar(1));
    Tensor shift = noise(4, c);

    Tensor x = input.to(ScalarType.Double).detach().requires_grad_(true);
    Tensor s = scale.to(ScalarType.Double).detach().requires_grad_(true);
    Tensor b = shift.to(ScalarType.Double).detach().requires_grad_(true);
    TensorOptional none = new TensorOptional();
    Tensor normed =
        torch.batch_norm(
            x,
            scaled ? new TensorOptional(s) : none,
            new TensorOptional(b),
            none,
            none,
            true,
            0.1,
            1e-3,
            false);
    Tensor expected = rectified ? normed.relu() : normed;
    expected.backward(
        gradient.to(ScalarType.Double), new BoolOptional(), false, new TensorArrayRefOptional());

    Optional<OneDnnBatchNorm> kernel =
        OneDnnBatchNorm.create(OneDnnKernel.Shape.of(input), scaled, rectified, 1e-3);
    Assumptions.assumeTrue(kernel.isPresent(), "oneDNN is not there, or does not compute this");
    OneDnnBatchNorm norm = kernel.get();
    Tensor scaleGradient = torch.zeros(c);
    Tensor shiftGradient = torch.zeros(c);
    Tensor output = norm.forward(input, scaled ? scale : null, shift);
    Tensor inputGradient =
        norm.backward(gradient, input, scaled ? scale : null, scaleGradient, shiftGradient);

    double tolerance = bf16 ? 0.02 : 1e-5;
    assertClose(output, expected, tolerance);
    assertClose(inputGradient, x.grad(), tolerance);
    assertClose(shiftGradient, b.grad(), tolerance);
    if (scaled) {
      assertClose(scaleGradient, s.grad(), tolerance);
    }
    assertThat(output.is_contiguous(format)).isTrue();
    long[] but = h == 0 ? new long[] {0} : new long[] {0, 2, 3};
    assertClose(norm.mean(), x.mean(but), tolerance);
    Tensor again = norm.forward(input, scaled ? scale : null, shift);
    assertThat(again.equal(output)).as("bitwise repeatable").isTrue();
    norm.close();
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true"})
  void libtorchTakesOverWhereOneDnnIsMissing(boolean rectified, boolean bf16) {
    Tensor input = noise(1, 8, 6, 5, 4).to(bf16 ? ScalarType.BFloat16 : ScalarType.Float);
    Tensor gradient = noise(2, 8, 6, 5, 4).to(input.scalar_type());
    Tensor[][] found = new Tensor[2][];
    for (int i = 0; i < 2; i++) {
      Parameters parameters = new Parameters();
      BatchNorm norm =
          rectified ? BatchNorm.rectified(parameters, "bn", 6) : BatchNorm.of(parameters, "bn", 6);
      parameters.allocate(false, input.scalar_type().intern(), DeviceType.CPU, 1);
      try (AutoGradMode noGradient = new AutoGradMode(false)) {
        Layer.Output output = i == 0 ? norm.train(input, true) : norm.trainByLibtorch(input);
        Tensor ofInput = output.backward().apply(gradient);
        found[i] =
            new Tensor[] {
              output.value(),
              ofInput,
              parameters.flatGradient(),
              parameters.named().get("bn.running_mean"),
              parameters.named().get("bn.running_var")
            };
      }
    }
    for (int j = 0; j < found[0].length; j++) {
      assertClose(found[0][j], found[1][j], bf16 ? 0.02 : 1e-5);
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
