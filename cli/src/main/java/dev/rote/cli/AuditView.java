package dev.rote.cli;

import dev.rote.analysis.ResultDirectories;
import dev.rote.audit.AuditFiles;
import dev.rote.audit.Decisions;
import dev.rote.engine.AuditPlan;
import dev.rote.engine.AuditReport;
import dev.rote.format.Npy;
import dev.rote.report.audit.AuditPage;
import dev.rote.report.audit.AuditTables;
import dev.rote.report.audit.FactTable;
import dev.rote.run.EpochRecord;
import dev.rote.run.StoredRun;
import dev.rote.run.StudyDirectory;
import dev.rote.text.Program;
import dev.rote.text.ShellWords;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

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
    if (report.result().transition().value().length > 0) {
      tables.add(AuditTables.transition(report.result(), report.samples().classNames()));
    }
    report.againstOriginal().map(AuditTables::knownLabels).ifPresent(tables::add);
    AuditTables.unreadable(report.source().unreadable()).ifPresent(tables::add);
    report
        .images()
        .ifPresent(
            images -> {
              Optional<Path> root = report.source().root();
              AuditTables.duplicates(images.duplicates(), report.samples(), root)
                  .ifPresent(tables::add);
              AuditTables.nearDuplicates(images.near(), report.samples(), root)
                  .ifPresent(tables::add);
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
                report.source().manifest().isPresent()
                    ? apply(report.source().manifest().get(), report.out())
                    : "",
                report.source().root(),
                AuditFiles.readDecisions(report.out(), report.samples())))
        .write(report.out().resolve(PAGE));
  }

  /** Returns the command that applies decisions; it names the audit unless it lies beside. */
  private static String apply(Path manifest, Path audit) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                Program.command(), "audit", "apply", "decisions.csv", "--manifest", "" + manifest));
    if (!audit.toAbsolutePath().equals(manifest.toAbsolutePath().getParent())) {
      words.addAll(List.of("--audit", "" + audit));
    }
    words.addAll(List.of("--out", Npy.isNpy(manifest) ? "corrected.npy" : "corrected.csv"));
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

  /**
   * Prints the figures of a finished audit and where its files are.
   *
   * @param out directory of the audit
   */
  static void print(Path out, PrintWriter text) {
    AuditFiles.read(out, AuditView::figures).forEach(text::println);
    text.println();
    text.println("Look and decide: " + out.resolve(PAGE));
    text.println("All labels, ranked: " + out.resolve(AuditFiles.SUSPECTS));
    Path decisions = out.resolve(AuditFiles.DECISIONS);
    if (!Decisions.isWithoutRows(decisions)) {
      text.printf(
          Locale.ROOT,
          "Decisions so far: %,d in %s, which are kept; the page starts with them%n",
          Decisions.read(decisions).rows().size(),
          decisions);
    }
    AuditFiles.read(out, AuditView::againstOriginal).ifPresent(text::println);
    text.flush();
  }

  private static List<String> figures(JsonNode audit) {
    List<String> lines = new ArrayList<>();
    lines.add(audit.path("verdict").asString());
    for (JsonNode estimate : audit.path("estimators")) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-18s %6.2f%%  %s",
              estimate.path("name").asString(),
              100 * estimate.path("noise_rate").asDouble(),
              estimate.path("what").asString()));
    }
    audit.path("warnings").forEach(warning -> lines.add("Warning: " + warning.asString()));
    return lines;
  }

  private static Optional<String> againstOriginal(JsonNode audit) {
    JsonNode quality = audit.path("against_original_labels");
    if (!quality.isObject()) {
      return Optional.empty();
    }
    return Optional.of(
        quality.path("wrong").asInt() == 0
            ? "Against the original labels: none is wrong"
            : String.format(
                Locale.ROOT,
                "Against the original labels: %.2f%% are wrong; AUROC %.4f, average precision %.4f,"
                    + " precision at the number of errors %.4f, right suggestions %.4f",
                100 * quality.path("rate").asDouble(),
                quality.path("auroc").asDouble(),
                quality.path("average_precision").asDouble(),
                quality.path("precision_at_wrong").asDouble(),
                quality.path("suggestion_accuracy").asDouble()));
  }

  /**
   * Prints an audit, finished or not: its figures, its networks and its files.
   *
   * @param out directory of the audit
   */
  static void show(Path out, PrintWriter text) throws IOException {
    List<Network> networks = networks(out);
    if (Files.exists(out.resolve(AuditFiles.AUDIT))) {
      print(out, text);
    } else {
      text.printf(
          "The audit is not finished: %d of %d networks are trained; repeat its command to finish it%n",
          networks.stream().filter(Network::finished).count(), networks.size());
    }
    if (!networks.isEmpty()) {
      int width = networks.stream().mapToInt(network -> network.name().length()).max().orElse(0);
      text.println();
      for (Network network : networks) {
        text.println(
            String.format(
                    Locale.ROOT,
                    "%-" + width + "s  %3d/%d epochs  %s%s",
                    network.name(),
                    network.epochs(),
                    network.of(),
                    Double.isNaN(network.heldOut())
                        ? ""
                        : "held out %.3f".formatted(network.heldOut()),
                    network.failure() == null ? "" : "failed: " + network.failure())
                .stripTrailing());
      }
    }
    text.flush();
  }

  /** Returns an audit as JSON fields. */
  static Map<String, Object> json(Path out) throws IOException {
    boolean finished = Files.exists(out.resolve(AuditFiles.AUDIT));
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("directory", out.toString());
    fields.put("finished", finished);
    fields.put("networks", networks(out));
    fields.put("audit", finished ? AuditFiles.read(out, Function.identity()) : null);
    return fields;
  }

  /**
   * A network of an audit.
   *
   * @param name of its directory
   * @param epochs number of epochs that are done
   * @param of number of epochs in all
   * @param heldOut accuracy on the samples held out, or on test images; NaN if there is none
   * @param failure why its training failed; null if it did not
   */
  record Network(
      String name, int epochs, int of, boolean finished, double heldOut, String failure) {}

  private static List<Network> networks(Path out) throws IOException {
    List<Network> networks = new ArrayList<>();
    for (Path place : ResultDirectories.networks(out)) {
      String name = out.relativize(place).toString();
      List<StoredRun> runs = StoredRun.readAll(place);
      if (runs.isEmpty()) {
        int of = StudyDirectory.identity(place).orElseThrow().protocol().epochs();
        networks.add(new Network(name, 0, of, false, Double.NaN, null));
      }
      for (StoredRun run : runs) {
        List<EpochRecord> epochs = run.epochs();
        networks.add(
            new Network(
                name,
                epochs.size(),
                run.record().spec().protocol().epochs(),
                run.finished(),
                epochs.isEmpty() ? Double.NaN : epochs.get(epochs.size() - 1).test(),
                run.failure().orElse(null)));
      }
    }
    return networks;
  }
}
