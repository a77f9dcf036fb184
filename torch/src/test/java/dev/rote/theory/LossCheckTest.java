package dev.rote.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rote.loss.CategoricalCrossEntropy;
import dev.rote.loss.Loss;
import dev.rote.loss.Losses;
import dev.rote.loss.MeanAbsoluteError;
import dev.rote.study.LossSpec;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LossCheckTest {
  @BeforeAll
  static void oneThread() {
    torch.set_num_threads(1);
  }

  /** C by hand: MAE 2(K−1); normalized 1; RLL K·log((α+1)/α). */
  @ParameterizedTest
  @CsvSource({
    "mae, 2, 2",
    "mae, 10, 18",
    "mae, 100, 198",
    "normalized(mse), 2, 1",
    "normalized(mse), 10, 1",
    "normalized(mse), 100, 1",
    "normalized(mae), 3, 1",
    "normalized(rll(alpha=0.5)), 3, 1",
    "rll(alpha=1), 2, 1.3862943611198906", // 2 log 2
    "rll(alpha=1), 10, 6.931471805599453", // 10 log 2
    "rll(alpha=0.1), 10, 23.978952727983707", // 10 log 11
    "rll(alpha=100), 10, 0.09950330853168083", // 10 log 1.01
  })
  void symmetricLossesSumToTheirConstant(String text, int classes, double constant) {
    LossCheck check = LossCheck.of(Losses.parse(text), classes);
    assertThat(check.symmetric()).isTrue();
    assertThat(check.bounded()).isTrue();
    assertThat(check.constant()).isCloseTo(constant, within(1e-12 * Math.max(1, constant)));
    assertThat(check.deviation()).isLessThanOrEqualTo(1e-12 * Math.max(1, constant));
    assertThat(check.contradiction(Losses.parse(text))).isEmpty();
    assertThat(check.outputs()).isGreaterThan(1000);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 10, 100})
  void crossEntropyIsNeitherSymmetricNorBounded(int classes) {
    LossCheck check = LossCheck.of(new CategoricalCrossEntropy(), classes);
    assertThat(check.symmetric()).isFalse();
    assertThat(check.bounded()).isFalse();
    assertThat(check.contradiction(new CategoricalCrossEntropy())).isEmpty();
  }

  /** Σ_j = K‖h‖² + K − 2 runs from K − 1 (uniform) to 2K − 2 (one-hot). */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 10, 100})
  void squaredErrorIsBoundedButNotSymmetric(int classes) {
    Loss loss = Losses.parse("mse");
    LossCheck check = LossCheck.of(loss, classes);
    assertThat(check.symmetric()).isFalse();
    assertThat(check.bounded()).isTrue();
    assertThat(check.lowest()).isCloseTo(0, within(1e-12));
    assertThat(check.highest()).isCloseTo(2, within(1e-12));
    assertThat(check.constant()).isBetween(classes - 1.0, 2.0 * classes - 2);
    assertThat(check.deviation()).isBetween(0.3 * (classes - 1), (classes - 1) * (1 + 1e-12));
    assertThat(check.contradiction(loss)).isEmpty();
  }

  /** The largest RLL: h_y = 0 and the others equal. */
  @Test
  void rangeIsThatOfTheFormula() {
    LossCheck check = LossCheck.of(Losses.parse("rll(alpha=0.1)"), 3);
    double highest = Math.log(11) - Math.log(0.1) + Math.log(0.6);
    assertThat(check.highest()).isCloseTo(highest, within(1e-9));
    assertThat(check.lowest()).isCloseTo(0, within(1e-9));
  }

  /** Eq. 3 with the sum over labels taken label by label. */
  @ParameterizedTest
  @CsvSource({"mse, 3", "mse, 10", "mae, 10", "rll(alpha=0.1), 10"})
  void normalizedLossIsTheShareOfTheSumOverLabels(String inner, int classes) {
    double[] logits = new Random(5).doubles(50L * classes, -20, 20).toArray();
    try (PointerScope scope = new PointerScope()) {
      Tensor tensor = Tensor.create(logits).view(-1, classes);
      double[][] plain = new double[classes][];
      double[][] normalized = new double[classes][];
      for (int j = 0; j < classes; j++) {
        plain[j] = LabelRisks.losses(Losses.parse(inner), tensor, j);
        normalized[j] = LabelRisks.losses(Losses.parse("normalized(" + inner + ")"), tensor, j);
      }
      for (int i = 0; i < 50; i++) {
        double sum = 0;
        double normalizedSum = 0;
        for (int j = 0; j < classes; j++) {
          sum += plain[j][i];
          normalizedSum += normalized[j][i];
        }
        assertThat(normalizedSum).isCloseTo(1, within(1e-12));
        for (int j = 0; j < classes; j++) {
          assertThat(normalized[j][i]).isCloseTo(plain[j][i] / sum, within(1e-12));
        }
      }
    }
  }

  /** A loss with wrong declarations. */
  private record Misdeclared(Loss loss, boolean bounded, OptionalDouble constant) implements Loss {
    @Override
    public Tensor perSample(Tensor logits, Tensor labels) {
      return loss.perSample(logits, labels);
    }

    @Override
    public LossSpec spec() {
      return loss.spec();
    }

    @Override
    public OptionalDouble symmetryConstant(int classes) {
      return constant;
    }
  }

  @Test
  void wrongDeclarationsAreTold() {
    LossCheck cce = LossCheck.of(new CategoricalCrossEntropy(), 4);
    assertThat(
            cce.contradiction(
                new Misdeclared(new CategoricalCrossEntropy(), false, OptionalDouble.of(4))))
        .hasValueSatisfying(text -> assertThat(text).contains("cce is declared symmetric"));
    assertThat(
            cce.contradiction(
                new Misdeclared(new CategoricalCrossEntropy(), true, OptionalDouble.empty())))
        .hasValueSatisfying(text -> assertThat(text).contains("declared bounded"));
    LossCheck mae = LossCheck.of(new MeanAbsoluteError(), 4);
    assertThat(
            mae.contradiction(new Misdeclared(new MeanAbsoluteError(), true, OptionalDouble.of(8))))
        .hasValueSatisfying(text -> assertThat(text).contains("declared to sum to 8.0"));
    assertThat(
            mae.contradiction(
                new Misdeclared(new MeanAbsoluteError(), true, OptionalDouble.empty())))
        .hasValueSatisfying(text -> assertThat(text).contains("declared not symmetric"));
  }

  static Stream<Arguments> everyLoss() {
    return Losses.kinds().stream()
        .flatMap(
            kind ->
                IntStream.of(2, 3, 10).mapToObj(classes -> Arguments.of(kind.example(), classes)));
  }

  @ParameterizedTest
  @MethodSource("everyLoss")
  void everyLossIsWhatItIsDeclaredToBe(String text, int classes) {
    Loss loss = Losses.parse(text);
    assertThat(LossCheck.of(loss, classes).contradiction(loss)).isEmpty();
  }
}
