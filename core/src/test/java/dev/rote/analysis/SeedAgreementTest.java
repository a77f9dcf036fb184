package dev.rote.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that learn stated parts of 80 clean and 20 altered samples. */
class SeedAgreementTest {
  private static final String SAME_LABELS = "fixed(symmetric(0.2, exact))";

  @TempDir Path temp;

  /**
   * Learns the clean samples from one place to another among the clean ones, and so of the altered
   * ones, in epoch 1; all clean ones in epoch 2.
   */
  private static MadeUpStudy.Course learning(
      int firstClean, int endClean, int firstAltered, int endAltered, boolean allAlteredInTheEnd) {
    return (epoch, original, observed) -> {
      int[] predicted = new int[original.length];
      int clean = 0;
      int altered = 0;
      for (int i = 0; i < predicted.length; i++) {
        boolean learned;
        if (observed[i] == original[i]) {
          learned = epoch == 2 || (firstClean <= clean && clean < endClean);
          clean++;
        } else {
          learned =
              epoch == 2 ? allAlteredInTheEnd : firstAltered <= altered && altered < endAltered;
          altered++;
        }
        predicted[i] =
            learned
                ? observed[i]
                : observed[i] == original[i] ? (original[i] + 1) % 10 : original[i];
      }
      return predicted;
    };
  }

  private List<SeedAgreement> agreement(String noise, int seeds) throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", 2);
    List<MadeUpStudy.Course> courses =
        List.of(
            learning(0, 40, 0, 10, true),
            learning(20, 60, 0, 10, true),
            learning(0, 40, 10, 20, false));
    for (int seed = 1; seed <= seeds; seed++) {
      study.run("cce", noise, seed, courses.get(seed - 1));
    }
    return SeedAgreement.of(Evidence.read(List.of(temp)));
  }

  @Test
  void kappaIsTheMeanOverThePairsOfSeeds() throws IOException {
    List<SeedAgreement> all = agreement(SAME_LABELS, 3);
    assertThat(all).hasSize(1);
    assertThat(all.get(0).runs()).isEqualTo(3);
    assertThat(all.get(0).points()).extracting(SeedAgreement.Point::epoch).containsExactly(1, 2);
    SeedAgreement.Point first = all.get(0).points().get(0);
    // Seeds 1 and 3 learn the same half, seed 2 half of it: κ = 1, 0 and 0.
    assertThat(first.clean().value()).isCloseTo(1 / 3.0, within(1e-12));
    // Seeds 1 and 2 learn the same half, seed 3 the other: κ = 1, −1 and −1.
    assertThat(first.altered().value()).isCloseTo(-1 / 3.0, within(1e-12));
    // Of 80 clean samples both learned 20, one 20 and the other 20, none 20: p = q = 1/2, and
    // n·SE² = 1 at κ = 0. The pair that agrees adds nothing.
    assertThat(first.clean().standardError()).isCloseTo(2 / 3.0 / Math.sqrt(80), within(1e-12));
    SeedAgreement.Point second = all.get(0).points().get(1);
    assertThat(second.clean().value()).as("all learned all").isNaN();
    // Seeds 1 and 2 learn all, which says nothing; seed 3 none, as if by chance.
    assertThat(second.altered().value()).isZero();
  }

  @Test
  void withOtherLabelsAtEachSeedOnlyCleanSamplesAreCompared() throws IOException {
    SeedAgreement.Point first = agreement("symmetric(0.2, exact)", 2).get(0).points().get(0);
    assertThat(first.clean().value()).isBetween(-0.5, 0.5);
    assertThat(first.altered().value()).isNaN();
  }

  @Test
  void oneSeedAgreesWithNone() throws IOException {
    assertThat(agreement(SAME_LABELS, 1)).isEmpty();
  }
}
