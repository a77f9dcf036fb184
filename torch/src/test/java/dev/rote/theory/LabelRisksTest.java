package dev.rote.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rote.loss.Losses;
import dev.rote.noise.LabelNoise;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelRisksTest {
  /** h = (1/6, 1/3, 1/2) with label 0, and h = (1/2, 1/4, 1/4) with label 2. */
  private static final double[] LOGITS = {0, Math.log(2), Math.log(3), Math.log(2), 0, 0};

  private static LabelRisks byHand(String loss) {
    try (PointerScope scope = new PointerScope()) {
      Tensor logits = Tensor.create(LOGITS).view(2, 3);
      return LabelRisks.of(Losses.parse(loss), logits, new int[] {0, 2});
    }
  }

  /** 2(1 − h_j): (5/3, 4/3, 1) and (1, 3/2, 3/2). */
  @Test
  void absoluteErrorByHand() {
    LabelRisks risks = byHand("mae");
    assertThat(risks.risk()).isCloseTo((5 / 3.0 + 3 / 2.0) / 2, within(1e-15));
    assertThat(risks.sumOverLabels()).isCloseTo(4, within(1e-15));
    // (0.6·5/3 + 0.2·(4/3 + 1) + 0.6·3/2 + 0.2·(1 + 3/2)) / 2
    assertThat(risks.noisyRisk(0.4)).isCloseTo(43 / 30.0, within(1e-15));
    // the theorem: 4·0.4/2 + (1 − 0.4·3/2)·19/12
    assertThat(new NoisyRiskLaw(3, 0.4).noisyRisk(risks.risk(), 4))
        .isCloseTo(43 / 30.0, within(1e-15));
  }

  /** −log h_j: (log 6, log 3, log 2) and (log 2, log 4, log 4). */
  @Test
  void crossEntropyByHand() {
    LabelRisks risks = byHand("cce");
    assertThat(risks.risk()).isCloseTo((Math.log(6) + Math.log(4)) / 2, within(1e-15));
    double first = 0.6 * Math.log(6) + 0.2 * (Math.log(3) + Math.log(2));
    double second = 0.6 * Math.log(4) + 0.2 * (Math.log(2) + Math.log(4));
    assertThat(risks.noisyRisk(0.4)).isCloseTo((first + second) / 2, within(1e-15));
  }

  @Test
  void pairNoiseByHand() {
    double[][] pair = {{0.6, 0.4, 0}, {0, 0.6, 0.4}, {0.4, 0, 0.6}};
    // (0.6·5/3 + 0.4·4/3 + 0.6·3/2 + 0.4·1) / 2
    assertThat(byHand("mae").noisyRisk(pair)).isCloseTo(17 / 12.0, within(1e-15));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cce", "mse", "rll(alpha=0.1)"})
  void aSymmetricTransitionMatrixIsSymmetricNoise(String loss) {
    double[][] symmetric = {{0.6, 0.2, 0.2}, {0.2, 0.6, 0.2}, {0.2, 0.2, 0.6}};
    LabelRisks risks = byHand(loss);
    assertThat(risks.noisyRisk(symmetric)).isCloseTo(risks.noisyRisk(0.4), within(1e-14));
    assertThat(risks.noisyRisk(0)).isEqualTo(risks.risk());
  }

  /** The mean over many drawn labellings, within five standard errors. */
  @ParameterizedTest
  @ValueSource(strings = {"symmetric(0.3)", "uniform(0.4)", "symmetric(0.3, exact)"})
  void expectationIsTheMeanOverDraws(String text) {
    int n = 40;
    int classes = 4;
    int draws = 4000;
    int[] original = new int[n];
    // ten of each class, of which the exact noise can alter 0.3
    for (int i = 0; i < n; i++) {
      original[i] = i % classes;
    }
    LabelNoise noise = LabelNoise.parse(text);
    double rate = NoisyRiskLaw.rateOf(noise.transitionMatrix(classes)).orElseThrow();
    try (PointerScope scope = new PointerScope()) {
      double[] values = new Random(3).doubles((long) n * classes, -3, 3).toArray();
      Tensor logits = Tensor.create(values).view(n, classes);
      double[][] losses = new double[classes][];
      for (int j = 0; j < classes; j++) {
        losses[j] = LabelRisks.losses(Losses.parse("cce"), logits, j);
      }
      double sum = 0;
      double squares = 0;
      for (int seed = 0; seed < draws; seed++) {
        int[] observed = noise.draw(original, new long[n], classes, seed).observed();
        double risk = 0;
        for (int i = 0; i < n; i++) {
          risk += losses[observed[i]][i] / n;
        }
        sum += risk;
        squares += risk * risk;
      }
      double mean = sum / draws;
      double error = Math.sqrt((squares / draws - mean * mean) / draws);
      LabelRisks risks = LabelRisks.of(Losses.parse("cce"), logits, original);
      assertThat(error).isLessThan(0.01);
      assertThat(mean).isCloseTo(risks.noisyRisk(rate), within(5 * error));
      assertThat(mean).isNotCloseTo(risks.risk(), within(5 * error));
    }
  }

  @Test
  void rateIsReadOffATransitionMatrix() {
    assertThat(NoisyRiskLaw.rateOf(LabelNoise.parse("none").transitionMatrix(3))).hasValue(0);
    for (double rate : new double[] {0.1, 0.2, 0.3, 0.6, 0.7}) {
      double[][] symmetric = LabelNoise.parse("symmetric(" + rate + ")").transitionMatrix(10);
      assertThat(NoisyRiskLaw.rateOf(symmetric).orElseThrow()).isCloseTo(rate, within(1e-15));
    }
    assertThat(NoisyRiskLaw.rateOf(LabelNoise.parse("pair(0.2)").transitionMatrix(3))).isEmpty();
    assertThat(NoisyRiskLaw.rateOf(LabelNoise.parse("pair(0.2)").transitionMatrix(2)))
        .as("with two classes there is one other")
        .hasValue(0.2);
    assertThat(NoisyRiskLaw.rateOf(new double[0][])).isEmpty();
  }

  /** At η = (K−1)/K a label says nothing: R^η = C/K whatever the network. */
  @Test
  void orderIsKeptBelowTheRateAtWhichLabelsSayNothing() {
    assertThat(new NoisyRiskLaw(10, 0.89).slope()).isPositive();
    assertThat(new NoisyRiskLaw(10, 0.9).noisyRisk(123, 18)).isCloseTo(1.8, within(1e-12));
    assertThat(new NoisyRiskLaw(10, 0.95).slope()).isNegative();
    assertThat(byHand("mae").noisyRisk(2 / 3.0)).isCloseTo(4 / 3.0, within(1e-15));
  }
}
