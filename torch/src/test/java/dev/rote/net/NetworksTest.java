package dev.rote.net;

import static dev.rote.net.TestTensors.laidOut;
import static dev.rote.net.TestTensors.noise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.data.ImageShape;
import dev.rote.optim.Muon;
import dev.rote.optim.Sgd;
import dev.rote.study.NetworkName;
import dev.rote.study.Precision;
import dev.rote.study.Protocol;
import dev.rote.text.InputException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.LongOptional;
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
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest {
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

  private static Tensor labels(long count, long classes) {
    return torch.arange(new Scalar(count)).to(ScalarType.Long).remainder(new Scalar(classes));
  }

  private static Tensor loss(Network network, Tensor images, Tensor labels) {
    return torch.cross_entropy_loss(network.train(images).logits(), labels);
  }

  /** Sets the gradients of the mean cross-entropy, and returns it. */
  private static double backward(Network network, Tensor images, Tensor labels) {
    TrainingPass pass = network.train(images);
    Tensor logits = pass.logits().requires_grad_(true);
    Tensor loss = torch.cross_entropy_loss(logits, labels);
    loss.backward();
    pass.backward(logits.grad());
    return loss.item_double();
  }

  // The counts are those of the papers, of cnn8 and cnn4 less the 776 and 96 biases of convolutions
  // (1,639,794 and 422,090 in the authors' code); of ours, worked out by hand: 32·9 + 2·32 +
  // 64·32·9 + 2·64 +
  // 96·64·9 + 2·96 + 96·16·256 + 256 + 256·10 + 10, and 784·512 + 512 + 512·512 + 512 + 5120 + 10.
  @ParameterizedTest
  @CsvSource({
    "resnet32, 3, 32, 464154",
    "resnet18, 1, 28, 11175370",
    "resnet9, 3, 32, 1646122",
    "airbench, 3, 32, 1160064",
    "inception-lite, 3, 28, 1649402",
    "cnn8, 3, 32, 1639018",
    "cnn4, 1, 28, 421994",
    "small-cnn, 1, 28, 470442",
    "mlp, 1, 28, 669706",
  })
  void hasTheParametersOfItsSource(String name, int channels, int side, long count) {
    try (Parameters parameters =
        Networks.create(new NetworkName(name), ImageShape.square(channels, side), 10, 1)
            .parameters()) {
      assertThat(parameters.count()).isEqualTo(count);
      assertThat(parameters.flat().numel()).isEqualTo(count);
      assertThat(parameters.flatGradient().numel()).isEqualTo(count);
    }
  }

  // Side² of each output map · channels out · values that one output value is made of, layer by
  // layer. resnet32: 32²·16·27 + 10·32²·16·144 + 16²·32·(144 + 9·288) + 8²·64·(288 + 9·576) + 640.
  // cnn4: 28²·32·9 + 14²·64·288 + 3136·128 + 1280. small-cnn: 14²·32·9 + 7²·64·288 + 4²·96·576 +
  // 1536·256 + 2560. resnet18: 14²·64·49 + 4·7²·64·576 + 4²·128·(576 + 3·1152 + 64) +
  // 2²·256·(1152 + 3·2304 + 128) + 512·(256·4 + 3·512 + 256) + 5120, where a kernel on the last
  // maps of one pixel has 2×2 taps on a map of 2×2 and one on a map of 1×1.
  @ParameterizedTest
  @CsvSource({
    "resnet32, 3, 32, 68862592, 442368",
    "resnet18, 1, 28, 26064128, 614656",
    "cnn4, 1, 28, 4241152, 225792",
    "small-cnn, 1, 28, 2240128, 56448",
    "mlp, 1, 28, 668672, 401408",
    "inception-lite, 3, 28, 204219680, 2032128",
    "resnet9, 3, 32, 95259136, 884736",
    "airbench, 3, 32, 65431840, 13838400",
  })
  void countsWhatItMultiplies(String name, int channels, int side, long products, long ofImages) {
    Arithmetic arithmetic =
        Networks.arithmetic(new NetworkName(name), ImageShape.square(channels, side), 10);
    assertThat(arithmetic.forward()).isEqualTo(products);
    assertThat(arithmetic.backward())
        .as("each product twice, but for the gradient of the images")
        .isEqualTo(2 * products - ofImages);
    assertThat(arithmetic.trainingFlops()).isEqualTo(2.0 * (3 * products - ofImages));
  }

  @ParameterizedTest
  @CsvSource({
    "resnet32, 1, 28, 28, 10",
    "resnet32, 3, 9, 13, 2",
    "resnet18, 3, 32, 32, 100",
    "resnet18, 3, 16, 17, 7",
    "resnet9, 1, 28, 30, 10",
    "resnet9, 3, 8, 9, 3",
    "airbench, 1, 28, 28, 10",
    "airbench, 3, 9, 11, 3",
    "inception-lite, 1, 28, 28, 3",
    "inception-lite, 3, 15, 9, 10",
    "cnn8, 1, 28, 28, 10",
    "cnn8, 3, 8, 19, 3",
    "cnn4, 3, 32, 9, 10",
    "small-cnn, 3, 40, 31, 5",
    "small-cnn, 1, 4, 5, 2",
    "mlp, 2, 3, 4, 5",
    "mlp(hidden=1), 2, 3, 4, 5",
  })
  void givesLogitsForAnyShapeThatFits(String name, int channels, int height, int width, int k) {
    Network network =
        Networks.create(new NetworkName(name), new ImageShape(channels, height, width), k, 1);
    Tensor images = laidOut(network, noise(2, 3, channels, height, width));
    for (boolean training : new boolean[] {true, false}) {
      Tensor logits = training ? network.train(images).logits() : network.frozen().logits(images);
      assertThat(logits.dim()).isEqualTo(2);
      assertThat(logits.size(0)).isEqualTo(3);
      assertThat(logits.size(1)).isEqualTo(k);
      assertThat(logits.isfinite().all().item_bool()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet32",
        "resnet18",
        "resnet9",
        "airbench",
        "inception-lite",
        "cnn8",
        "cnn4",
        "small-cnn",
        "mlp"
      })
  void seedDecidesTheWeightsToTheBit(String name) {
    Tensor one =
        Networks.create(new NetworkName(name), ImageShape.square(1, 28), 10, 1).parameters().flat();
    Tensor again =
        Networks.create(new NetworkName(name), ImageShape.square(1, 28), 10, 1).parameters().flat();
    Tensor two =
        Networks.create(new NetworkName(name), ImageShape.square(1, 28), 10, 2).parameters().flat();
    Tensor upperBits =
        Networks.create(new NetworkName(name), ImageShape.square(1, 28), 10, 1 + (1L << 40))
            .parameters()
            .flat();
    assertThat(one.equal(again)).isTrue();
    assertThat(one.equal(two)).isFalse();
    assertThat(one.equal(upperBits)).isFalse();
  }

  @Test
  void weightsStartWithTheDeviationOfTheirSource() {
    Map<String, Tensor> resnet32 =
        Networks.create(new NetworkName("resnet32"), ImageShape.square(3, 32), 10, 1)
            .parameters()
            .named();
    assertThat(deviation(resnet32.get("layer3.1.conv1.weight")))
        .isCloseTo(Math.sqrt(2.0 / (64 * 9)), within(1e-3));
    Map<String, Tensor> resnet18 =
        Networks.create(new NetworkName("resnet18"), ImageShape.square(1, 28), 10, 1)
            .parameters()
            .named();
    assertThat(deviation(resnet18.get("layer2.0.conv1.weight")))
        .isCloseTo(Math.sqrt(2.0 / (128 * 9)), within(1e-3));
    // A uniform distribution on ±a has deviation a/√3.
    assertThat(deviation(resnet18.get("fc.weight")))
        .isCloseTo(1 / Math.sqrt(3 * 512), within(1e-3));
    Map<String, Tensor> inception =
        Networks.create(new NetworkName("inception-lite"), ImageShape.square(3, 28), 10, 1)
            .parameters()
            .named();
    assertThat(deviation(inception.get("inception8.conv3x3.conv.weight")))
        .isCloseTo(Math.sqrt(2.0 / (336 * 9 + 160 * 9)), within(1e-3));
    Map<String, Tensor> plain =
        Networks.create(new NetworkName("cnn8"), ImageShape.square(3, 32), 10, 1)
            .parameters()
            .named();
    assertThat(deviation(plain.get("block3.1.conv.weight")))
        .isCloseTo(Math.sqrt(2.0 / (196 * 9)), within(1e-3));
    assertThat(deviation(plain.get("fc1.linear.weight")))
        .isCloseTo(Math.sqrt(2.0 / (3136 + 256)), within(1e-3));
  }

  @Test
  void clippingShortensALongGradientAndLeavesAShortOneAlone() {
    Parameters parameters =
        Networks.create(new NetworkName("mlp"), ImageShape.square(1, 4), 3, 1).parameters();
    Tensor gradient = parameters.flatGradient();
    gradient.narrow(0, 0, 2).copy_(Tensor.create(new float[] {3, 4}));
    parameters.clipGradient(5.001);
    assertThat(gradient.narrow(0, 0, 2).equal(Tensor.create(new float[] {3, 4}))).isTrue();
    parameters.clipGradient(2.5);
    assertThat(gradient.get(0).item_double()).isCloseTo(1.5, within(1e-6));
    assertThat(gradient.get(1).item_double()).isCloseTo(2, within(1e-6));
    assertThat(gradient.norm().item_double()).isCloseTo(2.5, within(1e-6));
  }

  private static double deviation(Tensor weights) {
    return weights.std().item_double();
  }

  @Test
  void gradientsLieInTheFlatGradientAsParametersDoInTheFlatTensor() {
    Network network = Networks.create(new NetworkName("resnet32"), ImageShape.square(3, 8), 4, 1);
    Parameters parameters = network.parameters();
    Tensor images = laidOut(network, noise(2, 8, 3, 8, 8));
    backward(network, images, labels(8, 4));
    Tensor once = parameters.flatGradient().clone();
    assertThat(once.abs().sum().item_double()).isPositive();
    backward(network, images, labels(8, 4));
    assertThat(parameters.flatGradient().equal(once)).isTrue();
    long weights = parameters.flat().data_ptr().address();
    long gradients = parameters.flatGradient().data_ptr().address();
    parameters
        .named()
        .forEach(
            (name, tensor) -> {
              if (!name.contains("running")) {
                assertThat(parameters.gradient(name).data_ptr().address() - gradients)
                    .as(name)
                    .isBetween(0L, 4 * parameters.count())
                    .isEqualTo(tensor.data_ptr().address() - weights);
              }
            });
  }

  @Test
  void parametersAreViewsOfTheFlatTensor() {
    Network network = Networks.create(new NetworkName("resnet32"), ImageShape.square(3, 8), 4, 1);
    try (AutoGradMode noGradient = new AutoGradMode(false)) {
      network.parameters().flat().fill_(new Scalar(7));
    }
    network
        .parameters()
        .named()
        .forEach(
            (name, tensor) -> {
              if (!name.contains("running")) {
                assertThat(tensor.eq(new Scalar(7)).all().item_bool()).as(name).isTrue();
              }
            });
  }

  @Test
  void weightsOfConvolutionsAreDrawnAlikeInBothLayouts() {
    Tensor[] drawn = new Tensor[2];
    for (int i = 0; i < 2; i++) {
      Parameters parameters = new Parameters();
      ParameterSlot slot = parameters.parameter("w", Initializer.normal(1), 5, 4, 3, 3);
      parameters.allocate(i == 1, ScalarType.Float, DeviceType.CPU, 1);
      drawn[i] = slot.tensor();
    }
    assertThat(drawn[0].is_contiguous()).isTrue();
    assertThat(drawn[1].is_contiguous(MemoryFormat.ChannelsLast)).isTrue();
    assertThat(drawn[0].equal(drawn[1])).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet32",
        "resnet18",
        "resnet9",
        "airbench",
        "inception-lite",
        "cnn4",
        "small-cnn"
      })
  void runningStatisticsChangeInTrainingOnly(String name) {
    Network network = Networks.create(new NetworkName(name), ImageShape.square(1, 28), 10, 1);
    Tensor images = laidOut(network, noise(2, 4, 1, 28, 28));
    network.prepare(images);
    Map<String, Tensor> named = network.parameters().named();
    for (boolean training : new boolean[] {false, true}) {
      Tensor before = running(named);
      if (training) {
        network.train(images);
      } else {
        network.frozen().logits(images);
      }
      assertThat(running(named).equal(before)).isEqualTo(!training);
    }
  }

  private static Tensor running(Map<String, Tensor> named) {
    String first = named.keySet().stream().filter(k -> k.contains("running")).findFirst().get();
    return named.get(first).clone();
  }

  /**
   * Where the running statistics are those of one batch, evaluation gives the logits of training,
   * but for the variance, which is unbiased there: over 64 images and more, little.
   */
  @ParameterizedTest
  @CsvSource({
    "resnet32, 3, 16",
    "resnet18, 1, 28",
    "resnet9, 3, 16",
    "airbench, 3, 16",
    "inception-lite, 3, 12",
    "cnn8, 3, 16",
    "cnn4, 1, 28",
    "small-cnn, 1, 28",
    "mlp, 1, 28"
  })
  void evaluationGivesTheLogitsOfTrainingWhereTheStatisticsAreAlike(
      String name, int channels, int side) {
    Network network =
        Networks.create(new NetworkName(name), ImageShape.square(channels, side), 10, 1);
    Tensor images = laidOut(network, noise(2, 64, channels, side, side));
    network.prepare(images);
    // Scales and shifts that are not those of the start.
    Sgd optimizer = new Sgd(network.parameters(), 0.9, 0);
    for (int i = 0; i < 3; i++) {
      backward(network, images, labels(64, 10));
      optimizer.step(0.01);
    }
    Tensor expected = settleOn(network, images);
    Tensor logits = network.frozen().logits(images);
    assertThat(logits.requires_grad()).isFalse();
    double spread = expected.std().item_double();
    assertThat(spread).isGreaterThan(1e-2);
    assertThat(logits.sub(expected).abs().max().item_double()).isLessThan(0.15 * spread);
  }

  /**
   * Sets the running statistics to those of one batch, and returns its logits in training. A pass
   * moves each statistic from r to (1 − m)r + mb, where b is the batch's: from 0 and from 1, two
   * passes give m and b.
   */
  private static Tensor settleOn(Network network, Tensor images) {
    Map<String, Tensor> running = new TreeMap<>(network.parameters().named());
    running.keySet().removeIf(name -> !name.contains("running"));
    Map<String, Tensor> fromZero = new TreeMap<>();
    Tensor logits = null;
    for (double start : new double[] {0, 1}) {
      running.values().forEach(statistic -> statistic.fill_(new Scalar(start)));
      logits = network.train(images).logits().detach();
      if (start == 0) {
        running.forEach((name, statistic) -> fromZero.put(name, statistic.clone()));
      }
    }
    running.forEach(
        (name, statistic) -> {
          Tensor share = statistic.sub(fromZero.get(name)).neg().add(new Scalar(1)); // m
          statistic.copy_(fromZero.get(name).div(share));
        });
    return logits;
  }

  @Test
  void runningStatisticsFollowTheBatches() {
    Parameters parameters = new Parameters();
    BatchNorm norm = BatchNorm.of(parameters, "bn", 1);
    parameters.allocate(false, ScalarType.Float, DeviceType.CPU, 1);
    // Values 1 and 3: mean 2, unbiased variance 2; a tenth of the way from 0 and 1.
    Tensor input = torch.ones(2, 1, 1, 1);
    input.select(0, 1).fill_(new Scalar(3));
    Tensor output = norm.train(input, true).value();
    assertThat(parameters.named().get("bn.running_mean").item_double())
        .isCloseTo(0.2, within(1e-6));
    assertThat(parameters.named().get("bn.running_var").item_double()).isCloseTo(1.1, within(1e-6));
    assertThat(output.select(0, 1).item_double()).isCloseTo(1 / Math.sqrt(1 + 1e-5), within(1e-5));
  }

  @Test
  void aBatchOfOneLeavesTheStatisticsFinite() {
    Network network = Networks.create(new NetworkName("resnet18"), ImageShape.square(1, 28), 10, 1);
    network.train(noise(2, 1, 1, 28, 28));
    network
        .parameters()
        .named()
        .forEach((name, tensor) -> assertThat(tensor.isfinite().all().item_bool()).isTrue());
  }

  /** With its last scale at 0, a block passes on its shortcut alone. */
  @Test
  void shortcutsOfResNet32TakeEverySecondPixelAndPadChannelsOnBothSides() {
    Network network = Networks.create(new NetworkName("resnet32"), ImageShape.square(3, 32), 10, 1);
    Map<String, Tensor> named = network.parameters().named();
    Tensor images = noise(2, 2, 3, 32, 32);
    try (AutoGradMode noGradient = new AutoGradMode(false)) {
      named.forEach(
          (name, tensor) -> {
            if (name.endsWith("bn2.weight")) {
              tensor.zero_();
            }
          });
      Tensor stem =
          torch.conv2d(
              images,
              named.get("conv1.weight").contiguous(),
              new org.bytedeco.pytorch.TensorOptional(),
              new long[] {1, 1},
              new long[] {1, 1},
              new long[] {1, 1},
              1);
      LongOptional all = new LongOptional();
      Tensor pooled =
          stem.div(new Scalar(Math.sqrt(1 + 1e-5)))
              .relu()
              .slice(2, all, all, 4)
              .slice(3, all, all, 4)
              .mean(2, 3);
      Tensor weight = named.get("linear.weight").narrow(1, 8 + 16, 16);
      Tensor expected = torch.matmul(pooled, weight.t()).add(named.get("linear.bias"));
      assertThat(torch.allclose(network.frozen().logits(images), expected, 1e-4, 1e-5, false))
          .isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "small-cnn, false",
    "mlp, false",
    "cnn8, false",
    "cnn4, false",
    "inception-lite, false",
    "resnet9, false",
    "airbench, false",
    "airbench, true",
    "resnet32, false",
    "mlp, true",
    "cnn4, true",
    "inception-lite, true",
    "resnet32, true"
  })
  void gradientOfEachParameterIsTheSlopeOfTheLoss(String name, boolean asOnGpu) {
    Network network =
        asOnGpu
            ? Networks.asOnGpu(
                new NetworkName(name), ImageShape.square(1, 12), 3, 1, Precision.FLOAT32)
            : Networks.create(new NetworkName(name), ImageShape.square(1, 12), 3, 1);
    Parameters parameters = network.parameters();
    Tensor images = laidOut(network, noise(2, 6, 1, 12, 12));
    network.prepare(images);
    Tensor labels = labels(6, 3);
    backward(network, images, labels);
    // Along the gradient, slope and length are one; float32 leaves about two digits.
    parameters
        .named()
        .forEach(
            (key, tensor) -> {
              if (parameters.gradient(key) != null
                  && (!name.equals("resnet32") || key.contains("layer2.0"))) {
                try (AutoGradMode noGradient = new AutoGradMode(false)) {
                  Tensor gradient = parameters.gradient(key);
                  double length = gradient.norm().item_double();
                  double step = 2e-3;
                  Tensor move = gradient.mul(new Scalar(step / length));
                  tensor.add_(move);
                  double up = loss(network, images, labels).item_double();
                  tensor.sub_(move).sub_(move);
                  double down = loss(network, images, labels).item_double();
                  tensor.add_(move);
                  assertThat((up - down) / (2 * step))
                      .as(key)
                      .isCloseTo(length, within(0.03 * length + 1e-3));
                }
              }
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"small-cnn", "mlp", "cnn8", "cnn4", "inception-lite", "resnet32", "resnet18"})
  void learnsASmallBatchByHeart(String name) {
    Network network = Networks.create(new NetworkName(name), ImageShape.square(1, 16), 4, 1);
    Sgd optimizer = new Sgd(network.parameters(), 0.9, 0);
    Tensor images = laidOut(network, noise(2, 16, 1, 16, 16));
    Tensor labels = labels(16, 4);
    double first = loss(network, images, labels).item_double();
    double last = first;
    for (int i = 0; i < 25; i++) {
      try (PointerScope step = new PointerScope()) {
        last = backward(network, images, labels);
        optimizer.step(0.02);
      }
    }
    assertThat(last).isLessThan(0.3 * first);
  }

  @Test
  void stepsLeaveNoMemoryBehind() {
    Network network =
        Networks.create(new NetworkName("small-cnn"), ImageShape.square(1, 28), 10, 1);
    Sgd optimizer = new Sgd(network.parameters(), 0.9, 0);
    long warm = 0;
    for (int i = 0; i < 120; i++) {
      try (PointerScope step = new PointerScope()) {
        backward(network, noise(i, 64, 1, 28, 28), labels(64, 10));
        optimizer.step(0.01);
      }
      if (i == 20) {
        warm = Pointer.physicalBytes();
      }
    }
    // A leaked step would hold some 5 MB.
    assertThat(Pointer.physicalBytes() - warm).isLessThan(100L << 20);
    assertThat(network.parameters().flat().isfinite().all().item_bool()).isTrue();
  }

  /** The whole kernel, and the kernel without the taps that only meet zeros, on random weights. */
  @ParameterizedTest
  @CsvSource({
    "1,1,3,1", "2,2,3,2", "1,2,3,2", "2,2,3,1", "1,1,1,1", "2,1,1,2", "3,4,3,2", "3,3,7,2"
  })
  void tapsThatMeetOnlyZerosMakeNoDifference(int height, int width, int kernel, int stride) {
    Tensor images = noise(1, 5, 6, height, width);
    Convolution.Shape shape = new Convolution.Shape(6, 4, kernel);
    Tensor[] outputs = new Tensor[2];
    Tensor[] gradients = new Tensor[2];
    Tensor[] ofInputs = new Tensor[2];
    for (int i = 0; i < 2; i++) {
      Parameters parameters = new Parameters();
      Layer layer =
          i == 0
              ? new Convolution(parameters, "c", shape, stride, kernel / 2, Initializer.normal(1))
              : new Convolution(
                  parameters,
                  "c",
                  shape,
                  stride,
                  new Convolution.Size(height, width),
                  Initializer.normal(1));
      parameters.allocate(false, ScalarType.Float, DeviceType.CPU, 1);
      Layer.Output output = layer.train(images, true);
      outputs[i] = output.value();
      ofInputs[i] = output.backward().apply(outputs[i].mul(new Scalar(2)));
      gradients[i] = parameters.gradient("c.weight").contiguous();
      Tensor unreached = parameters.flatGradient().clone();
      parameters.reached().forEach(range -> range.of(unreached).zero_());
      assertThat(unreached.abs().sum().item_double()).isZero();
    }
    assertThat(torch.allclose(outputs[0], outputs[1], 1e-5, 1e-5, false)).isTrue();
    assertThat(torch.allclose(gradients[0], gradients[1], 1e-5, 1e-4, false)).isTrue();
    assertThat(torch.allclose(ofInputs[0], ofInputs[1], 1e-5, 1e-4, false)).isTrue();
  }

  @Test
  void onlyTheMiddleOfAKernelReachesAMapOfOnePixel() {
    assertThat(Convolution.tapsInUse(3, 1, 1, 1)).isEqualTo(new ParameterSlot.Taps(1, 1));
    assertThat(Convolution.tapsInUse(3, 2, 1, 2)).isEqualTo(new ParameterSlot.Taps(1, 2));
    assertThat(Convolution.tapsInUse(3, 1, 1, 2)).isEqualTo(new ParameterSlot.Taps(0, 3));
    // Three 512×512 kernels on 1×1, of which 1 of 9 taps is used, and a 512×256 one with 4 of 9.
    long unused = 3L * 512 * 512 * 8 + 512 * 256 * 5;
    Parameters parameters =
        Networks.create(new NetworkName("resnet18"), ImageShape.square(1, 28), 10, 1).parameters();
    assertThat(parameters.reached().stream().mapToLong(Parameters.Range::length).sum())
        .isEqualTo(parameters.count() - unused);
  }

  @Test
  void airbenchTakesItsWhiteningFromImagesAndKeepsItWhileTraining() {
    Network network = Networks.create(new NetworkName("airbench"), ImageShape.square(3, 16), 4, 1);
    Tensor images = laidOut(network, noise(2, 32, 3, 16, 16));
    Tensor whitening = network.parameters().named().get("whiten.weight");
    assertThat(whitening.abs().sum().item_double()).isZero();
    network.prepare(images);
    Tensor prepared = whitening.clone();
    assertThat(prepared.abs().sum().item_double()).isPositive();
    try (Muon muon = new Muon(network.parameters(), 0.6)) {
      Tensor labels = labels(32, 4);
      double first = backward(network, images, labels);
      double last = first;
      for (int i = 0; i < 20; i++) {
        muon.step(0.1);
        last = backward(network, images, labels);
      }
      assertThat(last).isLessThan(0.3 * first);
    }
    assertThat(whitening.equal(prepared)).isTrue();
  }

  @Test
  void parametersOutliveTheScopeThatTheyWereMadeIn() {
    Network network;
    try (PointerScope inner = new PointerScope()) {
      network = Networks.create(new NetworkName("mlp"), ImageShape.square(1, 4), 2, 1);
    }
    assertThat(network.parameters().flat().isNull()).isFalse();
    assertThat(network.frozen().logits(noise(1, 2, 1, 4, 4)).size(1)).isEqualTo(2);
  }

  @Test
  void aNameMayStateTheHiddenUnits() {
    NetworkKind small = Networks.kind(new NetworkName("mlp( hidden = 64.0 )"));
    assertThat(small.name()).isEqualTo(new NetworkName("mlp(hidden=64)"));
    assertThat(Networks.kind(new NetworkName("mlp(64)")).name()).isEqualTo(small.name());
    assertThat(Networks.kind(new NetworkName("mlp(hidden=512)")).name())
        .isEqualTo(new NetworkName("mlp"));
    assertThat(
            Networks.create(small.name(), ImageShape.square(1, 28), 10, 1)
                .parameters()
                .flat()
                .numel())
        .isEqualTo(785 * 64 + 65 * 64 + 65 * 10);
    for (String wrong : List.of("0", "1.5", "65537", "many", "-3")) {
      assertThatThrownBy(() -> Networks.kind(new NetworkName("mlp(hidden=" + wrong + ")")))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(wrong);
    }
    assertThatThrownBy(() -> Networks.kind(new NetworkName("mlp(hiden=3)")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("did you mean 'hidden'");
    assertThatThrownBy(() -> Networks.kind(new NetworkName("resnet18(hidden=3)")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("resnet18 takes no arguments");
    assertThatThrownBy(() -> Networks.kind(new NetworkName("mlp(hidden=3")))
        .isInstanceOf(InputException.class);
  }

  @Test
  void refusesWhatItCannotBuild() {
    assertThatThrownBy(() -> Networks.kind(new NetworkName("resnet23")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("'resnet23'; did you mean 'resnet32'?");
    assertThatThrownBy(
            () -> Networks.create(new NetworkName("resnet18"), new ImageShape(1, 8, 28), 10, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("images of 8x28 are too small for resnet18, which needs 16x16 or more");
    assertThatThrownBy(
            () -> Networks.create(new NetworkName("mlp"), ImageShape.square(1, 28), 1, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("1 class");
    assertThatThrownBy(() -> ImageShape.square(0, 28))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("0 x 28 x 28");
  }

  @Test
  void paperScheduleOfResNet32DropsAfterEpochs100And150() {
    Protocol paper = Networks.protocol(new NetworkName("resnet32"));
    assertThat(paper.rateAt(1, 0, 10)).isEqualTo(0.1);
    assertThat(paper.rateAt(100, 9, 10)).isEqualTo(0.1);
    assertThat(paper.rateAt(101, 0, 10)).isCloseTo(0.01, within(1e-15));
    assertThat(paper.rateAt(151, 0, 10)).isCloseTo(0.001, within(1e-15));
  }

  @Test
  void paperScheduleOfInceptionLiteDecaysEveryEpoch() {
    Protocol paper = Networks.protocol(new NetworkName("inception-lite"));
    assertThat(paper.rateAt(1, 0, 10)).isEqualTo(0.01);
    assertThat(paper.rateAt(3, 5, 10)).isCloseTo(0.01 * 0.95 * 0.95, within(1e-15));
  }
}
