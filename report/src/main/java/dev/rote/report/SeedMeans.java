package dev.rote.report;

import dev.rote.analysis.Condition;
import dev.rote.analysis.Curve;
import dev.rote.analysis.Evidence;
import dev.rote.analysis.Measure;
import dev.rote.analysis.Replicates;
import dev.rote.analysis.SeedAgreement;
import dev.rote.analysis.Setting;
import dev.rote.memorization.CohensKappa;
import dev.rote.memorization.SeedSummary;
import dev.rote.study.Protocol;
import dev.rote.text.CsvRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Means over seeds as files for other programs: {@code means.csv} and {@code means.tex} have the
 * last epoch of the runs that are finished and fitted, {@code curves.csv} has every epoch of all
 * runs.
 */
final class SeedMeans {
  private static final List<String> CONDITION =
      List.of(
          "dataset",
          "images",
          "network",
          "epochs",
          "precision",
          "inputs",
          "loss",
          "noise",
          "setting",
          "optimizer",
          "schedule",
          "batch");

  private final Evidence evidence;
  private final List<SeedAgreement> agreements;

  SeedMeans(Evidence evidence, List<SeedAgreement> agreements) {
    this.evidence = evidence;
    this.agreements = agreements;
  }

  /**
   * Returns a row for each condition and measure: seeds, mean, standard deviation and the 95%
   * interval of the mean in the last epoch, and how many runs are left out.
   */
  String csv() {
    StringBuilder csv = new StringBuilder();
    header(csv, "measure", "seeds", "left_out", "mean", "sd", "low", "high");
    for (Setting setting : evidence.settings()) {
      for (Replicates group : evidence.of(setting)) {
        String leftOut = "" + (group.runs().size() - group.counted().size());
        for (Measure measure : Measure.values()) {
          Optional<SeedSummary> last = group.last(measure);
          if (last.isPresent() && !Double.isNaN(last.get().mean())) {
            List<String> cells = cells(group.condition(), name(measure));
            cells.add("" + last.get().seeds());
            cells.add(leftOut);
            csv.append(line(cells, last.get()));
          }
        }
      }
    }
    return csv.toString();
  }

  /**
   * Returns a row for each condition, measure and epoch. The interval of the agreement of seeds is
   * about other samples, not other seeds ({@link SeedAgreement}).
   */
  String curvesCsv() {
    StringBuilder csv = new StringBuilder();
    header(csv, "measure", "epoch", "seeds", "mean", "sd", "low", "high");
    for (Setting setting : evidence.settings()) {
      for (Replicates group : evidence.of(setting)) {
        for (Measure measure : Measure.values()) {
          for (Curve.Point point : group.curve(measure).points()) {
            row(csv, group.condition(), name(measure), point.epoch(), point.value());
          }
        }
        for (SeedAgreement agreement : agreements) {
          if (agreement.group().condition().equals(group.condition())) {
            agreement(csv, agreement, "agreement_clean", false);
            agreement(csv, agreement, "agreement_altered", true);
          }
        }
      }
    }
    return csv.toString();
  }

  private static void agreement(
      StringBuilder csv, SeedAgreement agreement, String name, boolean altered) {
    for (SeedAgreement.Point point : agreement.points()) {
      CohensKappa kappa = point.kappa(altered);
      row(
          csv,
          agreement.group().condition(),
          name,
          point.epoch(),
          new SeedSummary(agreement.runs(), kappa.value(), Double.NaN, kappa.low(), kappa.high()));
    }
  }

  private static void row(
      StringBuilder csv, Condition condition, String measure, int epoch, SeedSummary value) {
    if (!Double.isNaN(value.mean())) {
      List<String> cells = cells(condition, measure);
      cells.add("" + epoch);
      cells.add("" + value.seeds());
      csv.append(line(cells, value));
    }
  }

  private static String name(Measure measure) {
    return measure.name().toLowerCase(Locale.ROOT);
  }

  private static void header(StringBuilder csv, String... more) {
    List<String> names = new ArrayList<>(CONDITION);
    names.addAll(List.of(more));
    csv.append(CsvRow.line(names));
  }

  private static List<String> cells(Condition condition, String measure) {
    Setting setting = condition.setting();
    Protocol protocol = setting.protocol().withLearningRate(condition.learningRate());
    return new ArrayList<>(
        List.of(
            setting.dataset(),
            "" + setting.samples(),
            setting.network().toString(),
            "" + setting.protocol().epochs(),
            setting.protocol().precision().toString(),
            setting.inputs().toString(),
            condition.loss().toString(),
            condition.noise().toString(),
            setting.label(),
            protocol.optimizer().toString(),
            protocol.schedule().toString(),
            "" + protocol.batchSize(),
            measure));
  }

  private static String line(List<String> cells, SeedSummary value) {
    for (double number : new double[] {value.mean(), value.sd(), value.low(), value.high()}) {
      cells.add(Double.isNaN(number) ? "" : Double.toString(number));
    }
    return CsvRow.line(cells);
  }

  /** Returns a table for each setting, for the LaTeX package booktabs. */
  String latex() {
    StringBuilder text = new StringBuilder("% Needs \\usepackage{booktabs}.\n");
    for (Setting setting : evidence.settings()) {
      text.append("\\begin{table}\n\\centering\n\\begin{tabular}{llr");
      text.append("c".repeat(Measure.IN_TABLES.size()))
          .append("}\n\\toprule\nnoise & loss & seeds");
      for (Measure measure : Measure.IN_TABLES) {
        text.append(" & ").append(escape(measure.label()));
      }
      text.append(" \\\\\n\\midrule\n");
      for (Replicates group : evidence.of(setting)) {
        text.append(
            "\\texttt{%s} & \\texttt{%s} & %d"
                .formatted(
                    escape(group.condition().noise().toString()),
                    escape(group.nameAmong(evidence.of(setting))),
                    group.counted().size()));
        for (Measure measure : Measure.IN_TABLES) {
          text.append(" & ").append(cell(group.last(measure)));
        }
        text.append(" \\\\\n");
      }
      text.append(
          "\\bottomrule\n\\end{tabular}\n\\caption{Mean and standard deviation over seeds ");
      text.append("in the last epoch, ").append(escape(setting.label())).append(".}\n");
      text.append("\\end{table}\n");
    }
    return text.toString();
  }

  private static String cell(Optional<SeedSummary> value) {
    if (value.isEmpty() || Double.isNaN(value.get().mean())) {
      return "--";
    }
    SeedSummary of = value.get();
    return Double.isNaN(of.sd())
        ? String.format(Locale.ROOT, "$%.3f$", of.mean())
        : String.format(Locale.ROOT, "$%.3f \\pm %.3f$", of.mean(), of.sd());
  }

  private static String escape(String text) {
    return text.replace("\\", "\\textbackslash{}")
        .replaceAll("([_%&#$])", "\\\\$1")
        .replace("^", "\\textasciicircum{}")
        .replace("~", "\\textasciitilde{}");
  }
}
