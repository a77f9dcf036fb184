package dev.rote.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.random.RandomStreams;
import dev.rote.text.InputException;
import org.apache.commons.rng.UniformRandomProvider;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LossesTest {
  private static double[] values(Tensor tensor) {
    Tensor plain = tensor.detach().to(ScalarType.Double).contiguous();
    double[] values = new double[(int) plain.numel()];
    new DoublePointer(plain.data_ptr()).get(values);
    return values;
  }

  private static double[] randomLogits(int count, double spread) {
    UniformRandomProvider random = RandomStreams.stream(11, "logits");
    double[] logits = new double[count];
    for (int i = 0; i < count; i++) {
      logits[i] = spread * (2 * random.nextDouble() - 1);
    }
    return logits;
  }

  /**
   * h = (1/6, 1/3, 1/2): logits log 1, log 2, log 3. Values worked out by hand from the formulas.
   */
  @ParameterizedTest
  @CsvSource({
    "cce, 0, 1.791759469228055", // log 6
    "cce, 2, 0.693147180559945", // log 2
    "mse, 0, 1.055555555555556", // 25/36 + 4/36 + 9/36 = 38/36
    "mse, 2, 0.388888888888889", // 1/36 + 4/36 + 9/36 = 14/36
    "mae, 0, 1.666666666666667", // 2 (1 - 1/6)
    "mae, 2, 1",
    "rll(alpha=1), 0, 0.885570091012659", // log 2 - log 7/6 + (log 4/3 + log 3/2)/2
    "rll(alpha=1), 2, 0.508598448591300", // log 2 - log 3/2 + (log 7/6 + log 4/3)/2
    "normalized(mse), 0, 0.487179487179487", // (38/36) / (3*14/36 + 1)
    "normalized(mae), 2, 0.25", // 1 / (2 (K-1))
  })
  void valuesByHand(String text, int label, double expected) {
    try (PointerScope scope = new PointerScope()) {
      Tensor logits = Tensor.create(new double[] {0, Math.log(2), Math.log(3)}).view(1, 3);
      Tensor loss = Losses.parse(text).perSample(logits, Tensor.create(new long[] {label}));
      assertThat(values(loss)).hasSize(1);
      assertThat(values(loss)[0]).isCloseTo(expected, within(1e-12));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cce",
        "mse",
        "mae",
        "rll(alpha=0.01)",
        "rll(alpha=10)",
        "normalized(mse)",
        "normalized(mae)",
        "normalized(rll(alpha=0.1))"
      })
  void gradientsAgreeWithFiniteDifferences(String text) {
    Loss loss = Losses.parse(text);
    double[] at = randomLogits(4 * 5, 3);
    long[] labels = {0, 3, 4, 1};
    double step = 1e-6;
    try (PointerScope scope = new PointerScope()) {
      Tensor y = Tensor.create(labels);
      Tensor logits = Tensor.create(at).view(4, 5).clone().set_requires_grad(true);
      loss.perSample(logits, y).sum().backward();
      double[] gradient = values(logits.grad());
      for (int i = 0; i < at.length; i++) {
        double[] up = at.clone();
        double[] down = at.clone();
        up[i] += step;
        down[i] -= step;
        double difference =
            loss.perSample(Tensor.create(up).view(4, 5), y).sum().item_double()
                - loss.perSample(Tensor.create(down).view(4, 5), y).sum().item_double();
        assertThat(gradient[i]).as("entry %d", i).isCloseTo(difference / (2 * step), within(1e-8));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mae, true",
    "rll(alpha=0.01), true",
    "rll(alpha=7), true",
    "normalized(mse), true",
    "normalized(mae), true",
    "cce, false",
    "mse, false"
  })
  void sumOverLabelsIsConstantForSymmetricLossesOnly(String text, boolean symmetric) {
    Loss loss = Losses.parse(text);
    int classes = 7;
    try (PointerScope scope = new PointerScope()) {
      Tensor logits = Tensor.create(randomLogits(40 * classes, 20)).view(40, classes);
      Tensor sum = logits.select(1, 0).mul(new Scalar(0.0));
      for (int label = 0; label < classes; label++) {
        long[] labels = new long[40];
        java.util.Arrays.fill(labels, label);
        sum = sum.add(loss.perSample(logits, Tensor.create(labels)));
      }
      if (loss instanceof BoundedLoss bounded) {
        double[] stated = values(bounded.sumOverLabels(logits));
        double[] added = values(sum);
        for (int i = 0; i < 40; i++) {
          assertThat(stated[i]).isCloseTo(added[i], within(1e-9));
        }
      }
      assertThat(loss.symmetryConstant(classes).isPresent()).isEqualTo(symmetric);
      double spread = sum.max().item_double() - sum.min().item_double();
      if (symmetric) {
        assertThat(spread).isLessThan(1e-9);
        assertThat(sum.mean().item_double())
            .isCloseTo(loss.symmetryConstant(classes).getAsDouble(), within(1e-9));
      } else {
        assertThat(spread).isGreaterThan(0.1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"cce", "mse", "mae", "rll(alpha=0.01)", "rll(alpha=10)", "normalized(mse)"})
  void staysFiniteInFloat32ForLogitsOf100(String text) {
    for (int classes : new int[] {2, 10, 1000}) {
      try (PointerScope scope = new PointerScope()) {
        double[] extreme = randomLogits(32 * classes, 1);
        for (int i = 0; i < extreme.length; i++) {
          extreme[i] = Math.signum(extreme[i]) * 100;
        }
        Tensor logits =
            Tensor.create(extreme)
                .view(32, classes)
                .to(ScalarType.Float)
                .clone()
                .set_requires_grad(true);
        long[] labels = new long[32];
        for (int i = 0; i < 32; i++) {
          labels[i] = i % classes;
        }
        Tensor loss = Losses.parse(text).perSample(logits, Tensor.create(labels));
        loss.sum().backward();
        for (double value : values(loss)) {
          assertThat(value).isFinite().isGreaterThanOrEqualTo(-1e-5);
        }
        for (double value : values(logits.grad())) {
          assertThat(value).isFinite();
        }
      }
    }
  }

  @Test
  void robustLogLossPullsAsItsAlphaSays() {
    for (double alpha : new double[] {0.01, 0.1, 1, 10}) {
      try (PointerScope scope = new PointerScope()) {
        Tensor logits = Tensor.create(new double[10]).view(1, 10).clone().set_requires_grad(true);
        new RobustLogLoss(alpha).perSample(logits, Tensor.create(new long[] {4})).sum().backward();
        assertThat(values(logits.grad())[4]).isCloseTo(-1 / (1 + alpha * 10), within(1e-12));
      }
    }
  }

  @Test
  void textsAreReadAndPrintedInCanonicalForm() {
    assertThat(Losses.parse(" rll( 0.10 )").spec()).isEqualTo("rll(alpha=0.1)");
    assertThat(Losses.parse("rll").spec()).isEqualTo("rll(alpha=0.1)");
    assertThat(Losses.parse("normalized( mse )").spec()).isEqualTo("normalized(mse)");
    for (String text : new String[] {"cce", "mse", "mae", "rll(alpha=0.01)", "normalized(mae)"}) {
      assertThat(Losses.parse(text).spec()).isEqualTo(text);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rrl(alpha=1)|did you mean 'rll'?",
        "rll(alpha=0)|alpha 0.0 is outside (0, inf)",
        "rll(alpha=nan)|alpha NaN is outside",
        "rll(beta=1)|unknown argument 'beta'",
        "cce(1)|no unnamed",
        "normalized(cce)|cce is not bounded",
        "normalized|normalized needs loss"
      })
  void errorsSayWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> Losses.parse(text))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }
}
