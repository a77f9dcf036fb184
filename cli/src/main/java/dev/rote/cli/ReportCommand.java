package dev.rote.cli;

import dev.rote.claim.Claim;
import dev.rote.claim.Thresholds;
import dev.rote.claim.Verdict;
import dev.rote.report.Report;
import dev.rote.run.EpochTable;
import dev.rote.text.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rote report}: figures, claims and one page from the runs of studies. */
@Command(
    name = "report",
    description =
        "Writes report.html, claims.json and figures/ from the runs of one or more studies.",
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR",
      arity = "1..*",
      description = "results directories of studies, finished or not")
  private List<Path> studies;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "where the files go (default: the study's directory; needed for several)")
  private Path out;

  @Option(
      names = "--threshold",
      paramLabel = "NAME=NUMBER",
      description = "another threshold for the claims, as in saturation=0.1; repeatable")
  private List<String> thresholds = List.of();

  @Option(
      names = "--parquet",
      description = "also write epochs.parquet: a row for each run and epoch")
  private boolean parquet;

  @Mixin private Output.WithJson output;

  @Override
  public Integer call() throws IOException {
    if (out == null && studies.size() > 1) {
      throw new InputException("several studies need --out DIR for their common report");
    }
    Path target = out == null ? studies.get(0) : out;
    Report.Written written = Report.write(studies, target, Thresholds.DEFAULT.with(thresholds));
    if (parquet) {
      Path table = target.resolve("epochs.parquet");
      EpochTable.writeParquet(table, written.runs());
      output.notice("Epochs:   " + table);
    }
    print(written, output.results());
    output.json(json(written));
    return 0;
  }

  private static Map<String, Object> json(Report.Written written) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("page", written.page().toString());
    fields.put("figures", written.figures().toString());
    fields.put("claims", written.claims().stream().map(ReportCommand::json).toList());
    fields.put("gaps", written.gaps());
    return fields;
  }

  private static Map<String, Object> json(Claim claim) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("number", claim.number());
    fields.put("claim", claim.claim());
    fields.put("verdict", claim.verdict().toString());
    fields.put("summary", claim.summary());
    return fields;
  }

  /** Prints the verdicts and where the report is. */
  static void print(Report.Written written, PrintWriter text) {
    for (Claim claim : written.claims()) {
      text.printf("%d  %-19s  %s%n", claim.number(), claim.verdict(), claim.claim());
    }
    if (written.claims().stream().allMatch(c -> c.verdict() == Verdict.NOT_ENOUGH)) {
      text.println();
      text.println(
          "Nothing is decided yet. A verdict needs 3 seeds (--seed 1..3) and flat curves;\n"
              + "the report says what is missing.");
    }
    if (!written.gaps().isEmpty()) {
      text.println();
      text.printf(
          "%d gap%s, listed in the report; the first: %s%n",
          written.gaps().size(), written.gaps().size() == 1 ? "" : "s", written.gaps().get(0));
    }
    text.println();
    text.println("Report:  " + written.page());
    text.println("Figures: " + written.figures());
    text.flush();
  }
}
