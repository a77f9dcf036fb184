package dev.rote.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.study.NetworkName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestAccuracyTest {
  @TempDir private Path temp;

  private List<TestAccuracy> tables() throws IOException {
    return TestAccuracy.of(Evidence.read(List.of(temp)));
  }

  @Test
  void finishedRunsStandBesideWhatWasPublished() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", new NetworkName("cnn8"), 10, 10);
    // Test accuracy of a made-up run ends, and is highest, at 0.75.
    study.run("nce + rce(A=-9.2103)", "symmetric(0.4, exact)", 1, 0.6, 0.9);
    study.run("nce + rce(A=-9.2103)", "symmetric(0.4, exact)", 2, 0.6, 0.9, 10, false);
    study.run("nce + rce(A=-9.2103)", "symmetric(0.4, exact)", 3, 0.6, 0.9, 4, true);
    study.run("rll(alpha=0.1)", "symmetric(0.4, exact)", 1, 0.6, 0.9);
    study.run("cce", "pair(0.4)", 1, 0.9, 0.6);

    TestAccuracy table = tables().get(0);
    assertThat(table.rows()).hasSize(3);
    TestAccuracy.Row row =
        table.rows().stream()
            .filter(r -> r.loss().toString().startsWith("nce"))
            .findFirst()
            .orElseThrow();
    assertThat(row.last().seeds()).as("finished, also where nothing was learned").isEqualTo(2);
    assertThat(TestAccuracy.percent(row.last())).isEqualTo("75.00 ± 0.00");
    // Wang et al. (NeurIPS 2024), CIFAR-10, symmetric noise of 40%.
    assertThat(row.published().orElseThrow().testAccuracy()).isEqualTo(85.13);
    assertThat(table.rows())
        .filteredOn(r -> !r.loss().toString().startsWith("nce"))
        .allSatisfy(r -> assertThat(r.published()).isEmpty());
    assertThat(table.sources().orElseThrow()).contains("These runs had 100 images and 10 epochs");
  }

  @Test
  void oneSeedOfAnUnpublishedSettingHasNothingToCompare() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", 10);
    study.run("cce", "symmetric(0.4)", 1, 0.9, 0.6);
    assertThat(tables()).isEmpty();
    study.run("cce", "symmetric(0.4)", 2, 0.9, 0.6);
    assertThat(tables()).hasSize(1);
  }
}
