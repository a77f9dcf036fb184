package dev.rote.bench;

import dev.rote.study.Device;
import dev.rote.study.Precision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

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

  /** Subjects of the Markdown table, in the order of its columns. */
  private static final Map<Subject, String> MARKDOWN = new LinkedHashMap<>();

  static {
    MARKDOWN.put(Subject.PLAIN, "plain");
    MARKDOWN.put(Subject.DJL, "DJL");
    MARKDOWN.put(Subject.PYTORCH, "PyTorch");
    MARKDOWN.put(Subject.PYTORCH_COMPILE, "PyTorch compiled");
    MARKDOWN.put(Subject.ROTE, "Rote (share of the limit)");
    MARKDOWN.put(Subject.LIMIT, "limit");
  }

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
   * Returns an outcome over the best baseline in float32, the one with the highest median. On a
   * GPU, PyTorch's float32 is TF32 and no baseline of float32.
   */
  Rounds toBest(Outcome outcome) {
    Entrant plain = outcome.entrant().plain();
    return Stream.of(Subject.PLAIN, Subject.DJL, Subject.PYTORCH)
        .filter(subject -> device == Device.CPU || !subject.inPython())
        .flatMap(subject -> of(plain.with(subject)).stream())
        .map(Outcome::imagesPerSecond)
        .max(Comparator.comparingDouble(Rounds::median))
        .map(best -> outcome.imagesPerSecond().over(best))
        .orElseThrow();
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
                "to the best baseline",
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
                  entrant.subject() == Subject.ROTE ? withRange(toBest(outcome)) : "",
                  last(outcome))
              .stripTrailing());
    }
    return lines;
  }

  /**
   * Returns the table of docs/speed.md: medians of one training at a time in images per second, for
   * Rote with the ratio to the best baseline and its range over the rounds.
   */
  List<String> markdown() {
    List<String> titles = new ArrayList<>(List.of("network"));
    List<Function<Workload, String>> columns =
        new ArrayList<>(List.of(w -> w.network().toString()));
    for (Subject subject : MARKDOWN.keySet()) {
      for (Precision precision : subject.precisions()) {
        if (outcomes.stream().anyMatch(o -> isOf(o, subject, precision))) {
          titles.add(MARKDOWN.get(subject) + (precision == Precision.BF16 ? " bf16" : ""));
          columns.add(w -> of(new Entrant(w, subject, precision, 1)).map(this::cell).orElse("–"));
        }
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add(row(titles));
    lines.add(row(titles.stream().map(title -> "---").toList()));
    outcomes.stream()
        .map(outcome -> outcome.entrant().workload())
        .distinct()
        .forEach(w -> lines.add(row(columns.stream().map(column -> column.apply(w)).toList())));
    return lines;
  }

  private static boolean isOf(Outcome outcome, Subject subject, Precision precision) {
    Entrant entrant = outcome.entrant();
    return entrant.subject() == subject && entrant.precision() == precision && entrant.runs() == 1;
  }

  private String cell(Outcome outcome) {
    String rate = String.format(Locale.ROOT, "%,.0f", outcome.imagesPerSecond().median());
    if (outcome.entrant().subject() != Subject.ROTE) {
      return rate;
    }
    return rate
        + ": "
        + withRange(toBest(outcome)).replaceFirst("^\\S+", "**$0**")
        + shareOfLimit(outcome).map(share -> ", " + percent(share)).orElse("");
  }

  /** Returns a row of a Markdown table. */
  static String row(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
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

  /** Returns the median of ratios, and their range over the rounds. */
  static String withRange(Rounds ratio) {
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
