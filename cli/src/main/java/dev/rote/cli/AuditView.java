package dev.rote.cli;

import dev.rote.audit.AuditFiles;
import dev.rote.audit.AuditResult;
import dev.rote.audit.DetectionQuality;
import dev.rote.audit.Estimate;
import dev.rote.engine.AuditPlan;
import dev.rote.engine.AuditReport;
import dev.rote.report.audit.AuditPage;
import dev.rote.report.audit.AuditTables;
import dev.rote.report.audit.FactTable;
import dev.rote.text.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Shows what an audit found: on the console and as {@code audit.html}. */
final class AuditView {
  private static final String PAGE = "audit.html";

  private AuditView() {}

  /**
   * Writes {@code audit.html}.
   *
   * @param embedded number of the most suspect samples whose images are embedded
   * @param arguments of the command line that makes the page again
   */
  static void writePage(AuditReport report, int embedded, List<String> arguments)
      throws IOException {
    List<FactTable> tables = new ArrayList<>();
    if (report.result().fitted()) {
      tables.add(AuditTables.transition(report.result(), report.samples().classNames()));
    }
    report.againstOriginal().map(AuditTables::knownLabels).ifPresent(tables::add);
    report
        .images()
        .ifPresent(
            images -> {
              Optional<Path> root = report.source().root();
              AuditTables.duplicates(images.duplicates(), report.samples(), root)
                  .ifPresent(tables::add);
              AuditTables.nearDuplicates(images.near(), report.samples(), root)
                  .ifPresent(tables::add);
              AuditTables.unreadable(images.unreadable()).ifPresent(tables::add);
              tables.add(AuditTables.settings(images.settings().inWords(images.loss())));
            });
    List<String> again = new ArrayList<>(List.of(Program.command()));
    again.addAll(arguments);
    AuditPage.of(
            report.title(),
            report.result(),
            report.samples(),
            embedded,
            tables,
            new AuditPage.Use(
                ShellWords.line(again),
                report
                    .source()
                    .manifest()
                    .map(manifest -> apply(manifest, report.out()))
                    .orElse(""),
                report.source().root()))
        .write(report.out().resolve(PAGE));
  }

  /** Returns the command that applies decisions; it names the audit unless it lies beside. */
  private static String apply(Path manifest, Path audit) {
    List<String> words =
        new ArrayList<>(
            List.of(
                Program.command(), "audit", "apply", "decisions.csv", "--manifest", "" + manifest));
    if (!audit.toAbsolutePath().equals(manifest.toAbsolutePath().getParent())) {
      words.addAll(List.of("--audit", "" + audit));
    }
    words.addAll(List.of("--out", "corrected.csv"));
    return ShellWords.line(words);
  }

  /** Prints what an audit would do. */
  static void print(AuditPlan plan, PrintWriter text) {
    text.printf(Locale.ROOT, "%,d images of %d classes%n", plan.images(), plan.classNames().size());
    text.println(plan.settings().explanation());
    plan.settings()
        .inWords(plan.loss())
        .forEach((name, value) -> text.printf("  %-12s  %s%n", name, value));
    plan.warnings().forEach(warning -> text.println("Warning: " + warning));
    text.flush();
  }

  /** Returns what an audit would do as JSON fields. */
  static Map<String, Object> json(AuditPlan plan) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("images", plan.images());
    fields.put("class_names", plan.classNames());
    fields.put("explanation", plan.settings().explanation());
    fields.put("settings", plan.settings().inWords(plan.loss()));
    fields.put("warnings", plan.warnings());
    return fields;
  }

  /** Prints the figures and where the files are. */
  static void print(AuditReport report, PrintWriter text) {
    AuditResult result = report.result();
    text.println();
    text.println(result.verdict());
    for (Estimate estimate : result.estimates()) {
      text.printf(
          Locale.ROOT,
          "  %-18s %6.2f%%  %s%n",
          estimate.name(),
          100 * estimate.rate().value(),
          estimate.what());
    }
    result.warnings().forEach(warning -> text.println("Warning: " + warning));
    text.println();
    text.println("Look and decide: " + report.out().resolve(PAGE));
    text.println("All labels, ranked: " + report.out().resolve(AuditFiles.SUSPECTS));
    report.againstOriginal().ifPresent(quality -> text.println(againstOriginal(quality)));
    text.flush();
  }

  private static String againstOriginal(DetectionQuality quality) {
    return quality.wrong() == 0
        ? "Against the original labels: none is wrong"
        : String.format(
            Locale.ROOT,
            "Against the original labels: %.2f%% are wrong; AUROC %.4f, average precision %.4f,"
                + " precision at the number of errors %.4f, right suggestions %.4f",
            100 * quality.rate(),
            quality.auroc(),
            quality.averagePrecision(),
            quality.precisionAtWrong(),
            quality.suggestionAccuracy());
  }
}
