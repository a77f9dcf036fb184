package dev.rote.report.page;

import dev.rote.analysis.Condition;
import dev.rote.analysis.Corruption;
import dev.rote.analysis.Ending;
import dev.rote.analysis.Evidence;
import dev.rote.analysis.Measure;
import dev.rote.analysis.NoiseRateReading;
import dev.rote.analysis.Replicates;
import dev.rote.analysis.Setting;
import dev.rote.analysis.TestAccuracy;
import dev.rote.claim.Threshold;
import dev.rote.claim.Thresholds;
import dev.rote.memorization.SeedSummary;
import dev.rote.report.audit.FactTable;
import dev.rote.study.Augmentation;
import dev.rote.study.LossSpec;
import dev.rote.study.OptimizerSpec;
import dev.rote.study.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The tables of a report: means over seeds, test accuracies, settings. */
final class ReportTables {
  private ReportTables() {}

  /** Returns the means over seeds and the test accuracies of each setting. */
  static List<FactTable> results(Evidence evidence) {
    List<TestAccuracy> accuracies = TestAccuracy.of(evidence);
    List<FactTable> tables = new ArrayList<>();
    for (Setting setting : evidence.settings()) {
      tables.add(means(evidence, setting));
      accuracies.stream()
          .filter(table -> table.setting().equals(setting))
          .forEach(table -> tables.add(accuracies(table)));
      betweenLosses(evidence, setting).ifPresent(tables::add);
    }
    evidence.settings().stream()
        .map(setting -> timeToFit(evidence, setting))
        .flatMap(Optional::stream)
        .forEach(tables::add);
    betweenSettings(evidence).ifPresent(tables::add);
    return List.copyOf(tables);
  }

  /** Returns each loss minus the first, under the same noise of a setting, paired by seed. */
  private static Optional<FactTable> betweenLosses(Evidence evidence, Setting setting) {
    List<Replicates> groups = evidence.of(setting);
    List<List<String>> rows = new ArrayList<>();
    for (Replicates group : groups) {
      Condition condition = group.condition();
      first(groups, group)
          .ifPresent(
              other ->
                  difference(
                      rows, group, other, condition.loss() + " − " + other.condition().loss()));
    }
    return differences("losses: " + setting.label(), rows);
  }

  /** Returns each setting minus the first with the same images, loss and noise. */
  private static Optional<FactTable> betweenSettings(Evidence evidence) {
    List<List<String>> rows = new ArrayList<>();
    for (Setting setting : evidence.settings()) {
      for (Replicates group : evidence.of(setting)) {
        LossSpec loss = group.condition().loss();
        List<Replicates> alike =
            evidence.settings().stream()
                .filter(other -> other.digest().equals(setting.digest()))
                .filter(other -> other.inputs() == setting.inputs())
                .flatMap(other -> evidence.of(other).stream())
                .filter(other -> other.condition().loss().equals(loss))
                .toList();
        first(alike, group)
            .ifPresent(
                other ->
                    difference(
                        rows,
                        group,
                        other,
                        "%s: %s − %s"
                            .formatted(
                                loss, setting.label(), other.condition().setting().label())));
      }
    }
    return differences("settings", rows);
  }

  /** Returns the first of some groups that saw the same labels, unless it is the group itself. */
  private static Optional<Replicates> first(List<Replicates> groups, Replicates group) {
    Condition condition = group.condition();
    return groups.stream()
        .filter(other -> other.condition().fingerprint().equals(condition.fingerprint()))
        .findFirst()
        .filter(other -> !other.condition().equals(condition));
  }

  private static void difference(
      List<List<String>> rows, Replicates group, Replicates other, String what) {
    Optional<SeedSummary> j1 = group.difference(other, Measure.J1);
    if (j1.isPresent() && j1.get().seeds() > 1) {
      List<String> row = new ArrayList<>();
      row.add(what);
      row.add(group.condition().noise().toString());
      row.add(Integer.toString(j1.get().seeds()));
      for (Measure accuracy : List.of(Measure.J1, Measure.J2, Measure.TEST)) {
        row.add(text(group.difference(other, accuracy).map(summary -> summary.within(-1, 1))));
      }
      rows.add(row);
    }
  }

