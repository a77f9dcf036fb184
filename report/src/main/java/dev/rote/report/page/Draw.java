package dev.rote.report.page;

import dev.rote.analysis.Condition;
import dev.rote.analysis.Evidence;
import dev.rote.analysis.Setting;
import dev.rote.run.RunRecord;
import dev.rote.run.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs that were trained on the same altered labels: one noise at one seed, under several losses.
 * The predictions of the losses for a sample can be compared.
 *
 * @param key names the draw in this page
 * @param label for people
 * @param classNames in label order
 * @param losses of the runs
 * @param runs names of the runs, in the order of {@code losses}
 * @param epochs the most epochs that one of them has done
 */
public record Draw(
    String key,
    String label,
    List<String> classNames,
    List<String> losses,
    List<String> runs,
    int epochs) {

  /**
   * Returns the draws that altered a label and whose predictions are there, in order of appearance.
   */
  public static List<Draw> of(Evidence evidence) {
    record Noise(Setting setting, String noise, long seed) {}
    Map<Noise, List<Summary>> byNoise = new LinkedHashMap<>();
    for (Summary run : evidence.runs()) {
      RunRecord record = run.run().record();
      if (record.noise().realizedRate() > 0 && run.run().hasPredictions()) {
        Condition condition = Condition.of(record);
        byNoise
            .computeIfAbsent(
                new Noise(condition.setting(), record.noise().fingerprint(), record.spec().seed()),
                noise -> new ArrayList<>())
            .add(run);
      }
    }
    List<Draw> draws = new ArrayList<>();
    byNoise.forEach(
        (noise, runs) -> {
          RunRecord first = runs.get(0).run().record();
          draws.add(
              new Draw(
                  "draw-" + first.id(),
                  "%s, seed %d, %s"
                      .formatted(first.spec().noise(), noise.seed(), noise.setting().label()),
                  first.data().classNames(),
                  runs.stream().map(run -> run.run().record().spec().loss().toString()).toList(),
                  runs.stream().map(run -> run.run().record().id()).toList(),
                  runs.stream().mapToInt(run -> run.last().epoch()).max().orElse(0)));
        });
    return List.copyOf(draws);
  }
}
