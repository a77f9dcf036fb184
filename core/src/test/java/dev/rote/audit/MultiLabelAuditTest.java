package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.data.NumberTable;
import dev.rote.text.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Audits of samples that carry several labels. */
final class MultiLabelAuditTest {
  private static final double[] PREVALENCE = {0.5, 0.3, 0.2, 0.1, 0.05};

  /**
   * Samples of independent classes, each with a score that is normal around its distance, so that
   * the exact probability of a class is known.
   *
   * @param truth the true answers, by question
   * @param rate share of the answers that were changed
   */
  private record Drawn(float[][] probabilities, MultiLabels labels, int[] truth, double rate) {
    static Drawn of(int samples, double missing, double extra, long seed) {
      Random random = new Random(seed * 0x9E3779B97F4A7C15L);
      int classes = PREVALENCE.length;
      double distance = 2 + random.nextDouble();
      float[][] probabilities = new float[samples][classes];
      boolean[][] carried = new boolean[samples][classes];
      int[] truth = new int[samples * classes];
      int changed = 0;
      for (int i = 0; i < samples; i++) {
        for (int k = 0; k < classes; k++) {
          boolean member = random.nextDouble() < PREVALENCE[k];
          double score = (member ? distance : -distance) + random.nextGaussian();
          double odds = 2 * distance * score + Math.log(PREVALENCE[k] / (1 - PREVALENCE[k]));
          probabilities[i][k] = (float) (1 / (1 + Math.exp(-odds)));
          boolean flipped = random.nextDouble() < (member ? missing : extra);
          carried[i][k] = member != flipped;
          truth[i * classes + k] = 2 * k + (member ? 1 : 0);
          changed += flipped ? 1 : 0;
        }
      }
      MultiLabels labels =
          new MultiLabels(new LabelSets(";", List.of("a", "b", "c", "d", "e")), carried, List.of());
      return new Drawn(probabilities, labels, truth, (double) changed / truth.length);
    }
  }

  @Test
  void theIntervalHoldsTheRateAndTheSuspectsAreWrong() {
    int covered = 0;
    int sets = 0;
    double error = 0;
    double expected = 0;
    double wrong = 0;
    for (double missing : new double[] {0, 0.05, 0.2}) {
      for (double extra : new double[] {0, 0.01, 0.05}) {
        for (long seed = 1; seed <= 6; seed++) {
          Drawn drawn = Drawn.of(1000, missing, extra, 100 * sets + seed);
          AuditResult result = MultiLabelAudit.of(drawn.probabilities(), drawn.labels());
          sets++;
          boolean holds =
              result.noiseRate().low() <= drawn.rate() && drawn.rate() <= result.noiseRate().high();
          covered += holds ? 1 : 0;
          error += Math.abs(result.noiseRate().value() - drawn.rate());
          expected += result.precision().value() * result.suspects();
          for (Suspect s : result.ranking().subList(0, result.suspects())) {
            wrong += s.observed() != drawn.truth()[s.position()] ? 1 : 0;
          }
          if (missing + extra > 0) {
            assertThat(DetectionQuality.of(result.ranking(), drawn.truth()).auroc())
                .isGreaterThan(0.9);
          }
        }
      }
    }
    assertThat((double) covered / sets).isGreaterThanOrEqualTo(0.95);
    assertThat(error / sets).isLessThan(0.01);
    assertThat(wrong / expected).isCloseTo(1, within(0.2));
  }

