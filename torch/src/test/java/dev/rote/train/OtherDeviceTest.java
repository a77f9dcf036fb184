package dev.rote.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.rote.data.ChannelStatistics;
import dev.rote.data.DataSet;
import dev.rote.data.ImageShape;
import dev.rote.data.LabelledImages;
import dev.rote.loss.Loss;
import dev.rote.loss.LossKind;
import dev.rote.loss.Losses;
import dev.rote.net.Network;
import dev.rote.net.Networks;
import dev.rote.optim.Adam;
import dev.rote.optim.Optimizer;
import dev.rote.optim.Sgd;
import dev.rote.study.NetworkName;
import dev.rote.study.Precision;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That everything of a run lies on the device of its network, and that a step asks for nothing from
 * there, which would make the host wait for a GPU. libtorch's device without memory shows both
 * without a GPU: it refuses operands from elsewhere, and has nothing to give.
 */
class OtherDeviceTest {
  private static final int N = 12;
  private static final int SIDE = 8;

  private static DataSet images() {
    int[] labels = new int[N];
    for (int i = 0; i < N; i++) {
      labels[i] = i % 3;
    }
    return new DataSet(
        "squares",
        new LabelledImages(
            ImageShape.square(1, SIDE),
            List.of("a", "b", "c"),
            new byte[N * SIDE * SIDE],
            labels,
            Optional.empty(),
            LongStream.range(0, N).toArray(),
            Optional.empty()),
        Optional.empty());
  }

  private static Network network() {
    return Networks.create(
        new NetworkName("mlp"),
        ImageShape.square(1, SIDE),
        3,
        1,
        Precision.BF16,
        0,
        DeviceType.Meta);
  }

  private static ImageTensors images(Network network) {
    DataSet data = images();
    return new ImageTensors(
        data.train(), ChannelStatistics.of(data), false, true, network.parameters().flat());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adam"})
  void imagesAndOptimizerStayThere(String name) {
    try (PointerScope scope = new PointerScope()) {
      Network network = network();
      try (ImageTensors images = images(network);
          Optimizer optimizer =
              name.equals("adam")
                  ? new Adam(network.parameters())
                  : new Sgd(network.parameters(), 0.9, 1e-4)) {
        assertThat(images.standardize(images.bytes(3, 4)).is_meta()).isTrue();
        network.parameters().clipGradient(1);
        optimizer.step(0.1);
        optimizer
            .state()
            .forEach((key, tensor) -> assertThat(tensor.is_meta()).isEqualTo(!key.equals("steps")));
        assertThatThrownBy(() -> network.parameters().flat().sum().item_double())
            .as("what asks for a value is found out")
            .isInstanceOf(RuntimeException.class);
      }
      network.parameters().close();
    }
  }

  static Stream<String> losses() {
    return Losses.kinds().stream().map(LossKind::example);
  }

  @ParameterizedTest
  @MethodSource("losses")
  void everyLossStaysThere(String text) {
    try (PointerScope scope = new PointerScope()) {
      Loss loss = Losses.parse(text);
      Tensor here = torch.zeros(4, 3);
      Tensor labels = torch.zeros(4).to(ScalarType.Long);
      loss.perSample(here, labels); // what a loss keeps from here must not stay in the way
      Device meta = new Device(DeviceType.Meta);
      Tensor logits = here.to(meta, ScalarType.Float).requires_grad_(true);
      try {
        Tensor losses = loss.perSample(logits, labels.to(meta, ScalarType.Long));
        assertThat(losses.is_meta()).isTrue();
        losses.mean().backward();
        assertThat(logits.grad().is_meta()).isTrue();
      } catch (RuntimeException e) {
        assumeThat(e.getMessage())
            .as("libtorch has this operation without memory")
            .doesNotContain("no fake impl or Meta kernel registered");
        throw e;
      }
    }
  }

  @Test
  void theStatisticsOfSamplesStayThere() {
    try (PointerScope scope = new PointerScope()) {
      Network network = network();
      Tensor logits = torch.zeros(4, 3).to(new Device(DeviceType.Meta), ScalarType.Float);
      Tensor there = network.parameters().flat();
      try (ImageTensors images = images(network);
          SampleStatistics statistics = new SampleStatistics(4, 4, 3, 2, there)) {
        statistics.training(
            images.integers(new long[] {0, 1, 2, 3}), logits, images.integers(new long[4]));
        statistics.heldOut(0, logits, 2);
        assertThat(statistics.sums().values()).allMatch(Tensor::is_meta);
      }
      network.parameters().close();
    }
  }
}