  private static Optional<FactTable> differences(String between, List<List<String>> rows) {
    return rows.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new FactTable(
                "Differences between " + between,
                "Mean difference after the last epoch between runs of the same seed, images and"
                    + " labels, with Student's 95% interval. An interval that contains 0 leaves"
                    + " open which is higher.",
                List.of("what", "noise", "n", "J1", "J2", "test"),
                rows));
  }

  /** Returns how long each loss takes to fit each kind of data; empty if no inputs are altered. */
  private static Optional<FactTable> timeToFit(Evidence evidence, Setting setting) {
    List<List<String>> rows = new ArrayList<>();
    for (Corruption kind : Corruption.of(evidence, setting)) {
      Optional<SeedSummary> test = kind.runs().last(Measure.TEST);
      rows.add(
          List.of(
              kind.runs().condition().loss().toString(),
              kind.label(),
              text(kind.runs().last(Measure.J1)),
              text(test),
              kind.fitted() + " of " + kind.finished(),
              kind.meanEpochsToFit().isPresent()
                  ? String.format(Locale.ROOT, "%.1f", kind.meanEpochsToFit().getAsDouble())
                  : "–",
              kind.relativeTime().isPresent()
                  ? String.format(Locale.ROOT, "%.2f", kind.relativeTime().getAsDouble())
                  : "–"));
    }
    return rows.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new FactTable(
                "Time to fit: " + setting.label(),
                String.format(
                    Locale.ROOT,
                    "Finished runs whose J1 reaches %.2f, and the first epoch in which it does,"
                        + " where all do; relative to the same loss on true images and labels. J1"
                        + " and test accuracy after the last epoch, of runs that are fitted.",
                    Corruption.FITTED),
                List.of("loss", "altered", "J1", "test", "fit", "epochs to fit", "relative"),
                rows));
  }

  private static FactTable means(Evidence evidence, Setting setting) {
    List<List<String>> rows = new ArrayList<>();
    List<Replicates> groups = evidence.of(setting);
    for (Replicates group : groups) {
      Condition condition = group.condition();
      List<String> row = new ArrayList<>();
      row.add(group.nameAmong(groups));
      row.add(condition.noise().toString());
      row.add(Integer.toString(group.counted().size()));
      for (Measure measure : Measure.IN_TABLES) {
        row.add(text(group.last(measure)));
      }
      row.add(text(group.best(Measure.TEST)));
      row.add(
          group
              .noiseRate()
              .map(r -> text(Optional.of(r.rate())) + (settled(r) ? "" : ", still changing"))
              .orElse("–"));
      row.add(text(group.realizedRate()));
      row.add(
          text(
              condition.clean()
                  ? Optional.empty()
                  : evidence.cleanOf(group).flatMap(group::resistance).map(Ending::value)));
      rows.add(row);
    }
    return new FactTable(
        "Means over seeds: " + setting.label(),
        "Runs that are finished and fitted, after their last epoch, with Student's 95% interval"
            + " from two seeds on. The best test accuracy is chosen on the test set, so it is an"
            + " upper bound. Resistance is training accuracy at η = 0 minus J2, paired by seed.",
        List.of(
            "loss",
            "noise",
            "n",
            "J1",
            "J2",
            "memorized",
            "corrected",
            "test",
            "best test",
            "noise rate read off",
            "true rate",
            "resistance"),
        rows);
  }

  private static FactTable accuracies(TestAccuracy table) {
    return new FactTable(
        "Test accuracy, as papers report it: " + table.setting().label(),
        "Percent, mean ± standard deviation over the seeds of all finished runs. The best epoch is"
            + " chosen on the test set."
            + table.sources().map(line -> " " + line).orElse(""),
        List.of("noise", "loss", "n", "last epoch", "best epoch", "published"),
        table.rows().stream()
            .map(
                row ->
                    List.of(
                        row.noise().toString(),
                        row.loss().toString(),
                        Integer.toString(row.last().seeds()),
                        TestAccuracy.percent(row.last()),
                        TestAccuracy.percent(row.best()),
                        row.published()
                            .map(f -> String.format(Locale.ROOT, "%.2f", f.testAccuracy()))
                            .orElse("–")))
            .toList());
  }

  /** Returns network, images and protocol of each setting. */
  static FactTable settings(Evidence evidence) {
    List<List<String>> rows = new ArrayList<>();
    for (Setting setting : evidence.settings()) {
      Protocol protocol = setting.protocol();
      rows.add(
          List.of(
              setting.label(),
              optimizer(protocol),
              schedule(protocol),
              Integer.toString(protocol.batchSize()),
              protocol.precision().toString(),
              setting.digest()));
    }
    return new FactTable(
        "Settings",
        "Network, images and protocol; the learning rate is each run's own.",
        List.of("setting", "optimizer", "schedule", "batch", "precision", "images (SHA-256)"),
        rows);
  }

  private static String optimizer(Protocol protocol) {
    if (protocol.optimizer() instanceof OptimizerSpec.Unknown) {
      return "unknown: imported";
    }
    return protocol.optimizer().name()
        + (protocol.optimizer() instanceof OptimizerSpec.Adam
            ? ""
            : ", momentum " + protocol.optimizer().momentum())
        + ", weight decay "
        + protocol.optimizer().weightDecay()
        + protocol.clip().map(norm -> ", gradients clipped at " + norm).orElse("")
        + protocol.dropout().map(probability -> ", dropout " + probability).orElse("");
  }

  private static String schedule(Protocol protocol) {
    return protocol.schedule()
        + (protocol.augmentation().equals(Augmentation.NONE)
            ? ""
            : ", augmentation " + protocol.augmentation());
  }

  private static String text(Optional<SeedSummary> value) {
    return value
        .map(s -> (number(s.mean()) + " " + interval(s.low(), s.high())).strip())
        .orElse("–");
  }

  private static boolean settled(NoiseRateReading reading) {
    return Math.abs(reading.change()) <= Thresholds.DEFAULT.of(Threshold.DRIFT);
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    return String.format(Locale.ROOT, "%.3f", Math.abs(value) < 5e-4 ? 0 : value);
  }

  private static String interval(double low, double high) {
    return Double.isNaN(low) || Double.isNaN(high)
        ? ""
        : "[%s, %s]".formatted(number(low), number(high));
  }
}
