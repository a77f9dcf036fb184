package dev.rote.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.data.ImageShape;
import dev.rote.random.RandomStreams;
import dev.rote.study.NetworkName;
import dev.rote.study.Precision;
import dev.rote.text.InputException;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DropoutTest {
  private static Network network(String name, double dropout) {
    return Networks.create(
        new NetworkName(name),
        ImageShape.square(1, 12),
        4,
        1,
        Precision.FLOAT32,
        dropout,
        DeviceType.CPU);
  }

  private static void draw(Network network, long index, long samples) {
    network.parameters().drawDropout(RandomStreams.stream(7, "dropout", index), samples);
  }

  @ParameterizedTest
  @CsvSource({"0.5", "0.1", "0.9", "0.3"})
  void activationsAreDroppedAtTheRateAndKeptInTheMean(double rate) {
    try (PointerScope scope = new PointerScope();
        Parameters parameters = new Parameters(Kernels.OF_PROCESSORS, rate)) {
      Layer layer = parameters.dropout(300);
      Linear.of(parameters, "l", 2, 2);
      parameters.allocate(false, ScalarType.Float, DeviceType.CPU, 1);
      parameters.drawDropout(RandomStreams.stream(1, "dropout", 0), 200);
      Tensor dropped = layer.train(torch.ones(200, 300), false).value();
      // 60,000 draws: four deviations of the share are below 0.009.
      double zeros = dropped.eq(new Scalar(0)).to(ScalarType.Double).mean().item_double();
      assertThat(zeros).isCloseTo(rate, within(0.009));
      assertThat(dropped.to(ScalarType.Double).mean().item_double())
          .isCloseTo(1, within(0.009 / (1 - rate)));
      assertThat(dropped.max().item_double()).isCloseTo(1 / (1 - rate), within(1e-3 / (1 - rate)));
      Tensor activations = torch.randn(150, 300);
      assertThat(layer.frozen().apply(activations).equal(activations)).isTrue();
      Tensor again = layer.train(torch.ones(150, 300), false).value();
      assertThat(again.equal(dropped.narrow(0, 0, 150))).isTrue();
      parameters.drawDropout(RandomStreams.stream(1, "dropout", 1), 150);
      assertThat(layer.train(torch.ones(150, 300), false).value().equal(again)).isFalse();
      parameters.drawDropout(RandomStreams.stream(1, "dropout", 0), 150);
      assertThat(layer.train(torch.ones(150, 300), false).value().equal(again)).isTrue();
    }
  }

  /** The gradient in a random direction, against the difference of the loss in that direction. */
  @ParameterizedTest
  @ValueSource(strings = {"mlp", "small-cnn", "inception-lite"})
  void theGradientIsThatOfTheNetworkWithItsMask(String name) {
    try (PointerScope scope = new PointerScope()) {
      Network network = network(name, 0.4);
      Tensor images = TestTensors.noise(2, 16, 1, 12, 12);
      Tensor ofLogits = TestTensors.noise(3, 16, 4).mul(new Scalar(1.0 / 16));
      draw(network, 1, 16);
      TrainingPass pass = network.train(images);
      Tensor logits = pass.logits().clone();
      pass.backward(ofLogits);
      Tensor gradient = network.parameters().flatGradient().clone().to(ScalarType.Double);
      Tensor flat = network.parameters().flat();
      Tensor before = flat.clone();
      // Along the gradient, where the difference stands out from rounding.
      Tensor direction = gradient.div(gradient.norm()).to(ScalarType.Float);
      double step = 2e-3;
      double[] losses = new double[2];
      for (int i = 0; i < 2; i++) {
        flat.copy_(before.add(direction, new Scalar(i == 0 ? step : -step)));
        losses[i] =
            network.train(images).logits().mul(ofLogits).to(ScalarType.Double).sum().item_double();
      }
      double difference = (losses[0] - losses[1]) / (2 * step);
      assertThat(difference / gradient.norm().item_double()).isCloseTo(1, within(0.02));

      flat.copy_(before);
      draw(network, 2, 16);
      assertThat(network.train(images).logits().equal(logits)).isFalse();
      draw(network, 1, 16);
      assertThat(network.train(images).logits().equal(logits)).isTrue();
      network.parameters().close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "small-cnn", "inception-lite"})
  void weightsAndEvaluationAreThoseWithoutDropout(String name) {
    try (PointerScope scope = new PointerScope()) {
      Network with = network(name, 0.5);
      Network without = network(name, 0);
      assertThat(with.parameters().flat().equal(without.parameters().flat())).isTrue();
      Tensor images = TestTensors.noise(2, 5, 1, 12, 12);
      assertThat(with.frozen().logits(images).equal(without.frozen().logits(images))).isTrue();
      with.parameters().close();
      without.parameters().close();
    }
  }

  @Test
  void networksWithoutDropoutRefuseIt() {
    for (String name : Networks.names()) {
      boolean takes =
          name.equals("mlp") || name.equals("small-cnn") || name.equals("inception-lite");
      Runnable check =
          () -> Networks.requireFit(new NetworkName(name), ImageShape.square(3, 32), 10, 0.5);
      if (takes) {
        check.run();
      } else {
        assertThatThrownBy(check::run)
            .isInstanceOf(InputException.class)
            .hasMessage(
                "dropout 0.5: " + name + " has no dropout; inception-lite, small-cnn and mlp have");
      }
      Networks.requireFit(new NetworkName(name), ImageShape.square(3, 32), 10, 0);
    }
  }
}
