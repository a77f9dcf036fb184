package dev.rote.claim;

import dev.rote.analysis.Evidence;
import dev.rote.analysis.Measure;
import dev.rote.analysis.SampleScores;
import dev.rote.data.Inputs;
import dev.rote.format.AtomicFile;
import dev.rote.run.Json;
import dev.rote.run.RiskPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks published claims against runs: the seven of Patel and Sastry, and those of others where
 * the runs measure what they are about.
 */
public final class Claims {
  private Claims() {}

  /** Checks all claims that the runs are about; returns them in order. */
  public static List<Claim> of(Evidence evidence, List<RiskPoint> theory, Thresholds thresholds) {
    PaperClaims paper = new PaperClaims(evidence, thresholds);
    LaboratoryClaims laboratory = new LaboratoryClaims(evidence, thresholds);
    List<Claim> all =
        new ArrayList<>(
            List.of(
                paper.memorizesCifar(),
                paper.overfitsMnist(),
                paper.saturates(),
                paper.order(),
                paper.resists(),
                paper.normalizedMse(),
                paper.theorem(theory)));
    if (evidence.settings().stream().anyMatch(setting -> setting.inputs() != Inputs.NONE)) {
      all.add(laboratory.fitsAnything());
      all.add(laboratory.regularizers());
    }
    if (evidence.runs().stream()
        .anyMatch(run -> !Double.isNaN(Measure.CRITICAL_RATIO.of(run.last())))) {
      all.add(laboratory.noiseIsCritical());
      all.add(laboratory.patternsFirst());
    }
    return List.copyOf(all);
  }

  /**
   * Checks what Feldman and Zhang (2020) found, if there are memorization scores; else returns
   * none.
   */
  public static List<Claim> ofScores(List<SampleScores> scores, Thresholds thresholds) {
    return scores.isEmpty()
        ? List.of()
        : List.of(LaboratoryClaims.memorizesLongTail(scores, thresholds));
  }

  /** Writes {@code claims.json}; NaN becomes null. */
  public static void write(Path file, List<Claim> claims) throws IOException {
    AtomicFile.writeString(file, Json.WITHOUT_NAN.writeValueAsString(claims) + "\n");
  }
}
