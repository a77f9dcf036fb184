package dev.rote.bench;

import dev.rote.study.Device;
import dev.rote.study.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The outcomes of one call, in the order in which they are shown.
 *
 * @param device where all of them were measured
 * @param peak its peak, if that is known
 */
record Results(List<Outcome> outcomes, Device device, Optional<Peak> peak) {
  /** Columns of the CSV file. */
  static final String HEADER =
      "network,subject,precision,threads,images_per_second,ratio_to_plain,spread";

  Results {
    outcomes = List.copyOf(outcomes);
  }

  /** Returns the outcome of an entrant, if it took part. */
  Optional<Outcome> of(Entrant entrant) {
    return outcomes.stream().filter(outcome -> outcome.entrant().equals(entrant)).findFirst();
  }

  /** Returns, round by round, an outcome over another entrant's, if that took part. */
  Optional<Rounds> ratio(Outcome outcome, Entrant other) {
    return of(other).map(o -> outcome.imagesPerSecond().over(o.imagesPerSecond()));
  }

  /** Returns, round by round, an outcome over plain libtorch's. */
  Rounds toPlain(Outcome outcome) {
    return ratio(outcome, outcome.entrant().plain()).orElseThrow();
  }

  /**
   * Returns an outcome over the better of plain libtorch and DJL, the one with the higher median.
   */
  Rounds toBetter(Outcome outcome) {
    Entrant plain = outcome.entrant().plain();
    Optional<Outcome> djl = of(plain.with(Subject.DJL));
    double median = of(plain).orElseThrow().imagesPerSecond().median();
    return djl.filter(d -> d.imagesPerSecond().median() > median)
        .map(d -> outcome.imagesPerSecond().over(d.imagesPerSecond()))
        .orElseGet(() -> toPlain(outcome));
  }

  /** Returns the share of the limit that Rote's step reaches. */
  Optional<Rounds> shareOfLimit(Outcome outcome) {
    return outcome.entrant().subject() == Subject.ROTE
        ? ratio(outcome, outcome.entrant().with(Subject.LIMIT))
        : Optional.empty();
  }

  /** Returns, round by round, the share of the peak of its arithmetic that an outcome reaches. */
  Optional<Rounds> shareOfPeak(Outcome outcome) {
    Entrant entrant = outcome.entrant();
    Precision precision = entrant.subject().multipliesIn(entrant.precision(), device);
    List<Double> shares =
        outcome.flopsPerSecond().values().stream()
            .flatMap(flops -> peak.flatMap(p -> p.share(precision, flops)).stream())
            .toList();
    return shares.isEmpty() ? Optional.empty() : Optional.of(new Rounds(shares));
  }

  /**
   * Returns a line for each entrant with medians over the rounds; the spread is (max − min)/median
   * of the images per second.
   */
  String csv() {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (Outcome outcome : outcomes) {
      Entrant entrant = outcome.entrant();
      Rounds rate = outcome.imagesPerSecond();
      text.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%s,%d,%.2f,%.4f,%.4f\n",
              entrant.workload().network(),
              entrant.name(),
              entrant.precision(),
              outcome.threads(),
              rate.median(),
              toPlain(outcome).median(),
              rate.spread()));
    }
    return text.toString();
  }

  /** Returns a line for each measurement, from which all else is computed. */
  String roundsCsv() {
    StringBuilder text =
        new StringBuilder("round,network,subject,precision,threads,images_per_second\n");
    int rounds = outcomes.isEmpty() ? 0 : outcomes.get(0).measurements().size();
    for (int round = 0; round < rounds; round++) {
      for (Outcome outcome : outcomes) {
        Entrant entrant = outcome.entrant();
        text.append(
            String.format(
                Locale.ROOT,
                "%d,%s,%s,%s,%d,%.3f\n",
                round + 1,
                entrant.workload().network(),
                entrant.name(),
                entrant.precision(),
                outcome.threads(),
                outcome.measurements().get(round).imagesPerSecond()));
      }
    }
    return text.toString();
  }

  /** Returns the table for people, with the range of the ratios over the rounds. */
  List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%-15s %-9s %-9s %7s %9s %7s %9s  %-21s %-23s %s"
            .formatted(
                "network",
                "subject",
                "precision",
                "threads",
                "images/s",
                "spread",
                "TFLOP/s",
                "to plain (rounds)",
                "to better of plain, djl",
                lastColumn()));
    for (Outcome outcome : outcomes) {
      Entrant entrant = outcome.entrant();
      Rounds rate = outcome.imagesPerSecond();
      boolean baseline = entrant.subject() == Subject.PLAIN && entrant.runs() == 1;
      lines.add(
          String.format(
                  Locale.ROOT,
                  "%-15s %-9s %-9s %7d %9.1f %6.1f%% %9.3g  %-21s %-23s %s",
                  entrant.workload().network(),
                  entrant.name(),
                  entrant.precision(),
                  outcome.threads(),
                  rate.median(),
                  100 * rate.spread(),
                  outcome.flopsPerSecond().median() / 1e12,
                  baseline ? "1" : withRange(toPlain(outcome)),
                  entrant.subject() == Subject.ROTE ? withRange(toBetter(outcome)) : "",
                  last(outcome))
              .stripTrailing());
    }
    return lines;
  }

  private boolean epochs() {
    return outcomes.stream().anyMatch(outcome -> outcome.measuringShare().max() > 0);
  }

  private String lastColumn() {
    if (peak.isPresent() || device == Device.CUDA) {
      return "share of peak";
    }
    return epochs() ? "measurements, writing" : "share of limit";
  }

  private String last(Outcome outcome) {
    if (peak.isPresent() || device == Device.CUDA) {
      return shareOfPeak(outcome).map(Results::percent).orElse("");
    }
    if (!epochs()) {
      return shareOfLimit(outcome).map(Results::percent).orElse("");
    }
    return percent(outcome.measuringShare())
        + outcome
            .writingShare()
            .map(share -> String.format(Locale.ROOT, ", %.1f%%", 100 * share.median()))
            .orElse("");
  }

  /** Returns the time in oneDNN's primitives, a line for each network and precision. */
  List<String> primitives() {
    List<String> lines = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      if (outcome.entrant().subject() != Subject.LIMIT) {
        continue;
      }
      StringBuilder line = new StringBuilder();
      outcome
          .primitives()
          .forEach(
              (kind, time) ->
                  line.append(line.isEmpty() ? "" : ", ")
                      .append(String.format(Locale.ROOT, "%s %.1f", kind, time)));
      lines.add(
          "%s %s: %s"
              .formatted(
                  outcome.entrant().workload().network(), outcome.entrant().precision(), line));
    }
    return lines;
  }

  private static String withRange(Rounds ratio) {
    return String.format(
        Locale.ROOT, "%.2f (%.2f to %.2f)", ratio.median(), ratio.min(), ratio.max());
  }

  private static String percent(Rounds share) {
    return String.format(
        Locale.ROOT,
        "%.0f%% (%.0f to %.0f)",
        100 * share.median(),
        100 * share.min(),
        100 * share.max());
  }

  /** Returns the requested precisions that a subject knows; baselines know only float32. */
  static List<Precision> precisions(Subject subject, List<Precision> asked) {
    return subject.precisions().size() == 1
        ? subject.precisions()
        : subject.precisions().stream().filter(asked::contains).toList();
  }
}
