package dev.rote.cli;

import dev.rote.engine.PlannedRun;
import dev.rote.engine.TimeEstimate;
import dev.rote.run.Summary;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The end of a study: a row a run. */
final class SummaryTable {
  private static final String[] HEADER = {
    "loss",
    "noise",
    "seed",
    "epochs",
    "J1",
    "J2",
    "memorized",
    "corrected",
    "test",
    "flip",
    "time",
    ""
  };

  private SummaryTable() {}

  /** Prints the summaries of the planned runs, runs with the same noise together. */
  static void print(List<Summary> summaries, List<PlannedRun> planned, PrintWriter out) {
    Map<String, Summary> byId =
        summaries.stream()
            .collect(Collectors.toMap(s -> s.run().record().id(), Function.identity()));
    List<String[]> rows = new ArrayList<>();
    rows.add(HEADER);
    List<PlannedRun> ordered = new ArrayList<>(planned);
    ordered.sort(Comparator.comparing(run -> run.spec().noise().toString()));
    for (PlannedRun run : ordered) {
      Summary summary = byId.get(run.id());
      rows.add(summary == null ? missing(run) : row(summary));
    }
    int[] widths = new int[HEADER.length];
    for (String[] row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row[c].length());
      }
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        boolean left = c < 2 || c == widths.length - 1;
        line.append(String.format((left ? "%-" : "%") + Math.max(1, widths[c]) + "s  ", row[c]));
      }
      out.println(line.toString().stripTrailing());
    }
    out.println();
    out.println(
        "J1, J2: training accuracy against the observed and the original labels. memorized,"
            + " corrected:");
    out.println("shares of the altered samples. flip: first epoch from which J1 stays above J2.");
  }

  private static String[] missing(PlannedRun run) {
    String[] row = new String[HEADER.length];
    java.util.Arrays.fill(row, "–");
    row[0] = run.spec().loss().toString();
    row[1] = run.spec().noise().toString();
    row[2] = Long.toString(run.spec().seed());
    row[row.length - 1] = "no epoch yet";
    return row;
  }

  private static String[] row(Summary s) {
    var spec = s.run().record().spec();
    String note =
        s.run().failure().isPresent()
            ? "failed: " + s.run().failure().get()
            : !s.fit().fitted() ? s.fit().reason() : s.run().finished() ? "" : "unfinished";
    return new String[] {
      spec.loss().toString(),
      spec.noise().toString(),
      Long.toString(spec.seed()),
      Integer.toString(s.last().epoch()),
      fraction(s.last().j1()),
      fraction(s.last().j2()),
      fraction(s.last().memorized()),
      fraction(s.last().corrected()),
      fraction(s.last().test()),
      s.flipEpoch().isPresent() ? Integer.toString(s.flipEpoch().getAsInt()) : "–",
      TimeEstimate.inWords(Math.round(s.seconds())),
      note
    };
  }

  static String fraction(double value) {
    return Double.isNaN(value) ? "–" : "%.3f".formatted(value);
  }
}
