package dev.rote.report.audit;

import dev.rote.audit.AuditResult;
import dev.rote.audit.AuditedSamples;
import dev.rote.audit.DetectionQuality;
import dev.rote.audit.Rate;
import dev.rote.data.Duplicates;
import dev.rote.data.UnreadableFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The tables at the end of an audit's page. */
public final class AuditTables {
  /** With more classes than this, only the largest entries of the transition matrix are shown. */
  private static final int LARGEST_MATRIX = 12;

  private static final int MOST_ROWS = 200;

  /** Rows with pictures, and pictures in a row. */
  private static final int MOST_PICTURED = 50;

  private static final int MOST_COPIES = 4;

  private AuditTables() {}

  /** Returns the estimated transition matrix, with its intervals. */
  public static FactTable transition(AuditResult result, List<String> classNames) {
    String caption =
        "Share of the samples of a true class (row) that carry a label (column), in percent,"
            + " with 95% intervals.";
    int classes = classNames.size();
    if (classes <= LARGEST_MATRIX) {
      List<String> columns = new ArrayList<>(List.of("true class"));
      columns.addAll(classNames);
      List<List<String>> rows = new ArrayList<>();
      for (int k = 0; k < classes; k++) {
        List<String> row = new ArrayList<>(List.of(classNames.get(k)));
        for (int j = 0; j < classes; j++) {
          row.add(entry(result, k, j));
        }
        rows.add(row);
      }
      return new FactTable("What labels became", caption, columns, rows);
    }
    record Entry(int from, int to, double share) {}
    List<Entry> entries = new ArrayList<>();
    for (int k = 0; k < classes; k++) {
      for (int j = 0; j < classes; j++) {
        if (k != j) {
          entries.add(new Entry(k, j, result.transition().value()[k][j]));
        }
      }
    }
    return new FactTable(
        "What labels became",
        caption + " The 30 largest changes; audit.json has all.",
        List.of("true class", "labelled as", "share"),
        entries.stream()
            .sorted(Comparator.comparingDouble(Entry::share).reversed())
            .limit(30)
            .map(
                e ->
                    List.of(
                        classNames.get(e.from), classNames.get(e.to), entry(result, e.from, e.to)))
            .toList());
  }

  private static String entry(AuditResult result, int k, int j) {
    return String.format(
        Locale.ROOT,
        "%.1f (%.1f to %.1f)",
        100 * result.transition().value()[k][j],
        100 * result.transition().low()[k][j],
        100 * result.transition().high()[k][j]);
  }

  /** Returns how the ranking did against labels that are known. */
  public static FactTable knownLabels(DetectionQuality quality) {
    return new FactTable(
        "Against the original labels",
        "This data set has original labels, which the audit did not use.",
        List.of("measure", "value"),
        List.of(
            List.of("wrong labels", "%,d (%s)".formatted(quality.wrong(), percent(quality.rate()))),
            List.of("AUROC of the ranking", number(quality.auroc())),
            List.of("average precision", number(quality.averagePrecision())),
            List.of(
                "precision at n, the number of wrong labels", percent(quality.precisionAtWrong())),
            List.of("recall at 2n", percent(quality.recallAtTwice())),
            List.of("missed by the first n", "%,d".formatted(quality.missed())),
            List.of("right label suggested", percent(quality.suggestionAccuracy()))));
  }

  /**
   * Copies of one image with different labels, side by side.
   *
   * @param directory that the samples' paths are relative to, if they are files
   */
  public static Optional<FactTable> duplicates(
      Duplicates duplicates, AuditedSamples samples, Optional<Path> directory) {
    return groups(
        "The same image with different labels",
        "Images that occur several times under different labels: %,d. Labels that are wrong for certain: at least %,d."
            .formatted(duplicates.conflicting().size(), duplicates.atLeastWrong()),
        duplicates.conflicting(),
        samples,
        directory);
  }

  /**
   * Images that are nearly the same and have different labels, side by side.
   *
   * @param directory that the samples' paths are relative to, if they are files
   */
  public static Optional<FactTable> nearDuplicates(
      List<Duplicates.Group> groups, AuditedSamples samples, Optional<Path> directory) {
    return groups(
        "Nearly the same image with different labels",
        "Groups of images whose pixels correlate by 0.98 or more: %,d.".formatted(groups.size()),
        groups,
        samples,
        directory);
  }

  private static Optional<FactTable> groups(
      String heading,
      String caption,
      List<Duplicates.Group> groups,
      AuditedSamples samples,
      Optional<Path> directory) {
    if (groups.isEmpty()) {
      return Optional.empty();
    }
    List<List<String>> rows = new ArrayList<>();
    List<List<byte[]>> pictures = new ArrayList<>();
    for (Duplicates.Group group : groups.subList(0, Math.min(MOST_ROWS, groups.size()))) {
      List<String> copies = new ArrayList<>();
      for (int i = 0; i < group.positions().size(); i++) {
        int at = group.positions().get(i);
        String name = samples.paths().map(p -> p.get(at)).orElse("sample " + samples.ids()[at]);
        copies.add(name + ": " + samples.classNames().get(group.labels().get(i)));
      }
      rows.add(
          List.of(
              String.join("; ", copies),
              group.majority().map(k -> samples.classNames().get(k)).orElse("none")));
      if (pictures.size() < MOST_PICTURED) {
        pictures.add(
            group.positions().stream()
                .limit(MOST_COPIES)
                .flatMap(at -> AuditPage.picture(samples, at, directory).stream())
                .toList());
      }
    }
    return Optional.of(
        new FactTable(
            heading,
            caption + (groups.size() > rows.size() ? " The first " + rows.size() + "." : ""),
            List.of("copies", "most frequent label"),
            rows,
            pictures));
  }

  /** Returns the images that were left out, if any. */
  public static Optional<FactTable> unreadable(List<UnreadableFile> files) {
    if (files.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new FactTable(
            "Images that were left out",
            "Images that cannot be read: %,d.%s"
                .formatted(
                    files.size(), files.size() > MOST_ROWS ? " The first " + MOST_ROWS + "." : ""),
            List.of("image", "problem"),
            files.stream()
                .limit(MOST_ROWS)
                .map(file -> List.of(file.path(), file.reason()))
                .toList()));
  }

  /** Returns what was trained. */
  public static FactTable settings(Map<String, String> settings) {
    return new FactTable(
        "What was trained",
        "Network, loss and protocol; the runs are in the same directory as this page.",
        List.of("setting", "value"),
        settings.entrySet().stream().map(e -> List.of(e.getKey(), e.getValue())).toList());
  }

  private static String percent(double share) {
    return Double.isNaN(share) ? "none" : Rate.percent(share);
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "none" : String.format(Locale.ROOT, "%.4f", value);
  }
}
