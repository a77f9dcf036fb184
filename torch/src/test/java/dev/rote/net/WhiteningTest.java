package dev.rote.net;

import static dev.rote.net.TestTensors.noise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WhiteningTest {
  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** Noise in which neighbours and channels resemble each other, as in photographs. */
  private static Tensor smooth() {
    Tensor images = noise(3, 200, 3, 9, 9).cumsum(2).cumsum(3).mul_(new Scalar(0.3));
    return images.add(
        images.mean(new long[] {1}, true, new org.bytedeco.pytorch.ScalarTypeOptional()));
  }

  @Test
  void outputsAreUncorrelatedWithVarianceOneAndComeInBothSigns() {
    Parameters parameters = new Parameters();
    Whitening layer = new Whitening(parameters, "whiten", 3);
    parameters.allocate(true, ScalarType.Float, DeviceType.CPU, 1);
    Tensor images = smooth();
    layer.prepare(images);
    Tensor output = layer.train(images, false).value();
    assertThat(output.sizes().vec().get()).containsExactly(200, 24, 8, 8);
    Tensor positive = output.narrow(1, 0, 12);
    assertThat(positive.add(output.narrow(1, 12, 12)).abs().max().item_double()).isLessThan(1e-6);
    Tensor rows = positive.transpose(0, 1).reshape(12, -1).to(ScalarType.Double);
    Tensor moments = rows.mm(rows.t()).div_(new Scalar((double) rows.size(1)));
    // λ/(λ + ε) on the diagonal, 0 elsewhere.
    Tensor diagonal = moments.diagonal();
    assertThat(moments.sub(diagonal.diag()).abs().max().item_double()).isLessThan(1e-3);
    assertThat(diagonal.max().item_double()).isCloseTo(1, within(1e-3));
    assertThat(diagonal.min().item_double()).isGreaterThan(0.9);
  }

  @Test
  void theWhiteningIsABufferAndNotTrained() {
    Parameters parameters = new Parameters();
    Whitening layer = new Whitening(parameters, "whiten", 1);
    parameters.allocate(true, ScalarType.Float, DeviceType.CPU, 1);
    assertThat(parameters.count()).isZero();
    assertThat(parameters.named()).containsOnlyKeys("whiten.weight");
    assertThat(layer.hasParameters()).isFalse();
  }
}
