package dev.rote.report.figures;

import dev.rote.analysis.Evidence;
import dev.rote.analysis.Replicates;
import dev.rote.analysis.Setting;
import dev.rote.figure.Chart;
import dev.rote.figure.Drawing;
import dev.rote.noise.LabelNoise;
import dev.rote.report.Figure;
import dev.rote.study.LossSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The runs of one setting, with what all of its figures share: the order of losses and noises, the
 * names of files, and how a curve becomes a series.
 *
 * @param evidence all runs, for comparisons with runs without noise
 * @param setting network, images and protocol
 * @param prefix first part of the figures' names
 * @param groups the setting's runs by condition
 * @param losses its losses, those of the paper first, in the paper's order
 */
record SettingRuns(
    Evidence evidence,
    Setting setting,
    String prefix,
    List<Replicates> groups,
    List<LossSpec> losses) {
  private static final List<LossSpec> PAPER =
      List.of(LossSpec.CCE, LossSpec.MSE, LossSpec.rll(0.1), LossSpec.NORMALIZED_MSE);
  private static final int PAPER_RLL = 2;

  static SettingRuns of(Evidence evidence, Setting setting, String prefix) {
    List<Replicates> groups = evidence.of(setting);
    return new SettingRuns(
        evidence,
        setting,
        prefix,
        groups,
        groups.stream()
            .map(group -> group.condition().loss())
            .distinct()
            .sorted(Comparator.comparingInt(SettingRuns::rank).thenComparing(LossSpec::toString))
            .toList());
  }

  /** Returns the paper's losses first, in its order. */
  static int rank(LossSpec loss) {
    int place = PAPER.indexOf(loss);
    return place >= 0 ? place : loss.isRll() ? PAPER_RLL : PAPER.size();
  }

  /** Returns the noises that alter labels, lowest rate first. */
  List<Replicates> noisy() {
    return groups.stream().filter(group -> !group.condition().clean()).toList();
  }

  List<LabelNoise> noises(List<Replicates> of) {
    return of.stream()
        .sorted(Comparator.comparingDouble(SettingRuns::rate))
        .map(group -> group.condition().noise())
        .distinct()
        .toList();
  }

  static double rate(Replicates group) {
    return group.runs().get(0).run().record().noise().realizedRate();
  }

  List<Replicates> at(LabelNoise noise) {
    return groups.stream()
        .filter(group -> group.condition().noise().equals(noise))
        .sorted(Comparator.comparingInt(group -> losses.indexOf(group.condition().loss())))
        .toList();
  }

  static Chart.Reference level(Replicates group) {
    double level = 1 - rate(group);
    return new Chart.Reference(String.format(Locale.ROOT, "1−η = %.2f", level), level);
  }

  static String eta(Replicates group) {
    return group.condition().symmetricRate().isPresent()
        ? "η = " + trimmed(group.condition().symmetricRate().getAsDouble())
        : group.condition().noise().toString();
  }

  static String trimmed(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  static String file(Object of) {
    return of.toString().replaceAll("[^A-Za-z0-9.=+-]+", "_").replaceAll("^_|_$", "");
  }

  /** Returns a figure of this setting; {@code file} follows the prefix in its name. */
  Figure figure(String file, String caption, Drawing drawing) {
    return new Figure(
        prefix + "-" + file, setting, caption.strip() + " " + setting.label() + ".", drawing);
  }

  /** Returns how many seeds the lines of some conditions are means of. */
  static String seeds(List<Replicates> shown) {
    int most = shown.stream().mapToInt(group -> group.runs().size()).max().orElse(0);
    int fewest = shown.stream().mapToInt(group -> group.runs().size()).min().orElse(0);
    return most == 1
        ? "One seed."
        : "Mean of "
            + (fewest == most ? most + " seeds" : fewest + " to " + most + " seeds")
            + ", band: one standard deviation.";
  }
}