  /** Figures are those of the classes audited alone. */
  @Test
  void figuresAreMeansOverTheClassesAndTheRankingIsOne() {
    Drawn drawn = Drawn.of(600, 0.1, 0.02, 3);
    List<AuditResult> alone = new ArrayList<>();
    List<Double> wrong = new ArrayList<>();
    for (int k = 0; k < PREVALENCE.length; k++) {
      float[][] rows = new float[600][];
      int[] labels = new int[600];
      for (int i = 0; i < 600; i++) {
        float p = drawn.probabilities()[i][k];
        rows[i] = new float[] {1 - p, p};
        labels[i] = drawn.labels().carried()[i][k] ? 1 : 0;
      }
      String name = drawn.labels().sets().classes().get(k);
      alone.add(Audit.of(new HeldOut(rows, labels, List.of("not " + name, name))));
      alone.get(k).ranking().forEach(s -> wrong.add(s.probabilityWrong()));
    }
    AuditResult together = MultiLabelAudit.of(drawn.probabilities(), drawn.labels());
    double mean = alone.stream().mapToDouble(r -> r.noiseRate().value()).average().orElseThrow();
    assertThat(together.noiseRate().value()).isCloseTo(mean, within(1e-12));
    assertThat(together.noiseRate().high())
        .isCloseTo(
            alone.stream().mapToDouble(r -> r.noiseRate().high()).average().orElseThrow(),
            within(1e-12));
    assertThat(together.ranking()).hasSize(3000);
    assertThat(together.ranking().stream().mapToDouble(Suspect::probabilityWrong).toArray())
        .containsExactly(wrong.stream().mapToDouble(p -> -p).sorted().map(p -> -p).toArray());
    assertThat(together.ranking().stream().map(Suspect::position)).doesNotHaveDuplicates();
    assertThat(together.classRates())
        .extracting(ClassRate::name)
        .containsExactly("not a", "a", "not b", "b", "not c", "c", "not d", "d", "not e", "e");
    assertThat(together.classRates().get(3)).isEqualTo(alone.get(1).classRates().get(1));
    assertThat(together.warnings().get(0)).contains("missing labels").contains("extra ones");
    AuditedSamples questions =
        drawn.labels().questions(Optional.empty(), Optional.of(List.copyOf(names(600))));
    Suspect first = together.ranking().get(0);
    int sample = first.position() / 5;
    assertThat(questions.sample(first.position())).isEqualTo(sample);
    assertThat(questions.labels()[first.position()]).isEqualTo(first.observed());
    assertThat(questions.texts().orElseThrow().get(first.position())).startsWith("s" + sample);
  }

