package dev.rote.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks with a shortcut against the same formula under autograd. */
class ResidualTest {
  private static Tensor noise(long seed, boolean channelsLast, long... shape) {
    return TestTensors.noise(seed, shape)
        .contiguous(channelsLast ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous);
  }

  private static Residual block(Parameters parameters, String name) {
    Convolution convolution =
        new Convolution(
            parameters, name + ".c", new Convolution.Shape(5, 5, 3), 1, 1, Initializer.normal(1));
    return new Residual(
        parameters,
        new Chain(convolution, BatchNorm.of(parameters, name + ".n", 5)),
        Layer.identity());
  }

  private static Tensor expected(Tensor input, Tensor weight) {
    TensorOptional none = new TensorOptional();
    long[] one = {1, 1};
    Tensor convolved = torch.conv2d(input, weight, none, one, one, one, 1);
    return torch
        .batch_norm(convolved, none, none, none, none, true, 0.1, 1e-5, false)
        .add(input)
        .relu();
  }

  /** Two blocks, then a mean, whose gradient does not lie as the output of the second does. */
  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void gradientsAreThoseOfAutograd(boolean channelsLast, boolean mean) {
    try (PointerScope scope = new PointerScope()) {
      Parameters parameters = new Parameters();
      Layer blocks =
          mean
              ? new Chain(block(parameters, "1"), block(parameters, "2"), Layer.meanPool())
              : new Chain(block(parameters, "1"), block(parameters, "2"));
      parameters.allocate(channelsLast, ScalarType.Float, DeviceType.CPU, 1);
      Map<String, Tensor> named = parameters.named();
      Tensor input = noise(1, channelsLast, 4, 5, 6, 7);

      Tensor x = input.to(ScalarType.Double).detach().requires_grad_(true);
      Tensor w1 = named.get("1.c.weight").to(ScalarType.Double).detach().requires_grad_(true);
      Tensor w2 = named.get("2.c.weight").to(ScalarType.Double).detach().requires_grad_(true);
      Tensor sum = expected(expected(x, w1), w2);
      Tensor last = mean ? sum.mean(2, 3) : sum;
      Tensor gradient =
          mean ? torch.ones(4, 5).cumsum(1) : noise(2, channelsLast, last.sizes().vec().get());
      last.mul(gradient.to(ScalarType.Double)).sum().backward();

      try (AutoGradMode noGradient = new AutoGradMode(false)) {
        Layer.Output output = blocks.train(input, true);
        assertClose(output.value(), last);
        assertClose(output.backward().apply(gradient), x.grad());
        assertClose(parameters.gradient("1.c.weight"), w1.grad());
        assertClose(parameters.gradient("2.c.weight"), w2.grad());
      }
      parameters.close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void optionATakesEverySecondPixelAndItsGradientGoesBackThere(boolean channelsLast) {
    try (PointerScope scope = new PointerScope()) {
      Tensor input = noise(1, channelsLast, 2, 3, 5, 4).requires_grad_(true);
      LongOptional all = new LongOptional();
      Tensor sampled = input.slice(2, all, all, 2).slice(3, all, all, 2);
      Tensor expected = torch.constant_pad_nd(sampled, 0, 0, 0, 0, 1, 2);
      Tensor gradient = noise(2, channelsLast, 2, 6, 3, 2);
      expected.mul(gradient).sum().backward();
      try (AutoGradMode noGradient = new AutoGradMode(false)) {
        Layer.Output output = ResNet32.optionA(3).train(input.detach(), true);
        assertThat(output.value().equal(expected)).isTrue();
        assertThat(output.backward().apply(gradient).equal(input.grad())).isTrue();
        assertThat(input.grad().ne(new Scalar(0)).sum().item_long()).isEqualTo(2 * 3 * 3 * 2);
        assertThat(ResNet32.optionA(3).frozen().apply(input).equal(expected)).isTrue();
      }
    }
  }

  private static void assertClose(Tensor actual, Tensor expected) {
    Tensor wide = expected.to(ScalarType.Double);
    double largest = wide.abs().max().item_double();
    assertThat(largest).isPositive();
    double off = actual.to(ScalarType.Double).sub(wide).abs().max().item_double();
    assertThat(off / largest).isLessThan(1e-5);
  }
}
