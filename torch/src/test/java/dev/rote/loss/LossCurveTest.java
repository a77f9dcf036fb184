package dev.rote.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LossCurveTest {
  /** ∂h_y/∂z_y = h_y(1 − h_y), so that a loss φ(h_y) pulls with −φ′(1/K)(K − 1)/K². */
  @ParameterizedTest
  @ValueSource(ints = {10, 100, 1000})
  void pullAtAUniformSoftmaxInClosedForm(int k) {
    double slope = (k - 1.0) / k / k;
    assertPull("cce", k, 1 - 1.0 / k);
    assertPull("mae", k, 2 * slope);
    assertPull("gce(q=0.7)", k, Math.pow(k, 0.3) * slope);
    assertPull("rll(alpha=0.1)", k, 1 / (1 + 0.1 * k));
    assertPull("rce(A=-4)", k, 4 * slope);
    assertPull("ael(a=2)", k, Math.exp(-0.5 / k) / 2 * slope);
    assertPull("truncated-gce(q=0.7, k=0.5)", k, 0);
    assertPull("label-smoothing(epsilon=0.1)", k, 0.9 * (1 - 1.0 / k));
    // the bias gives the labelled class the probability 0.1
    assertPull("logit-bias(mae)", k, 2 * 0.1 * 0.9);
    // log h_y / sum: only the numerator changes to first order
    assertPull("nce", k, (1 - 1.0 / k) / (k * Math.log(k)));
    assertPull("nce + 10*rce(A=-4)", k, (1 - 1.0 / k) / (k * Math.log(k)) + 40 * slope);
  }

  private static void assertPull(String text, int classes, double expected) {
    assertThat(LossCurve.pullAtUniform(Losses.parse(text), classes))
        .as("%s, K=%d", text, classes)
        .isCloseTo(expected, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"cce, 0.25", "cce, 0.999", "mae, 0.5"})
  void valuesAndGradientsAlongTheLine(String text, double p) {
    LossCurve curve = LossCurve.of(Losses.parse(text), 10, 0.01, p);
    boolean logarithm = text.equals("cce");
    assertThat(curve.values()[1]).isCloseTo(logarithm ? -Math.log(p) : 2 * (1 - p), within(1e-12));
    assertThat(curve.gradients()[1]).isCloseTo(logarithm ? p - 1 : -2 * p * (1 - p), within(1e-12));
    assertThat(curve.probabilities()).containsExactly(0.01, p);
  }
}
