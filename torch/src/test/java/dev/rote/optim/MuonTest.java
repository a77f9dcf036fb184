package dev.rote.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.data.ImageShape;
import dev.rote.net.Networks;
import dev.rote.net.Parameters;
import dev.rote.study.NetworkName;
import dev.rote.text.InputException;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MuonTest {
  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
    torch.set_num_threads(1);
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Tensor noise(long seed, long... shape) {
    return torch.empty(shape).normal_(0, 1, new GeneratorOptional(torch.make_generator_cpu(seed)));
  }

  /** The iteration acts on singular values alone, as the polynomial as + bs³ + cs⁵. */
  @ParameterizedTest
  @CsvSource({"5, 20", "20, 5", "8, 8"})
  void keepsSingularVectorsAndAppliesThePolynomialToSingularValues(long rows, long columns) {
    Tensor matrix = noise(1, rows, columns);
    T_TensorTensorTensor_T svd = torch.linalg_svd(matrix.div(matrix.norm()));
    Tensor s = svd.get1();
    for (int i = 0; i < 3; i++) {
      Tensor cube = s.pow(new Scalar(3));
      Tensor fifth = s.pow(new Scalar(5));
      s =
          s.mul(new Scalar(3.4445))
              .sub(cube.mul(new Scalar(4.775)))
              .add(fifth.mul(new Scalar(2.0315)));
    }
    // Full U and V: only the first columns belong to singular values.
    long n = s.size(0);
    Tensor expected = svd.get0().narrow(1, 0, n).mul(s).mm(svd.get2().narrow(0, 0, n));
    assertThat(torch.allclose(Muon.orthogonal(matrix), expected, 1e-3, 1e-4, false)).isTrue();
  }

  @Test
  void filtersKeepTheirNormAndOtherParametersTakeNesterovStepsAtTheirOwnRate() {
    Parameters parameters =
        Networks.create(new NetworkName("airbench"), new ImageShape(3, 32, 32), 10, 1).parameters();
    Muon muon = new Muon(parameters, 0.6);
    Tensor head = parameters.named().get("head.weight").clone();
    Tensor gradient = noise(2, parameters.count());
    parameters.flatGradient().copy_(gradient);
    Tensor ofHead = parameters.gradient("head.weight");
    Tensor filter = parameters.named().get("block2.conv1.weight");
    muon.step(0);
    assertThat(filter.norm().item_double()).isCloseTo(Math.sqrt(128), within(1e-3));
    muon.step(0.001);
    // v is g after the first step and 1.85g after the second.
    double rate = 0.001 * parameters.rateFactor("head.weight");
    Tensor expected = head.sub(ofHead.mul(new Scalar(rate * (1 + 0.85 * 1.85))));
    assertThat(torch.allclose(parameters.named().get("head.weight"), expected, 1e-5, 1e-5, false))
        .isTrue();
    // An update has singular values of about 1, 128 of them.
    Tensor before = filter.clone();
    muon.step(0.001);
    double moved = filter.sub(before).norm().item_double();
    assertThat(moved).isBetween(0.001 * 0.4 * Math.sqrt(128), 0.001 * 1.4 * Math.sqrt(128));
  }

  @Test
  void refusesAMomentumOutOfRange() {
    Parameters parameters =
        Networks.create(new NetworkName("airbench"), new ImageShape(3, 9, 9), 2, 1).parameters();
    assertThatThrownBy(() -> new Muon(parameters, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("momentum 1.0 is outside [0, 1)");
  }
}
