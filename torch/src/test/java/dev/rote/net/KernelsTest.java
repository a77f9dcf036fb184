package dev.rote.net;

import static dev.rote.net.TestTensors.laidOut;
import static dev.rote.net.TestTensors.noise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rote.data.ImageShape;
import dev.rote.optim.Sgd;
import dev.rote.study.NetworkName;
import dev.rote.study.Precision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The way in which networks compute on a GPU, on the CPU, against the way of processors. */
class KernelsTest {
  private PointerScope scope;

  @BeforeAll
  static void oneThread() {
    torch.set_num_threads(1);
  }

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** What three steps of training leave, and the logits after them. */
  private static Map<String, Tensor> trained(Network network, Tensor images, Tensor ofLogits) {
    Tensor laidOut = laidOut(network, images);
    Map<String, Tensor> found = new LinkedHashMap<>();
    Sgd optimizer = new Sgd(network.parameters(), 0.9, 0);
    for (int step = 0; step < 3; step++) {
      TrainingPass pass = network.train(laidOut);
      pass.backward(ofLogits);
      if (step == 0) {
        found.put("logits", pass.logits());
        found.put("gradient", network.parameters().flatGradient().clone());
      }
      optimizer.step(0.005);
    }
    found.put("trained logits", network.frozen().logits(laidOut));
    network
        .parameters()
        .named()
        .forEach(
            (name, tensor) -> {
              if (name.contains("running")) {
                found.put(name, tensor.clone());
              }
            });
    return found;
  }

  @ParameterizedTest
  @CsvSource({
    "resnet32, 3, 16, FLOAT32",
    "resnet32, 3, 16, BF16",
    "resnet18, 1, 28, FLOAT32",
    "resnet18, 1, 28, BF16",
    "resnet9, 3, 16, FLOAT32",
    "airbench, 3, 16, FLOAT32",
    "airbench, 3, 32, BF16",
    "inception-lite, 3, 12, FLOAT32",
    "inception-lite, 3, 12, BF16",
    "cnn8, 3, 16, FLOAT32",
    "cnn4, 1, 12, BF16",
    "small-cnn, 1, 28, FLOAT32",
    "mlp, 1, 12, FLOAT32",
    "mlp, 1, 12, BF16",
  })
  void networksTrainAlikeWithEither(String name, int channels, int side, Precision precision) {
    Tensor images = noise(2, 32, channels, side, side);
    Tensor ofLogits = noise(3, 32, 5).mul_(new Scalar(1.0 / 32));
    List<Map<String, Tensor>> found = new ArrayList<>();
    for (boolean onGpu : new boolean[] {false, true}) {
      Network network =
          onGpu
              ? Networks.asOnGpu(
                  new NetworkName(name), ImageShape.square(channels, side), 5, 1, precision)
              : Networks.create(
                  new NetworkName(name),
                  ImageShape.square(channels, side),
                  5,
                  1,
                  precision,
                  0,
                  DeviceType.CPU);
      network.prepare(images);
      found.add(trained(network, images, ofLogits));
      network.parameters().close();
    }
    // What differs in the last bits turns ReLUs on and off, the more the deeper the network.
    double tolerance = precision == Precision.BF16 ? 0.4 : 0.05;
    assertThat(found.get(1).keySet()).isEqualTo(found.get(0).keySet());
    found
        .get(0)
        .forEach(
            (what, expected) -> {
              Tensor actual = found.get(1).get(what);
              double off = actual.sub(expected).norm().item_double();
              assertThat(off / expected.norm().item_double())
                  .as(what)
                  .isCloseTo(0, within(tolerance));
            });
  }

  @Test
  void copiesOfSeveralTypesAreMadeTogetherAndOnce() {
    Tensor flat = torch.zeros(10);
    Tensor transposed = torch.arange(new Scalar(6.0f)).view(2, 3).t();
    Tensor matrix = flat.narrow(0, 0, 6).view(3, 2);
    Tensor middle = flat.narrow(0, 6, 2);
    Tensor end = flat.narrow(0, 8, 2);
    Copies copies = new Copies();
    try (PointerScope inner = new PointerScope()) {
      copies.add(matrix, transposed.clone());
      copies.add(middle, torch.ones(2).to(ScalarType.BFloat16));
      copies.add(end, torch.ones(2).mul(new Scalar(2)));
    }
    assertThat(flat.sum().item_double()).as("not yet").isZero();
    copies.make();
    Tensor expected = Tensor.create(new float[] {0, 3, 1, 4, 2, 5, 1, 1, 2, 2});
    assertThat(flat.equal(expected)).isTrue();
    flat.zero_();
    copies.make();
    assertThat(flat.sum().item_double()).as("nothing is left to copy").isZero();
  }

  /** Layers with a derivative of their own, and the same for autograd. */
  static Stream<Object[]> derivatives() {
    UnaryOperator<Tensor> optionA = ResNet32.optionA(6).frozen();
    return Stream.of(
        new Object[] {"relu", Layer.relu(), Layer.relu().frozen()},
        new Object[] {"mean pool", Layer.meanPool(), Layer.meanPool().frozen()},
        new Object[] {"scaled", Layer.scaled(0.125), Layer.scaled(0.125).frozen()},
        new Object[] {"flatten", Layer.flatten(), Layer.flatten().frozen()},
        new Object[] {"option A", ResNet32.optionA(6), optionA});
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("derivatives")
  void derivativesAreAutograds(String name, Layer layer, UnaryOperator<Tensor> operation) {
    for (int[] size : new int[][] {{6, 6}, {7, 5}}) {
      for (MemoryFormat format :
          new MemoryFormat[] {MemoryFormat.Contiguous, MemoryFormat.ChannelsLast}) {
        Tensor input = noise(1, 4, 6, size[0], size[1]).contiguous(format);
        Tensor[] found = new Tensor[2];
        for (int i = 0; i < 2; i++) {
          try (AutoGradMode noGradient = new AutoGradMode(false)) {
            Layer.Output output =
                (i == 0 ? layer : Layer.of(operation, (graph, value) -> value)).train(input, true);
            Tensor gradient = noise(2, output.value().sizes().vec().get());
            found[i] = output.backward().apply(gradient);
          }
        }
        assertThat(found[0].equal(found[1])).isTrue();
        assertThat(found[0].abs().sum().item_double()).isPositive();
      }
    }
  }
}
