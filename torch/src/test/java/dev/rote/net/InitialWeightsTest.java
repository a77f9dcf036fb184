package dev.rote.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rote.data.ImageShape;
import dev.rote.study.NetworkName;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds the moments of every layer's initial weights against the distribution of its source. */
class InitialWeightsTest {
  /** A distribution around 0. */
  private record Distribution(double deviation, double kurtosis) {
    static Distribution normal(double variance) {
      return new Distribution(Math.sqrt(variance), 3);
    }

    /** On ±√(bound²), of variance bound²/3. */
    static Distribution uniform(double squaredBound) {
      return new Distribution(Math.sqrt(squaredBound / 3), 1.8);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "resnet32, 3, 32",
    "resnet18, 1, 28",
    "resnet18, 3, 32",
    "resnet9, 3, 32",
    "airbench, 3, 32",
    "inception-lite, 3, 28",
    "cnn8, 3, 32",
    "cnn4, 1, 28",
    "small-cnn, 1, 28",
    "mlp, 1, 28",
  })
  void everyLayerStartsAsItsSourceSays(String network, int channels, int side) {
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> named =
          Networks.create(new NetworkName(network), new ImageShape(channels, side, side), 10, 1)
              .parameters()
              .named();
      named.forEach(
          (name, tensor) -> {
            String layer = network + " " + name;
            if (name.startsWith("whiten.")) {
              return; // set from the training images
            }
            if (isNorm(name, named)) {
              boolean one = name.endsWith(".weight") || name.endsWith(".running_var");
              assertThat(tensor.min().item_double()).as(layer).isEqualTo(one ? 1 : 0);
              assertThat(tensor.max().item_double()).as(layer).isEqualTo(one ? 1 : 0);
            } else {
              Tensor weight = named.get(name.replace(".bias", ".weight"));
              long[] shape = weight.sizes().vec().get();
              boolean bias = name.endsWith(".bias");
              Tensor drawn =
                  network.equals("airbench") && shape.length == 4
                      ? withoutIdentity(layer, tensor)
                      : tensor;
              requireMoments(layer, drawn, expected(network, name, shape, bias));
            }
          });
    }
  }

  /** A layer with running statistics is a batch norm, whatever its name. */
  private static boolean isNorm(String name, Map<String, Tensor> named) {
    return named.containsKey(name.substring(0, name.lastIndexOf('.')) + ".running_mean");
  }

  /** The filters behind the first ones, each of which passes on one channel; none may be left. */
  private static Tensor withoutIdentity(String layer, Tensor weight) {
    int in = (int) weight.size(1);
    for (int i = 0; i < in; i++) {
      Tensor filter = weight.select(0, i);
      assertThat(filter.abs().sum().item_double()).as(layer).isEqualTo(1);
      assertThat(filter.select(0, i).select(0, 1).get(1).item_double()).as(layer).isEqualTo(1);
    }
    return weight.narrow(0, in, weight.size(0) - in);
  }

  private static Distribution expected(String network, String name, long[] shape, boolean bias) {
    double area = shape.length == 4 ? shape[2] * shape[3] : 1;
    double fanIn = shape[1] * area;
    double fanOut = shape[0] * area;
    boolean convolution = shape.length == 4;
    return switch (network) {
      case "resnet18" ->
          convolution && !name.startsWith("conv1.")
              ? Distribution.normal(2 / fanOut)
              : Distribution.uniform(1 / fanIn);
      case "airbench" ->
          // A convolution: 1/fanIn·1/3 but for the first filters, which requireDirac looks at.
          convolution ? Distribution.uniform(1 / fanIn) : Distribution.uniform(3);
      case "inception-lite" ->
          bias ? new Distribution(0, 0) : Distribution.uniform(6 / (fanIn + fanOut));
      case "cnn8", "cnn4" ->
          convolution
              ? Distribution.uniform(6 / fanIn)
              : bias ? Distribution.uniform(1 / fanIn) : Distribution.uniform(6 / (fanIn + fanOut));
      default -> convolution ? Distribution.normal(2 / fanIn) : Distribution.uniform(1 / fanIn);
    };
  }

  private static void requireMoments(String layer, Tensor drawn, Distribution expected) {
    Tensor values = drawn.to(ScalarType.Double).flatten();
    double n = values.numel();
    if (n == 0) {
      return;
    }
    double sd = expected.deviation;
    if (sd == 0) {
      assertThat(values.abs().max().item_double()).as(layer).isZero();
      return;
    }
    // Five standard errors each: of the mean, the variance and the fourth moment.
    assertThat(values.mean().item_double())
        .as("mean of " + layer)
        .isCloseTo(0, within(5 * sd / Math.sqrt(n)));
    double variance = values.square().mean().item_double() / (sd * sd);
    assertThat(variance)
        .as("variance of %s in units of that expected", layer)
        .isCloseTo(1, within(5 * Math.sqrt((expected.kurtosis - 1) / n)));
    double fourth = values.square().square().mean().item_double() / Math.pow(sd, 4);
    // E z⁸ is 105 for a normal and 9 for a uniform distribution.
    double eighth = expected.kurtosis == 3 ? 105 : 9;
    double spread = Math.sqrt((eighth - expected.kurtosis * expected.kurtosis) / n);
    assertThat(fourth)
        .as("fourth moment of " + layer)
        .isCloseTo(expected.kurtosis, within(5 * spread));
  }
}
