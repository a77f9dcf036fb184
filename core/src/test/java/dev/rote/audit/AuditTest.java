package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.audit.SimulatedPredictions.Noise;
import dev.rote.audit.SimulatedPredictions.Predictions;
import dev.rote.data.Duplicates;
import dev.rote.text.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditTest {
  private static AuditResult audit(SimulatedNetwork network) {
    return Audit.of(network.heldOut());
  }

  @Test
  void fewLabelsLeaveMuchOpen() {
    float[][] sure = {{1, 0}, {1, 0}, {0, 1}, {0, 1}};
    AuditResult result = Audit.of(new HeldOut(sure, new int[] {0, 0, 1, 1}, List.of("a", "b")));
    assertThat(result.noiseRate().high()).isGreaterThan(0.7);
  }

  @ParameterizedTest
  @CsvSource({"1", "1.4"})
  void cleanLabelsAreCalledClean(double boldness) {
    AuditResult result = audit(SimulatedNetwork.of(4000, "none", 3.5, boldness, 3));
    assertThat(result.noiseRate().low()).isZero();
    assertThat(result.noiseRate().value()).isLessThan(0.025);
  }

  @Test
  void wrongLabelsRankFirstWithTheRightSuggestion() {
    SimulatedNetwork network = SimulatedNetwork.of(4000, "symmetric(0.2)", 3.5, 1.4, 5);
    AuditResult result = audit(network);
    DetectionQuality quality = DetectionQuality.of(result.ranking(), network.original());
    assertThat(quality.auroc()).isGreaterThan(0.98);
    assertThat(quality.precisionAtWrong()).isGreaterThan(0.92);
    assertThat(quality.suggestionAccuracy()).isGreaterThan(0.9);
    assertThat(result.ranking()).hasSize(4000);
    assertThat(result.ranking()).extracting(Suspect::position).doesNotHaveDuplicates();
    double sum = result.ranking().stream().mapToDouble(Suspect::probabilityWrong).sum();
    assertThat(sum)
        .as("probabilities add up")
        .isEqualTo(4000 * result.noiseRate().value(), within(0.01));
    assertThat((double) result.expectedWrong() / result.suspects())
        .as("expected precision")
        .isEqualTo(quality.precisionAtWrong(), within(0.1));
  }

  /** The ranking with margins is that by the stated formula, computed anew from the one without. */
  @Test
  void marginsOfTrainedNetworksCount() {
    SimulatedNetwork network = SimulatedNetwork.of(2000, "symmetric(0.3)", 2, 1, 6);
    HeldOut heldOut = network.heldOut();
    Random random = new Random(6);
    double[] aum =
        IntStream.range(0, 2000)
            .mapToDouble(
                i -> random.nextGaussian() + (network.original()[i] == heldOut.labels()[i] ? 4 : 2))
            .toArray();
    double[] alone = new double[2000];
    AuditResult without = audit(network);
    without.ranking().forEach(s -> alone[s.position()] = s.score());
    AuditResult with = Audit.of(heldOut, dynamics(heldOut, aum));
    assertThat(with.noiseRate()).isEqualTo(without.noiseRate());
    double unit = 0.2 * deviation(alone) / deviation(aum);
    double mean = Arrays.stream(aum).average().orElseThrow();
    for (Suspect s : with.ranking()) {
      assertThat(s.score())
          .isEqualTo(alone[s.position()] - unit * (aum[s.position()] - mean), within(1e-9));
    }
    assertThat(DetectionQuality.of(with.ranking(), network.original()).auroc())
        .isGreaterThan(DetectionQuality.of(without.ranking(), network.original()).auroc() + 0.005);
    AuditResult constant = Audit.of(heldOut, dynamics(heldOut, new double[2000]));
    assertThat(constant.ranking()).isEqualTo(without.ranking());
  }

  private static double deviation(double[] values) {
    double squares = Arrays.stream(values).map(v -> v * v).average().orElseThrow();
    double mean = Arrays.stream(values).average().orElseThrow();
    return Math.sqrt(squares - mean * mean);
  }

  /** Statistics of networks that fit no label at the end, so that only the margins count. */
  private static Dynamics dynamics(HeldOut heldOut, double[] aum) {
    double[] none = new double[aum.length];
    return new Dynamics(
        List.<float[][]>of(heldOut.probabilities()),
        aum,
        none,
        none,
        none,
        none,
        none,
        OptionalDouble.empty());
  }

  /** Samples 10, 20 and 30 are copies, the third with another label; so are 40 and 50, at odds. */
  @Test
  void copiesAtOddsComeFirst() {
    SimulatedNetwork network = SimulatedNetwork.of(200, "none", 3.5, 1, 8);
    AuditResult plain = audit(network);
    AuditResult result =
        plain.copiesFirst(
            List.of(
                new Duplicates.Group(List.of(10, 20, 30), List.of(1, 1, 4)),
                new Duplicates.Group(List.of(40, 50), List.of(2, 3)),
                new Duplicates.Group(List.of(60, 70), List.of(5, 5))));
    assertThat(result.ranking().subList(0, 3))
        .extracting(Suspect::position)
        .containsExactly(30, 40, 50);
    assertThat(result.ranking().subList(0, 3))
        .extracting(Suspect::suggested)
        .containsExactly(1, 3, 2);
    assertThat(result.ranking().get(0).probabilityWrong()).isEqualTo(1);
    assertThat(result.ranking().get(1).probabilityWrong()).isGreaterThanOrEqualTo(0.5);
    assertThat(result.ranking()).extracting(Suspect::position).doesNotHaveDuplicates();
    List<Suspect> rest = result.ranking().subList(3, 200);
    assertThat(rest)
        .isEqualTo(
            plain.ranking().stream()
                .filter(s -> s.position() != 30 && s.position() != 40 && s.position() != 50)
                .toList());
  }

  /**
   * The network is sure of its suspects; of 50 pairs at odds, either label may be the wrong one.
   */
  @Test
  void theExpectedPrecisionIsThatOfTheListAsItIsOrdered() {
    AuditResult plain = audit(SimulatedNetwork.of(1000, "symmetric(0.3)", 3.5, 1.4, 5));
    List<Suspect> sureOf = plain.ranking().subList(800, 900);
    List<Duplicates.Group> pairs = new ArrayList<>();
    for (int i = 0; i < 100; i += 2) {
      pairs.add(
          new Duplicates.Group(
              List.of(sureOf.get(i).position(), sureOf.get(i + 1).position()), List.of(1, 2)));
    }
    AuditResult result = plain.nearDuplicatesFirst(pairs);
    double expected =
        result.ranking().stream()
            .limit(result.suspects())
            .mapToDouble(Suspect::probabilityWrong)
            .average()
            .orElse(0);
    assertThat(plain.precision().value()).isGreaterThan(0.9);
    assertThat(result.precision().value())
        .as("half of the first hundred are right")
        .isLessThan(0.85)
        .isEqualTo(expected, within(1e-12));
    assertThat(result.precision().low()).isLessThan(expected);
    assertThat(result.precision().high()).isGreaterThan(expected);
  }

  @Test
  void theTransitionMatrixIsThatOfTheNoise() {
    SimulatedNetwork network = SimulatedNetwork.of(8000, "pair(0.3)", 3.5, 1, 6);
    AuditResult result = audit(network);
    for (int k = 0; k < 10; k++) {
      assertThat(result.transition().value()[k][k]).isEqualTo(0.7, within(0.06));
      assertThat(result.transition().value()[k][(k + 1) % 10]).isEqualTo(0.3, within(0.06));
      assertThat(result.transition().low()[k][k]).isLessThan(result.transition().value()[k][k]);
      assertThat(result.transition().high()[k][k]).isGreaterThan(result.transition().value()[k][k]);
    }
    assertThat(result.classRates()).hasSize(10);
    assertThat(result.classRates().get(0).rate().value()).isEqualTo(0.3, within(0.06));
  }

  @Test
  void aNetworkThatLearnedNothingIsNamed() {
    AuditResult result = audit(SimulatedNetwork.of(1000, "symmetric(0.2)", 0.05, 1, 7));
    assertThat(result.fitted()).isFalse();
    assertThat(result.verdict()).isEqualTo(AuditResult.NO_VERDICT);
    assertThat(result.warnings().get(0)).startsWith("the networks learned too little");
    assertThat(result.noiseRate()).isEqualTo(Rate.UNKNOWN);
    assertThat(result.precision()).isEqualTo(Rate.UNKNOWN);
    assertThat(result.estimates()).isEmpty();
    assertThat(result.classRates()).isEmpty();
    assertThat(result.suspects() + result.wrong() + result.expectedWrong()).isZero();
    assertThat(result.ranking()).hasSize(1000).allMatch(s -> Double.isNaN(s.probabilityWrong()));
    AuditResult copies =
        result.copiesFirst(List.of(new Duplicates.Group(List.of(5, 6, 7), List.of(1, 1, 2))));
    assertThat(copies.ranking().get(0))
        .as("copies at odds are wrong for certain all the same")
        .matches(s -> s.position() == 7 && s.probabilityWrong() == 1);
  }

  /** With 40% noise a perfect network agrees with 60% of the labels, hardly more than chance. */
  @ParameterizedTest
  @CsvSource({"2, false", "3, true"})
  void goodNetworksOnNoisyBinaryAndImbalancedSetsFit(int classes, boolean imbalanced) {
    for (int seed = 0; seed < 10; seed++) {
      SimulatedPredictions simulated =
          SimulatedPredictions.of(
              2000, classes, imbalanced, Noise.SYMMETRIC, 0.4, Predictions.OBSERVED, seed);
      assertThat(Audit.of(simulated.heldOut()).fitted()).isTrue();
    }
  }

  @Test
  void manySmallClassesAreOneWarning() {
    int classes = 300;
    float[][] rows = new float[2 * classes][classes];
    int[] labels = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      labels[i] = i % classes;
      Arrays.fill(rows[i], 0.2f / (classes - 1));
      rows[i][labels[i]] = 0.8f;
    }
    List<String> names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    AuditResult result = Audit.of(new HeldOut(rows, labels, names));
    assertThat(result.warnings()).filteredOn(w -> w.contains("300 of 300")).hasSize(1);
    assertThat(result.warnings()).hasSizeLessThan(4);
    assertThat(result.noiseRate().value()).isLessThan(1e-9);
    assertThat(ConfidentJoint.of(new HeldOut(rows, labels, names)).noiseRate()).isZero();
    assertThat(result.classRates())
        .hasSize(300)
        .allMatch(rate -> rate.samples() == 2 && rate.rate().equals(Rate.UNKNOWN));
  }

  @Test
  void aSampleAloneInItsClassIsNotJudged() {
    // 40 right labels of two classes, and one of a third class that no prediction knows
    float[][] rows = new float[41][];
    int[] labels = new int[41];
    for (int i = 0; i < 40; i++) {
      labels[i] = i % 2;
      rows[i] = i % 2 == 0 ? new float[] {0.9f, 0.1f, 0} : new float[] {0.1f, 0.9f, 0};
    }
    labels[40] = 2;
    rows[40] = new float[] {1, 0, 0};
    List<String> names = List.of("a", "b", "rare");
    AuditResult with = Audit.of(new HeldOut(rows, labels, names));
    AuditResult without =
        Audit.of(new HeldOut(Arrays.copyOf(rows, 40), Arrays.copyOf(labels, 40), names));
    assertThat(with.noiseRate()).isEqualTo(without.noiseRate());
    assertThat(with.classRates()).isEqualTo(without.classRates()).hasSize(2);
    assertThat(with.ranking()).hasSize(41);
    Suspect last = with.ranking().get(40);
    assertThat(last.position()).isEqualTo(40);
    assertThat(last.probabilityWrong()).isZero();
    assertThat(with.warnings().get(0)).contains("single sample: 1, such as 'rare'");
    assertThatThrownBy(
            () ->
                Audit.of(
                    new HeldOut(
                        new float[][] {{1, 0, 0}, {1, 0, 0}, {0, 1, 0}},
                        new int[] {0, 0, 1},
                        names)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("fewer than two classes");
  }

  /**
   * Three samples with label a whose suggestion b is right with 0.6·0.5 against 0.4, 0.6·0.8
   * against 0.4, and 0.5·1 against 0.5.
   */
  @Test
  void labelsAreCorrectedWhereTheSuggestionIsLikelier() {
    HeldOut data =
        new HeldOut(
            new float[][] {{.5f, .25f, .25f}, {.5f, .4f, .1f}, {.5f, .5f, 0}, {.1f, .8f, .1f}},
            new int[] {0, 0, 0, 1},
            List.of("a", "b", "c"));
    List<Suspect> ranking =
        List.of(
            new Suspect(1, 0, 1, 4, .6),
            new Suspect(0, 0, 1, 3, .6),
            new Suspect(2, 0, 1, 2, .5),
            new Suspect(3, 1, 0, 1, .1));
    assertThat(audited(new Rate(.4, .3, .5), List.of(), ranking).corrected(data))
        .containsExactly(0, 1, 0, 1);
    assertThat(data.labels()).containsExactly(0, 0, 0, 1);
  }

  @Test
  void theVerdictIsPlain() {
    assertThat(verdict(new Rate(0.2, 0.18, 0.225), 0.21))
        .isEqualTo(
            "About 20.0% of the labels are wrong (95% interval: 18.0% to 22.5%): about 1 of 5."
                + " Of the 1 most suspect labels, about 1 (0 to 1) are expected to be wrong.");
    assertThat(verdict(new Rate(0.01, 0, 0.04), 0.05))
        .isEqualTo(
            "About 1.0% of the labels are wrong (95% interval: at most 4.0%): about 0 of 5."
                + " The confident joint disagrees: it says 5.0%.");
  }

  private static String verdict(Rate rate, double joint) {
    List<Suspect> ranking =
        IntStream.range(0, 5).mapToObj(i -> new Suspect(i, 0, 1, -i, i == 0 ? 0.9 : 0)).toList();
    List<Estimate> estimates = List.of(new Estimate("confident joint", Rate.without(joint), ""));
    return audited(rate, estimates, ranking).verdict();
  }

  private static AuditResult audited(Rate rate, List<Estimate> estimates, List<Suspect> ranking) {
    return new AuditResult(
        rate,
        new Rate(0.9, 0.4, 1),
        true,
        estimates,
        List.of(),
        List.of(),
        Transition.NONE,
        ranking);
  }
}
