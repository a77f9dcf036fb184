package dev.rote.report.figures;

import dev.rote.analysis.Evidence;
import dev.rote.analysis.SampleScores;
import dev.rote.analysis.SeedAgreement;
import dev.rote.analysis.Setting;
import dev.rote.data.Inputs;
import dev.rote.report.Figure;
import dev.rote.run.RiskPoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Draws the figures of the paper and further ones for each setting.
 *
 * <p>Each line is the mean over seeds, with a band of one standard deviation if there are several
 * seeds.
 */
public final class Figures {
  private Figures() {}

  /**
   * Returns all figures that the runs allow; of each setting, the most important one comes first.
   */
  public static List<Figure> of(
      Evidence evidence,
      List<RiskPoint> theory,
      List<SampleScores> scores,
      List<SeedAgreement> agreements) {
    List<Figure> all = new ArrayList<>();
    Map<String, Integer> used = new LinkedHashMap<>();
    for (Setting setting : evidence.settings()) {
      String name = setting.dataset() + "-" + setting.network().fileName();
      if (setting.inputs() != Inputs.NONE) {
        name += "-" + setting.inputs();
      }
      int count = used.merge(name, 1, Integer::sum);
      SettingRuns runs = SettingRuns.of(evidence, setting, count == 1 ? name : name + "-" + count);
      all.addAll(EpochCurves.of(runs));
      all.addAll(ResistanceFigure.of(runs));
      all.addAll(NoiseRateFigure.of(runs));
      all.addAll(AlphaFigures.of(runs));
      all.addAll(CorruptionFigures.of(runs));
      all.addAll(CapacityFigures.of(runs));
      all.addAll(SampleFigures.of(runs, agreements));
      all.addAll(SusceptibilityFigure.of(runs));
      all.addAll(RiskFigures.of(runs, theory));
      all.addAll(ScoreFigures.of(runs, scores));
    }
    return List.copyOf(all);
  }
}
