package dev.rote.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rote.data.ChannelStatistics;
import dev.rote.data.DataSet;
import dev.rote.data.DataSpec;
import dev.rote.data.ImageShape;
import dev.rote.data.LabelledImages;
import dev.rote.format.TensorData;
import dev.rote.loss.Losses;
import dev.rote.net.Network;
import dev.rote.net.Networks;
import dev.rote.noise.LabelNoise;
import dev.rote.optim.Optimizer;
import dev.rote.random.RandomStreams;
import dev.rote.run.EpochRecord;
import dev.rote.run.RunSink;
import dev.rote.study.Device;
import dev.rote.study.ExtraMeasure;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.study.OptimizerSpec;
import dev.rote.study.Protocol;
import dev.rote.study.RunSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SusceptibilityTest {
  private static final int N = 40;
  private static final int CLASSES = 3;
  private static final int BATCH = 16;

  private static DataSet images(int side) {
    byte[] pixels = new byte[N * side * side];
    RandomStreams.stream(5, "images").nextBytes(pixels);
    LabelledImages train =
        new LabelledImages(
            ImageShape.square(1, side),
            List.of("a", "b", "c"),
            pixels,
            IntStream.range(0, N).map(i -> i % CLASSES).toArray(),
            Optional.empty(),
            LongStream.range(0, N).toArray(),
            Optional.empty());
    return new DataSet("noise", train, Optional.empty());
  }

  private static RunSpec spec(String network, String loss, OptimizerSpec optimizer) {
    DataSpec data = DataSpec.of("glyphs", Optional.empty());
    return new RunSpec(
        data,
        LabelNoise.parse("none"),
        new NetworkName(network),
        LossSpec.parse(loss),
        Protocol.of(optimizer, 3).withBatchSize(BATCH),
        9);
  }

  /** One step of gradient descent on the batch, by autograd on the same weights. */
  @ParameterizedTest
  @CsvSource({"cce, 0.1", "mse, 0.3", "rll(alpha=0.1), 0.1"})
  void isTheFallOfTheLossByOneStep(String loss, double rate) {
    RunSpec run = spec("mlp", loss, OptimizerSpec.of("sgd", rate, 0.0, 0.0));
    DataSet data = images(4);
    try (PointerScope scope = new PointerScope()) {
      Network network = Networks.create(new NetworkName("mlp"), data.train().shape(), CLASSES, 1);
      try (ImageTensors images =
              new ImageTensors(
                  data.train(),
                  ChannelStatistics.of(data),
                  false,
                  network.channelsLast(),
                  network.parameters().flat());
          Optimizer optimizer = Optimizer.of(run.protocol().optimizer(), network.parameters())) {
        Susceptibility susceptibility =
            new Susceptibility(run, network, Losses.parse(loss), optimizer, images, CLASSES);
        Tensor before = network.parameters().flat().clone();
        double found = susceptibility.measure(2, rate);
        assertThat(network.parameters().flat().equal(before)).isTrue();

        long[] positions =
            Arrays.copyOf(RandomStreams.permutation(N, 9, "susceptible samples", 2), BATCH);
        long[] labels =
            RandomStreams.stream(9, "random labels", 2).longs(BATCH, 0, CLASSES).toArray();
        Tensor input = images.batch(images.integers(positions)).flatten(1, -1);
        Tensor targets = images.integers(labels);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        network
            .parameters()
            .named()
            .forEach((name, w) -> weights.put(name, w.clone().requires_grad_(true)));
        Tensor first = Losses.parse(loss).perSample(logits(input, weights), targets).mean();
        first.backward();
        Map<String, Tensor> moved = new LinkedHashMap<>();
        weights.forEach((name, w) -> moved.put(name, w.detach().sub(w.grad(), new Scalar(rate))));
        Tensor second = Losses.parse(loss).perSample(logits(input, moved), targets).mean();
        double expected = first.item_double() - second.item_double();
        assertThat(expected).isGreaterThan(1e-4);
        assertThat(found).isCloseTo(expected, within(1e-3 * expected + 1e-6));
        assertThat(susceptibility.measure(2, rate)).isEqualTo(found);
        assertThat(susceptibility.measure(3, rate)).isNotEqualTo(found);
      }
      network.parameters().close();
    }
  }

  private static Tensor logits(Tensor input, Map<String, Tensor> weights) {
    Tensor hidden = input;
    for (String layer : List.of("hidden1", "hidden2")) {
      hidden = linear(hidden, layer, weights).relu();
    }
    return linear(hidden, "linear", weights);
  }

  private static Tensor linear(Tensor input, String layer, Map<String, Tensor> weights) {
    return torch.linear(
        input, weights.get(layer + ".weight"), new TensorOptional(weights.get(layer + ".bias")));
  }

  private record Trained(
      List<EpochRecord> epochs, List<int[]> predictions, Map<String, TensorData> weights) {}

  private static Trained train(RunSpec run, DataSet data, List<ExtraMeasure> measures)
      throws IOException {
    Trained told = new Trained(new ArrayList<>(), new ArrayList<>(), new LinkedHashMap<>());
    int[] labels = data.train().labels();
    try (Trainer trainer = new Trainer(run, data, labels, labels, Device.CPU, measures)) {
      trainer.train(
          0,
          new RunSink() {
            @Override
            public void epoch(EpochRecord record, int[] predicted, Map<String, TensorData> state) {
              told.epochs.add(record);
              told.predictions.add(predicted.clone());
            }

            @Override
            public void finished(Map<String, TensorData> weights) {
              weights.forEach(
                  (name, w) -> {
                    java.nio.ByteBuffer copy = java.nio.ByteBuffer.allocate(w.data().remaining());
                    copy.put(w.data().duplicate()).flip();
                    told.weights.put(name, new TensorData(w.type(), w.shape(), copy));
                  });
            }
          },
          (epoch, fraction) -> {});
    }
    return told;
  }

  /** What is measured in any case, to the last bit. */
  private static String usual(EpochRecord epoch) {
    return "%s %s %s".formatted(epoch.loss(), epoch.memorization(), epoch.running());
  }

  @ParameterizedTest
  @CsvSource({"small-cnn, adam, 0.5", "mlp, sgd,", "airbench, muon,"})
  void measuringItLeavesTheBitsOfTheTrainingAlone(String network, String optimizer, Double dropout)
      throws IOException {
    RunSpec plain = spec(network, "cce", OptimizerSpec.of(optimizer, 0.01, 0.9, 1e-3));
    Protocol protocol =
        dropout == null ? plain.protocol().withClip(1) : plain.protocol().withDropout(dropout);
    RunSpec run =
        new RunSpec(plain.data(), plain.noise(), plain.network(), plain.loss(), protocol, 9);
    DataSet data = images(9);
    Trained without = train(run, data, List.of());
    Trained with = train(run, data, List.of(ExtraMeasure.values()));
    assertThat(with.epochs.stream().map(SusceptibilityTest::usual))
        .containsExactlyElementsOf(without.epochs.stream().map(SusceptibilityTest::usual).toList());
    assertThat(with.epochs).allMatch(epoch -> Double.isFinite(epoch.extra().susceptibility()));
    assertThat(with.epochs)
        .allMatch(epoch -> epoch.extra().criticalRatio() >= 0 && epoch.extra().criticalRatio() <= 1)
        .allMatch(epoch -> epoch.extra().lossSensitivity() > 0)
        .allMatch(
            epoch -> epoch.extra().sensitivityGini() > 0 && epoch.extra().sensitivityGini() < 1);
    assertThat(with.epochs)
        .extracting(epoch -> epoch.extra().susceptibility())
        .doesNotHaveDuplicates();
    assertThat(without.epochs).allMatch(epoch -> Double.isNaN(epoch.extra().susceptibility()));
    assertThat(with.predictions.get(2)).isEqualTo(without.predictions.get(2));
    without.weights.forEach(
        (name, w) -> assertThat(with.weights.get(name).data()).as(name).isEqualTo(w.data()));
  }

  @Test
  void aStepThatLearnsNothingLowersNothing() throws IOException {
    RunSpec run = spec("mlp", "cce", OptimizerSpec.of("sgd", 1e-30, 0.0, 0.0));
    assertThat(train(run, images(4), List.of(ExtraMeasure.SUSCEPTIBILITY)).epochs)
        .allMatch(epoch -> epoch.extra().susceptibility() == 0);
  }
}
