package dev.rote.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rote.data.ImageShape;
import dev.rote.loss.Loss;
import dev.rote.loss.Losses;
import dev.rote.net.Network;
import dev.rote.net.Networks;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.study.Precision;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputGradientTest {
  private static final int N = 4;

  private static Tensor images(Network network) {
    torch.manual_seed(3);
    Tensor images = torch.randn(N, 3, 28, 28);
    return network.channelsLast() ? images.contiguous(MemoryFormat.ChannelsLast) : images;
  }

  private static Network network(String name, Precision precision) {
    return Networks.create(
        new NetworkName(name), ImageShape.square(3, 28), 5, 1, precision, 0, DeviceType.CPU);
  }

  private static double[] losses(Network network, Loss loss, Tensor images, Tensor labels) {
    return TensorTransfer.doubles(
        loss.perSample(network.frozen().logits(images).to(ScalarType.Double), labels));
  }

  /**
   * (ℓ(x + hd) − ℓ(x − hd)) / 2h against ⟨∂ℓ/∂x, d⟩ along the sign of the gradient, for networks of
   * every kind of layer.
   */
  @ParameterizedTest
  @CsvSource({
    "mlp, cce",
    "small-cnn, mse",
    "small-cnn, normalized(mse)",
    "resnet32, rll(alpha=0.1)",
    "resnet18, cce",
    "inception-lite, cce",
    "airbench, cce",
    "cnn4, mae"
  })
  void isTheLimitOfFiniteDifferences(String name, String lossName) {
    try (PointerScope scope = new PointerScope()) {
      Network network = network(name, Precision.FLOAT32);
      Loss loss = Losses.of(LossSpec.parse(lossName));
      Tensor images = images(network);
      network.prepare(images);
      Tensor labels = Tensor.create(0L, 1L, 2L, 4L);
      Tensor gradient = InputGradient.of(network.differentiable(), loss, images, labels);
      assertThat(gradient.sizes().vec().get()).isEqualTo(images.sizes().vec().get());
      Tensor direction = gradient.sign();
      double h = 2e-4;
      double[] up = losses(network, loss, images.add(direction, new Scalar(h)), labels);
      double[] down = losses(network, loss, images.sub(direction, new Scalar(h)), labels);
      double[] slope =
          TensorTransfer.doubles(
              gradient.mul(direction).flatten(1, -1).sum(1).to(ScalarType.Double));
      for (int i = 0; i < N; i++) {
        double difference = (up[i] - down[i]) / (2 * h);
        assertThat(slope[i]).as("sample " + i).isPositive();
        assertThat(difference).isCloseTo(slope[i], within(0.03 * slope[i] + 1e-4));
      }
      network.parameters().close();
    }
  }

  /** bf16 has 8 bits: the gradients agree in direction. */
  @ParameterizedTest
  @CsvSource({"small-cnn", "resnet32"})
  void bf16IsCloseToFloat32(String name) {
    try (PointerScope scope = new PointerScope()) {
      Network exact = network(name, Precision.FLOAT32);
      Network rough = network(name, Precision.BF16);
      Loss loss = Losses.of(LossSpec.CCE);
      Tensor images = images(exact);
      Tensor labels = Tensor.create(0L, 1L, 2L, 4L);
      Tensor a = InputGradient.of(exact.differentiable(), loss, images, labels).flatten();
      Tensor b = InputGradient.of(rough.differentiable(), loss, images, labels).flatten();
      double cosine = a.dot(b).div(a.norm().mul(b.norm())).item_double();
      assertThat(cosine).isGreaterThan(0.95);
      exact.parameters().close();
      rough.parameters().close();
    }
  }
}
