package dev.rote.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rote.study.LossSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SusceptibilityTest {
  @TempDir Path temp;

  /** Of six pairs, five are concordant and one is discordant. */
  @Test
  void theCorrelationIsKendalls() {
    Susceptibility runs =
        new Susceptibility(LossSpec.CCE, List.of(0.1, 0.2, 0.3, 0.4), List.of(0.5, 0.7, 0.6, 0.9));
    assertThat(runs.tau()).isCloseTo(4.0 / 6, within(1e-12));
    assertThat(new Susceptibility(LossSpec.CCE, List.of(0.1), List.of(0.5)).tau()).isNaN();
  }

  @Test
  void runsThatDidNotMeasureItAreLeftOut() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", 10, 5);
    study.run("cce", "symmetric(0.4)", 1, 0.9, 0.6);
    Evidence evidence = Evidence.read(List.of(temp));
    assertThat(Susceptibility.of(evidence, evidence.settings().get(0))).isEmpty();
  }
}
