package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.text.InputException;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PublishedScoresTest {
  private static final Offset<Double> TINY = within(1e-6);

  /** Labels a a a b b b; thresholds: a (.9+.8+.1)/3 = .6, b (.9+.5+.7)/3 = .7. */
  private static HeldOut data() {
    return new HeldOut(
        new float[][] {{.9f, .1f}, {.8f, .2f}, {.1f, .9f}, {.1f, .9f}, {.5f, .5f}, {.3f, .7f}},
        new int[] {0, 0, 0, 1, 1, 1},
        List.of("a", "b"));
  }

  @Test
  void theConfidentJointIsThatWorkedOutByHand() {
    ConfidentJoint joint = ConfidentJoint.of(data());
    // a: two confident in a, one in b. b: (.1,.9) and (.3,.7) in b, the latter by the tolerance;
    // (.5,.5) reaches neither threshold.
    assertThat(joint.counts()[0]).containsExactly(2, 1);
    assertThat(joint.counts()[1]).containsExactly(0, 2);
    assertThat(joint.joint()[0][0]).isEqualTo(2 / 3.0 * 0.5, TINY);
    assertThat(joint.joint()[0][1]).isEqualTo(1 / 3.0 * 0.5, TINY);
    assertThat(joint.joint()[1][1]).isEqualTo(0.5, TINY);
    assertThat(joint.noiseRate()).isEqualTo(1 / 6.0, TINY);
  }

  @Test
  void onATieTheLowestClassCounts() {
    // Three classes; every threshold is .4, and sample 0 reaches it in classes 0 and 1 alike.
    HeldOut data =
        new HeldOut(
            new float[][] {
              {.4f, .4f, .2f},
              {.4f, .3f, .3f},
              {.3f, .4f, .3f},
              {.2f, .4f, .4f},
              {.3f, .3f, .4f},
              {.4f, .2f, .4f}
            },
            new int[] {0, 0, 1, 1, 2, 2},
            List.of("a", "b", "c"));
    int[][] counts = ConfidentJoint.of(data).counts();
    assertThat(counts[0]).containsExactly(2, 0, 0);
    assertThat(counts[1]).containsExactly(0, 2, 0);
    assertThat(counts[2]).containsExactly(1, 0, 1);
  }

  @Test
  void scoresAreTheirDefinitions() {
    assertThat(LabelQuality.selfConfidence(data()))
        .containsExactly(new double[] {.9, .8, .1, .9, .5, .7}, TINY);
    assertThat(LabelQuality.normalizedMargin(data()))
        .containsExactly(new double[] {.8, .6, -.8, .8, 0, .4}, TINY);
  }

  @Test
  void detectionIsCountedAsByHand() {
    // Wrong at ranks 1 and 3 of 4: of 4 pairs (wrong, right), 3 are in order.
    List<Suspect> ranking =
        List.of(
            new Suspect(2, 1, 0, 9, .9),
            new Suspect(0, 0, 1, 8, .8),
            new Suspect(1, 1, 0, 7, .7),
            new Suspect(3, 1, 0, 6, .6));
    DetectionQuality quality = DetectionQuality.of(ranking, new int[] {0, 0, 0, 1});
    assertThat(quality.wrong()).isEqualTo(2);
    assertThat(quality.auroc()).isEqualTo(0.75, TINY);
    assertThat(quality.averagePrecision()).isEqualTo((1 + 2 / 3.0) / 2, TINY);
    assertThat(quality.precisionAtWrong()).isEqualTo(0.5, TINY);
    assertThat(quality.recallAtTwice()).isEqualTo(1, TINY);
    assertThat(quality.missed()).isEqualTo(1);
    assertThat(quality.suggestionAccuracy()).isEqualTo(1, TINY);
  }

  @Test
  void whatCannotBeAuditedIsRefused() {
    float[][] rows = {{.9f, .1f}, {.8f, .2f}, {.1f, .9f}, {.1f, .9f}};
    List<String> names = List.of("cat", "dog");
    assertRefused(rows, new int[] {0, 0, 1}, names, "4 rows of probabilities for 3 labels");
    assertRefused(rows, new int[] {0, 0, 0, 0}, names, "all labels are the same");
    assertRefused(rows, new int[] {0, 0, 1, 2}, names, "label 2 of sample 3 is outside [0, 2)");
    assertRefused(new float[0][], new int[0], names, "no label to audit");
    float[][] nan = {{.9f, .1f}, {Float.NaN, .2f}, {.1f, .9f}, {.1f, .9f}};
    assertRefused(nan, new int[] {0, 0, 1, 1}, names, "sample 1 has a probability of NaN");
    float[][] logits = {{.9f, .1f}, {.9f, .9f}, {.1f, .9f}, {.1f, .9f}};
    assertRefused(logits, new int[] {0, 0, 1, 1}, names, "sum to 1.8000, not to 1");
  }

  /** A class that no sample is given any probability of says nothing, so it takes no sample. */
  @Test
  void aColumnOfZerosIsNotConfident() {
    HeldOut data =
        new HeldOut(
            new float[][] {
              {.6f, .4f, 0}, {.7f, .3f, 0}, {.4f, .6f, 0}, {.3f, .7f, 0}, {.5f, .5f, 0}
            },
            new int[] {0, 0, 1, 1, 2},
            List.of("a", "b", "c"));
    for (int[] row : ConfidentJoint.of(data).counts()) {
      assertThat(row[2]).isZero();
    }
  }

  @Test
  void roundedRowsAreScaledAndTheCallersAreLeftAlone() {
    float[][] rows = {{.333f, .333f, .333f}, {1.0000001f, -1e-7f, 0}, {.5f, .25f, .25f}};
    HeldOut data = new HeldOut(rows, new int[] {0, 1, 2}, List.of("a", "b", "c"));
    assertThat(data.probabilities()[0][1]).isEqualTo(1 / 3f, Offset.offset(1e-6f));
    assertThat(data.probabilities()[1]).containsExactly(1, 0, 0);
    assertThat(data.probabilities()[2]).isSameAs(rows[2]);
    assertThat(rows[0][0]).isEqualTo(.333f);
  }

  private static void assertRefused(
      float[][] rows, int[] labels, List<String> names, String message) {
    assertThatThrownBy(() -> new HeldOut(rows, labels, names))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }
}
