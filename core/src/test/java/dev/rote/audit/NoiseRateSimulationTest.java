package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.audit.SimulatedPredictions.Noise;
import dev.rote.audit.SimulatedPredictions.Predictions;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Coverage of the noise rate's interval by simulation: K of 2, 3, 10 and 100, balanced and (K = 3)
 * 90/5/5, three kinds of noise at 0, 10, 20 and 40%, four kinds of predictions: 60 cells, fewer
 * where two kinds of noise are the same. {@code -Drote.simulations=R} runs R repetitions of each
 * cell and rate, and prints a line for each cell, of which docs/audit.md has the ranges; the build
 * runs one. From 10 repetitions on, every cell must cover 93%.
 */
class NoiseRateSimulationTest {
  private static final double[] RATES = {0, 0.1, 0.2, 0.4};

  @Test
  void theIntervalCoversTheTruthInEveryKindOfSet() {
    int repetitions = Integer.getInteger("rote.simulations", 1);
    int covered = 0;
    int audits = 0;
    for (int classes : new int[] {2, 3, 10, 100}) {
      for (boolean imbalanced :
          classes == 3 ? new boolean[] {false, true} : new boolean[] {false}) {
        for (Noise noise : Noise.values()) {
          if (classes == 2 && noise == Noise.PAIR) {
            continue; // the same as symmetric
          }
          for (Predictions predictions : Predictions.values()) {
            Cell cell = new Cell(classes, imbalanced, noise, predictions);
            covered += cell.run(repetitions);
            audits += repetitions * RATES.length;
          }
        }
      }
    }
    assertThat((double) covered / audits).as("of %d", audits).isGreaterThanOrEqualTo(0.95);
  }

  private record Cell(int classes, boolean imbalanced, Noise noise, Predictions predictions) {
    int run(int repetitions) {
      int covered = 0;
      double error = 0;
      double[] half = new double[repetitions * RATES.length];
      for (int i = 0; i < half.length; i++) {
        int samples = Math.max(1000, 20 * classes);
        SimulatedPredictions simulated =
            SimulatedPredictions.of(
                samples, classes, imbalanced, noise, RATES[i % RATES.length], predictions, 1 + i);
        Rate rate = DisagreementCurve.of(simulated.heldOut()).rate();
        double truth = simulated.noiseRate();
        covered += rate.low() <= truth && truth <= rate.high() ? 1 : 0;
        error += Math.abs(rate.value() - truth) / half.length;
        half[i] = (rate.high() - rate.low()) / 2;
      }
      Arrays.sort(half);
      if (half.length >= 40) {
        assertThat((double) covered / half.length).as("%s", this).isGreaterThanOrEqualTo(0.93);
      }
      if (repetitions > 1) {
        System.out.printf(
            Locale.ROOT,
            "| %d | %s | %s | %s | %d of %d | %.1f | %.1f |%n",
            classes,
            imbalanced ? "90/5/5" : "balanced",
            noise.name().toLowerCase(Locale.ROOT),
            predictions.name().toLowerCase(Locale.ROOT).replace('_', ' '),
            covered,
            half.length,
            100 * error,
            100 * half[half.length / 2]);
      }
      return covered;
    }
  }
}
