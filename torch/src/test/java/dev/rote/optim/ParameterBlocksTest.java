package dev.rote.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.data.ImageShape;
import dev.rote.net.Networks;
import dev.rote.net.Parameters;
import dev.rote.study.NetworkName;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Optimizers that work block by block give the bits of the same operations on whole tensors. */
class ParameterBlocksTest {
  private PointerScope scope;
  private Parameters parameters;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    parameters.close();
    scope.close();
    torch.set_num_threads(1);
  }

  private void open(int threads) {
    torch.set_num_threads(threads);
    parameters =
        Networks.create(new NetworkName("mlp"), new ImageShape(3, 20, 20), 10, 1).parameters();
    assertThat(ParameterBlocks.of(parameters, 0)).hasSizeGreaterThan(1);
  }

  private void drawGradient(int step) {
    GeneratorOptional generator = new GeneratorOptional(torch.make_generator_cpu(step));
    parameters.flatGradient().normal_(0, 0.1, generator);
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "1, 0.01", "2, 0", "2, 0.01"})
  void adam(int threads, double weightDecay) {
    open(threads);
    Tensor weights = parameters.flat().clone();
    Tensor m = torch.zeros_like(weights);
    Tensor v = torch.zeros_like(weights);
    try (Adam adam = new Adam(parameters, 0.9, 0.999, 1e-8, weightDecay);
        AutoGradMode noGradient = new AutoGradMode(false)) {
      for (int step = 1; step <= 3; step++) {
        drawGradient(step);
        Tensor g = parameters.flatGradient();
        g = weightDecay == 0 ? g : g.add(weights, new Scalar(weightDecay));
        m.mul_(new Scalar(0.9)).add_(g, new Scalar(1 - 0.9));
        v.mul_(new Scalar(0.999)).addcmul_(g, g, new Scalar(1 - 0.999));
        Tensor root = v.sqrt().div_(new Scalar(Math.sqrt(1 - Math.pow(0.999, step))));
        double size = 0.01 / (1 - Math.pow(0.9, step));
        weights.addcdiv_(m, root.add_(new Scalar(1e-8)), new Scalar(-size));
        adam.step(0.01);
        assertThat(parameters.flat().equal(weights)).as("step " + step).isTrue();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "1, 0.01", "2, 0", "2, 0.01"})
  void sgd(int threads, double weightDecay) {
    open(threads);
    Tensor weights = parameters.flat().clone();
    Tensor v = torch.zeros_like(weights);
    try (Sgd sgd = new Sgd(parameters, 0.9, weightDecay);
        AutoGradMode noGradient = new AutoGradMode(false)) {
      for (int step = 1; step <= 3; step++) {
        drawGradient(step);
        v.mul_(new Scalar(0.9)).add_(parameters.flatGradient());
        if (weightDecay != 0) {
          v.add_(weights, new Scalar(weightDecay));
        }
        weights.add_(v, new Scalar(-0.01));
        sgd.step(0.01);
        assertThat(parameters.flat().equal(weights)).as("step " + step).isTrue();
      }
    }
  }
}