  private static List<String> names(int samples) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      names.add("s" + i);
    }
    return names;
  }

  @Test
  void classesThatCannotBeJudgedAreLeftOutAndNamed() {
    Drawn drawn = Drawn.of(400, 0.1, 0.02, 5);
    for (int i = 0; i < 400; i++) {
      drawn.labels().carried()[i][1] = i == 7; // a single carrier
      drawn.probabilities()[i][2] = 0.2f; // knows nothing
    }
    AuditResult result = MultiLabelAudit.of(drawn.probabilities(), drawn.labels());
    assertThat(result.ranking()).hasSize(1200).noneMatch(s -> s.position() % 5 == 1);
    assertThat(String.join("\n", result.warnings()))
        .contains("fewer than two samples carry, or lack: 1, such as b")
        .contains("know too little to judge their labels: 1, such as c")
        .doesNotContain("--class-names");
    MultiLabels assumed =
        new MultiLabels(drawn.labels().sets(), drawn.labels().carried(), List.of("in this order"));
    assertThat(MultiLabelAudit.of(drawn.probabilities(), assumed).warnings())
        .anyMatch(warning -> warning.endsWith("--class-names gives it"));
    for (float[] row : drawn.probabilities()) {
      Arrays.fill(row, 0.2f);
    }
    AuditResult nothing = MultiLabelAudit.of(drawn.probabilities(), drawn.labels());
    assertThat(nothing.fitted()).isFalse();
    assertThat(nothing.estimates()).isEmpty();
    assertThat(nothing.warnings().get(0)).contains("of a softmax");
    drawn.probabilities()[3][0] = 1.5f;
    assertThatThrownBy(() -> MultiLabelAudit.of(drawn.probabilities(), drawn.labels()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("sample 3 has a probability of 1.5");
    drawn.probabilities()[2] = new float[] {0.5f};
    refused(
        "sample 2 has 1 probabilities",
        () -> MultiLabelAudit.of(drawn.probabilities(), drawn.labels()));
  }

  @Test
  void cellsAndTablesAreRead() {
    List<String> cells = List.of("dog; cat", "", "cat", " bird ;dog;; ");
    MultiLabels labels = MultiLabels.ofCells("m", cells, ";", List.of(), 3, "p");
    assertThat(labels.sets().classes()).containsExactly("bird", "cat", "dog");
    assertThat(labels.notes()).singleElement().asString().contains("bird, cat, dog");
    assertThat(labels.answers()).containsExactly(0, 3, 5, 0, 2, 4, 0, 3, 4, 1, 2, 5);
    float[][] ones = {{0, 1, 1}, {0, 0, 0}, {0, 1, 0}, {1, 0, 1}};
    NumberTable table = new NumberTable("y", ones, Optional.empty());
    assertThat(MultiLabels.ofTable(table, ";", List.of("bird", "cat", "dog"), 3, "p").answers())
        .containsExactly(labels.answers());
    // positions of the classes, where cells hold nothing else
    assertThat(MultiLabels.ofCells("m", List.of("2 0", "1"), " ", List.of(), 3, "p").answers())
        .containsExactly(1, 2, 5, 0, 3, 4);
    refused(
        "m has labels of 2 classes (cat|dog, dog)",
        () -> MultiLabels.ofCells("m", List.of("cat|dog", "dog"), ";", List.of(), 3, "p"));
    refused(
        "label 'cow' of sample 1 is none of",
        () -> MultiLabels.ofCells("m", List.of("a", "cow"), ";", List.of("a", "b"), 2, "p"));
    refused(
        "holds 0.5 in row 0; labels of several classes are 0 or 1",
        () ->
            MultiLabels.ofTable(
                new NumberTable("y", new float[][] {{0.5f}}, Optional.empty()),
                ";",
                List.of(),
                1,
                "p"));
    refused("y has 3; each has a column", () -> MultiLabels.ofTable(table, ";", List.of(), 2, "p"));
    refused(
        "must be the same, in the same order",
        () ->
            MultiLabels.ofTable(
                new NumberTable("y", ones, Optional.of(List.of("x", "y", "z"))),
                ";",
                List.of("a", "b", "c"),
                3,
                "p"));
    refused(
        "'dog' and 'not dog' cannot be told apart",
        () -> new LabelSets(";", List.of("dog", "not dog")));
    refused("contains ','", () -> new LabelSets(",", List.of("a,b")));
  }

  private static void refused(String message, Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(InputException.class).hasMessageContaining(message);
  }

  @Test
  void aCellChangesInOneLabelOnly() {
    LabelSets sets = new LabelSets(";", List.of("cat", "dog", "cow"));
    assertThat(sets.with("cat; dog", "cow", true)).isEqualTo("cat; dog; cow");
    assertThat(sets.with("cat;dog", "cow", true)).isEqualTo("cat;dog;cow");
    assertThat(sets.with("cat; dog; cow", "dog", false)).isEqualTo("cat; cow");
    assertThat(sets.with("cat; dog; cow", "cat", false)).isEqualTo("dog; cow");
    assertThat(sets.with("cat", "cat", false)).isEmpty();
    assertThat(sets.with("", "dog", true)).isEqualTo("dog");
    LabelSets bars = new LabelSets("|", List.of("cat", "dog", "cow"));
    assertThat(bars.with("cat | dog", "cow", true)).isEqualTo("cat | dog | cow");
    assertThat(bars.with("cat | dog", "dog", false)).isEqualTo("cat");
    assertThat(sets.answers())
        .containsExactly("not cat", "cat", "not dog", "dog", "not cow", "cow");
  }
}
