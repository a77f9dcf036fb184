package dev.rote.analysis;

import dev.rote.memorization.SeedSummary;
import dev.rote.noise.LabelNoise;
import dev.rote.run.Summary;
import dev.rote.study.LossSpec;
import dev.rote.text.Count;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Test accuracies as papers on robust losses report them: mean ± standard deviation over seeds,
 * after the last epoch and of the best one, beside what was published. Every finished run counts,
 * also one that learned nothing. The best epoch is chosen on the test set, so that its accuracy is
 * an upper bound and no estimate.
 *
 * @param setting images, network and protocol
 * @param rows by noise, then loss
 */
public record TestAccuracy(Setting setting, List<Row> rows) {
  /**
   * One loss with one noise.
   *
   * @param last after the last epoch, in [0, 1]
   * @param best of the best epoch of each run
   * @param published what a paper reports for it
   */
  public record Row(
      LabelNoise noise,
      LossSpec loss,
      SeedSummary last,
      SeedSummary best,
      Optional<PublishedFigure> published) {}

  /**
   * Returns the tables of all settings that have something to compare: several seeds, or a
   * published figure.
   */
  public static List<TestAccuracy> of(Evidence evidence) {
    List<TestAccuracy> tables = new ArrayList<>();
    for (Setting setting : evidence.settings()) {
      List<Row> rows = new ArrayList<>();
      for (Replicates group : evidence.of(setting)) {
        Optional<SeedSummary> last = over(group, run -> run.last().test());
        Optional<SeedSummary> best = over(group, Summary::bestTest);
        if (last.isPresent() && best.isPresent()) {
          Condition condition = group.condition();
          rows.add(
              new Row(
                  condition.noise(),
                  condition.loss(),
                  last.get(),
                  best.get(),
                  PublishedFigure.of(condition)));
        }
      }
      if (rows.stream().anyMatch(row -> row.last.seeds() > 1 || row.published.isPresent())) {
        tables.add(new TestAccuracy(setting, List.copyOf(rows)));
      }
    }
    return List.copyOf(tables);
  }

  private static Optional<SeedSummary> over(Replicates group, ToDoubleFunction<Summary> value) {
    double[] values =
        group.runs().stream()
            .filter(run -> run.run().finished())
            .mapToDouble(value)
            .filter(accuracy -> !Double.isNaN(accuracy))
            .toArray();
    return values.length == 0 ? Optional.empty() : Optional.of(Measure.TEST.summary(values));
  }

  /** Returns an accuracy in percent: {@code 85.13 ± 0.21}, or the mean alone for one seed. */
  public static String percent(SeedSummary accuracy) {
    return Double.isNaN(accuracy.sd())
        ? String.format(Locale.ROOT, "%.2f", 100 * accuracy.mean())
        : String.format(Locale.ROOT, "%.2f ± %.2f", 100 * accuracy.mean(), 100 * accuracy.sd());
  }

  /**
   * Returns where the published figures are from, and how these runs differ; empty if there are
   * none.
   */
  public Optional<String> sources() {
    Set<String> sources = new LinkedHashSet<>();
    for (Row row : rows) {
      row.published.ifPresent(
          figure ->
              sources.add(
                  String.format(
                      Locale.ROOT,
                      "%s, last epoch, %s, %s",
                      figure.source(),
                      Count.of(figure.samples(), "image"),
                      Count.of(figure.epochs(), "epoch"))));
    }
    if (sources.isEmpty()) {
      return Optional.empty();
    }
    boolean alike =
        rows.stream()
            .flatMap(row -> row.published.stream())
            .allMatch(
                figure ->
                    figure.samples() == setting.samples()
                        && figure.epochs() == setting.protocol().epochs());
    return Optional.of(
        "Published: "
            + String.join("; ", sources)
            + "."
            + (alike
                ? ""
                : String.format(
                    Locale.ROOT,
                    " These runs had %s and %s: compare the order of the losses, not"
                        + " the figures.",
                    Count.of(setting.samples(), "image"),
                    Count.of(setting.protocol().epochs(), "epoch"))));
  }
}
