package dev.rote.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.data.ImageShape;
import dev.rote.net.Network;
import dev.rote.net.Networks;
import dev.rote.net.Parameters;
import dev.rote.study.NetworkName;
import dev.rote.text.InputException;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptimizerTest {
  private static final int STEPS = 8;

  private PointerScope scope;
  private Parameters parameters;

  @BeforeEach
  void open() {
    scope = new PointerScope();
    Network network = Networks.create(new NetworkName("mlp"), ImageShape.square(1, 4), 3, 1);
    parameters = network.parameters();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private void drawGradients(int step) {
    GeneratorOptional generator = new GeneratorOptional(torch.make_generator_cpu(step));
    parameters.flatGradient().normal_(0, 0.1, generator);
  }

  /** Steps ours and libtorch's beside one another with the same gradients. */
  private void assertSteps(
      Optimizer ours, double rate, Function<TensorVector, org.bytedeco.pytorch.Optimizer> theirs) {
    Tensor leaf = parameters.flat().clone().requires_grad_(true);
    org.bytedeco.pytorch.Optimizer reference = theirs.apply(new TensorVector(leaf));
    Tensor start = parameters.flat().clone();
    for (int step = 0; step < STEPS; step++) {
      drawGradients(step);
      leaf.mutable_grad().put(parameters.flatGradient().clone());
      reference.step();
      Tensor gradient = parameters.flatGradient().clone();
      ours.step(rate);
      assertThat(parameters.flatGradient().equal(gradient)).isTrue();
      assertThat(torch.allclose(parameters.flat(), leaf, 1e-6, 1e-7, false)).isTrue();
    }
    assertThat(parameters.flat().sub(start).abs().max().item_double()).isGreaterThan(1e-3);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0.9, 0", "0.9, 1e-4", "0, 0.1"})
  void sgdStepsAsLibtorchDoes(double momentum, double weightDecay) {
    SGDOptions options = new SGDOptions(0.1);
    options.momentum().put(momentum);
    options.weight_decay().put(weightDecay);
    assertSteps(
        new Sgd(parameters, momentum, weightDecay), 0.1, leaves -> new SGD(leaves, options));
  }

  @ParameterizedTest
  @CsvSource({"0.9, 0.999, 1e-8, 0", "0.95, 0.95, 1e-3, 0.1"})
  void adamStepsAsLibtorchDoes(double beta1, double beta2, double epsilon, double weightDecay) {
    AdamOptions options = new AdamOptions(1e-3);
    // Java sees the pair as the compiler laid it out, in either order: leave the default, or set
    // both to one value.
    if (beta1 == beta2) {
      options.betas().put(beta1, beta2);
    }
    options.eps().put(epsilon);
    options.weight_decay().put(weightDecay);
    assertSteps(
        new Adam(parameters, beta1, beta2, epsilon, weightDecay),
        1e-3,
        leaves -> new org.bytedeco.pytorch.Adam(leaves, options));
  }

  @Test
  void sgdContinuesBitForBitFromItsState() {
    assertContinues(new Sgd(parameters, 0.9, 1e-4), new Sgd(parameters, 0.9, 1e-4));
  }

  @Test
  void adamContinuesBitForBitFromItsState() {
    assertContinues(new Adam(parameters), new Adam(parameters));
  }

  private void assertContinues(Optimizer whole, Optimizer resumed) {
    for (int step = 0; step < 3; step++) {
      drawGradients(step);
      whole.step(0.01);
    }
    Tensor weights = parameters.flat().clone();
    Map<String, Tensor> fresh = resumed.state();
    whole.state().forEach((name, tensor) -> fresh.get(name).copy_(tensor));
    drawGradients(3);
    whole.step(0.01);
    Tensor expected = parameters.flat().clone();
    try (AutoGradMode noGradient = new AutoGradMode(false)) {
      parameters.flat().copy_(weights);
    }
    resumed.step(0.01);
    assertThat(parameters.flat().equal(expected)).isTrue();
    assertThat(expected.equal(weights)).isFalse();
  }

  /** ResNet-18 at 28×28 has weights that no gradient reaches. */
  @ParameterizedTest
  @CsvSource({"0", "0.01"})
  void stepsWeightsThatNoGradientReachesAsLibtorchDoes(double weightDecay) {
    parameters =
        Networks.create(new NetworkName("resnet18"), ImageShape.square(1, 28), 10, 1).parameters();
    AdamOptions options = new AdamOptions(1e-3);
    options.weight_decay().put(weightDecay);
    Tensor drawn = torch.empty(parameters.count());
    Tensor leaf = parameters.flat().clone().requires_grad_(true);
    org.bytedeco.pytorch.Adam theirs =
        new org.bytedeco.pytorch.Adam(new TensorVector(leaf), options);
    Adam ours = new Adam(parameters, 0.9, 0.999, 1e-8, weightDecay);
    for (int step = 0; step < 2; step++) {
      drawn.normal_(0, 0.1, new GeneratorOptional(torch.make_generator_cpu(step)));
      parameters
          .reached()
          .forEach(range -> range.of(parameters.flatGradient()).copy_(range.of(drawn)));
      leaf.mutable_grad().put(parameters.flatGradient().clone());
      theirs.step();
      ours.step(1e-3);
    }
    assertThat(torch.allclose(parameters.flat(), leaf, 1e-6, 1e-7, false)).isTrue();
  }

  @Test
  void closingGivesTheMemoryBack() {
    long warm = 0;
    for (int i = 0; i < 20; i++) {
      try (Parameters network =
              Networks.create(new NetworkName("mlp"), ImageShape.square(1, 28), 10, i)
                  .parameters();
          Optimizer sgd = new Sgd(network, 0.9, 0);
          Optimizer adam = new Adam(network)) {
        sgd.step(0.1);
        adam.step(0.1);
      }
      if (i == 5) {
        warm = Pointer.physicalBytes();
      }
    }
    // Each of the 14 holds 16 MB.
    assertThat(Pointer.physicalBytes() - warm).isLessThan(60L << 20);
  }

  @Test
  void refusesConstantsOutOfRange() {
    assertThatThrownBy(() -> new Sgd(parameters, 1, 0))
        .isInstanceOf(InputException.class)
        .hasMessage("momentum 1.0 is outside [0, 1)");
    assertThatThrownBy(() -> new Sgd(parameters, 0.9, -1)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new Adam(parameters, Double.NaN, 0.9, 1e-8, 0))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("beta1 NaN");
    assertThatThrownBy(() -> new Adam(parameters, 0.9, 0.9, 0, 0))
        .isInstanceOf(InputException.class);
  }
}
