package dev.rote.analysis;

import dev.rote.run.Summary;
import dev.rote.study.LossSpec;
import java.util.List;

/**
 * Susceptibility against memorization, over the runs of one loss in one setting, where both are
 * known.
 *
 * @param loss the loss; values of different losses do not compare
 * @param zeta ζ(T) of each run: the mean of its susceptibility over all epochs (Forouzesh et al.
 *     2023)
 * @param memorized share of the altered samples that each run memorized
 */
public record Susceptibility(LossSpec loss, List<Double> zeta, List<Double> memorized) {
  /** Collects the runs of each loss that are finished and fitted, and know both. */
  public static List<Susceptibility> of(Evidence evidence, Setting setting) {
    List<Replicates> groups = evidence.of(setting);
    return groups.stream()
        .map(group -> group.condition().loss())
        .distinct()
        .map(
            loss -> {
              List<Summary> runs =
                  groups.stream()
                      .filter(group -> group.condition().loss().equals(loss))
                      .flatMap(group -> group.counted().stream())
                      .filter(run -> Double.isFinite(zeta(run)))
                      .filter(run -> Double.isFinite(run.last().memorization().memorized()))
                      .toList();
              return new Susceptibility(
                  loss,
                  runs.stream().map(Susceptibility::zeta).toList(),
                  runs.stream().map(run -> run.last().memorization().memorized()).toList());
            })
        .filter(found -> !found.zeta.isEmpty())
        .toList();
  }

  /** Returns ζ(T) of a run; NaN unless it was measured in every epoch. */
  static double zeta(Summary run) {
    return run.run().epochs().stream()
        .mapToDouble(epoch -> epoch.extra().susceptibility())
        .average()
        .orElse(Double.NaN);
  }

  /** Returns Kendall's τ_b of ζ and the memorized share over the runs; NaN for fewer than two. */
  public double tau() {
    return KendallTau.of(
        zeta.stream().mapToDouble(Double::doubleValue).toArray(),
        memorized.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
