package dev.rote.cli;

import dev.rote.data.Inputs;
import dev.rote.engine.PlannedRun;
import dev.rote.engine.TimeEstimate;
import dev.rote.run.PlanFile;
import dev.rote.run.StoredRun;
import dev.rote.run.Summary;
import dev.rote.study.RunSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The table of a study: one row for each run. */
final class SummaryTable {
  private static final String NONE = "–";
  private static final String GAP = "  ";
  private static final int SHORTEST_TEXT = 6;

  /** Columns are dropped before texts become shorter than {@code symmetric(0.4)}. */
  private static final int COMFORTABLE_TEXT = 14;

  private static final String LEGEND =
      "J1, J2: training accuracy against the observed and the original labels. memorized,"
          + " corrected: shares of the altered samples. flip: first epoch from which J1 stays above"
          + " J2.";

  /** Columns that are dropped if the table is too wide, the first one first. */
  private static final List<String> DISPENSABLE =
      List.of("time", "epochs", "corrected", "flip", "test", "memorized", "seed");

  /** Columns of text: aligned to the left, and shortened if dropping columns is not enough. */
  private static final List<String> TEXT = List.of("loss", "noise", "inputs");

  /** One row: cells by column, and a remark such as a failure's reason, which may be empty. */
  record Row(Map<String, String> cells, String remark) {}

  private static final List<String> COLUMNS =
      List.of(
          "loss",
          "noise",
          "inputs",
          "seed",
          "epochs",
          "J1",
          "J2",
          "memorized",
          "corrected",
          "test",
          "flip",
          "time");

  private SummaryTable() {}

  /**
   * Prints the summaries of the planned runs, runs with the same noise together.
   *
   * @param width columns of the terminal
   */
  static void print(List<Summary> summaries, List<PlannedRun> planned, int width, PrintWriter out) {
    Map<String, Summary> byId =
        summaries.stream()
            .collect(Collectors.toMap(s -> s.run().record().id(), Function.identity()));
    List<Row> rows = new ArrayList<>();
    List<PlannedRun> ordered = new ArrayList<>(planned);
    ordered.sort(
        Comparator.comparing((PlannedRun run) -> run.spec().inputs())
            .thenComparing(run -> run.spec().noise().toString()));
    for (PlannedRun run : ordered) {
      Summary summary = byId.get(run.id());
      rows.add(summary == null ? missing(run.spec()) : row(summary));
    }
    printRows(rows, width, out);
  }

  /** Prints stored runs, finished or not. */
  static void print(List<StoredRun> runs, int width, PrintWriter out) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (StoredRun run : runs) {
      rows.add(run.epochs().isEmpty() ? missing(run.record().spec()) : row(Summary.of(run)));
    }
    printRows(rows, width, out);
  }

  private static void printRows(List<Row> rows, int width, PrintWriter out) {
    lines(rows, width).forEach(out::println);
    out.println();
    wrapped(LEGEND, "", width).forEach(out::println);
    out.flush();
  }

  /** Returns the table as lines of at most the given width, if that has room for five columns. */
  static List<String> lines(List<Row> rows, int width) {
    List<String> columns = new ArrayList<>(COLUMNS);
    if (rows.stream().allMatch(row -> row.cells().get("inputs").equals(Inputs.NONE.toString()))) {
      columns.remove("inputs");
    }
    for (String column : DISPENSABLE) {
      if (total(columns, rows, Integer.MAX_VALUE) > width
          && textWidth(columns, rows, width) < COMFORTABLE_TEXT) {
        columns.remove(column);
      }
    }
    int text = textWidth(columns, rows, width);
    List<String> lines = new ArrayList<>();
    lines.add(
        line(columns, columns.stream().collect(Collectors.toMap(c -> c, c -> c)), rows, text));
    for (Row row : rows) {
      String line = line(columns, row.cells(), rows, text);
      if (row.remark().isEmpty() || line.length() + 2 + row.remark().length() <= width) {
        lines.add((line + GAP + row.remark()).stripTrailing());
      } else {
        lines.add(line.stripTrailing());
        lines.addAll(wrapped(row.remark(), "    ", width));
      }
    }
    return lines;
  }

  private static String line(
      List<String> columns, Map<String, String> cells, List<Row> rows, int text) {
    List<String> padded = new ArrayList<>();
    for (String column : columns) {
      int cellWidth = width(column, rows, text);
      String cell = cells.get(column);
      if (TEXT.contains(column)) {
        cell = shortened(cell, cellWidth);
        padded.add(cell + " ".repeat(cellWidth - cell.length()));
      } else {
        padded.add(" ".repeat(cellWidth - cell.length()) + cell);
      }
    }
    return String.join(GAP, padded);
  }

  /** Returns how wide a column of text may be so that the line fits. */
  private static int textWidth(List<String> columns, List<Row> rows, int width) {
    if (total(columns, rows, Integer.MAX_VALUE) <= width) {
      return Integer.MAX_VALUE;
    }
    int text = width;
    while (text > SHORTEST_TEXT && total(columns, rows, text) > width) {
      text--;
    }
    return text;
  }

  private static int total(List<String> columns, List<Row> rows, int text) {
    return columns.stream().mapToInt(column -> width(column, rows, text)).sum()
        + GAP.length() * (columns.size() - 1);
  }

  private static int width(String column, List<Row> rows, int text) {
    int longest = rows.stream().mapToInt(row -> row.cells().get(column).length()).max().orElse(0);
    int all = Math.max(column.length(), longest);
    return TEXT.contains(column) ? Math.min(all, text) : all;
  }

  /** Returns the text, with its middle replaced by an ellipsis if it is too long. */
  static String shortened(String text, int width) {
    if (text.length() <= width) {
      return text;
    }
    int end = (width - 1) / 2;
    return text.substring(0, width - 1 - end) + "…" + text.substring(text.length() - end);
  }

  /** Returns the text as indented lines that break between words. */
  private static List<String> wrapped(String text, String indent, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(indent);
    for (String word : text.split(" ")) {
      if (line.length() > indent.length() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(indent.length());
      }
      line.append(line.length() > indent.length() ? " " : "").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static Row missing(RunSpec spec) {
    Map<String, String> cells = COLUMNS.stream().collect(Collectors.toMap(c -> c, c -> NONE));
    cells.put("loss", String.valueOf(spec.loss()));
    cells.put("noise", String.valueOf(spec.noise()));
    cells.put("inputs", spec.inputs().toString());
    cells.put("seed", Long.toString(spec.seed()));
    return new Row(cells, "no epoch yet");
  }

  private static Row row(Summary s) {
    var spec = s.run().record().spec();
    String remark =
        s.run().failure().isPresent()
            ? "failed: " + s.run().failure().get()
            : s.misfit().orElse(s.run().finished() ? "" : "unfinished");
    return new Row(
        Map.ofEntries(
            Map.entry("loss", String.valueOf(spec.loss())),
            Map.entry("noise", String.valueOf(spec.noise())),
            Map.entry("inputs", spec.inputs().toString()),
            Map.entry("seed", Long.toString(spec.seed())),
            Map.entry("epochs", Integer.toString(s.last().epoch())),
            Map.entry("J1", fraction(s.last().memorization().j1())),
            Map.entry("J2", fraction(s.last().memorization().j2())),
            Map.entry("memorized", fraction(s.last().memorization().memorized())),
            Map.entry("corrected", fraction(s.last().memorization().corrected())),
            Map.entry("test", fraction(s.last().test())),
            Map.entry(
                "flip",
                s.flipEpoch().isPresent() ? Integer.toString(s.flipEpoch().getAsInt()) : NONE),
            Map.entry("time", TimeEstimate.inWords(Math.round(s.seconds())))),
        remark);
  }

  /**
   * Returns studies as JSON fields: their directory, the number of planned runs, and the runs that
   * have an epoch, with the columns of summary.csv.
   */
  static Map<String, Object> json(Path directory, List<Path> studies, List<Summary> runs) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("directory", directory.toString());
    fields.put("planned", studies.stream().mapToInt(out -> PlanFile.read(out).runs().size()).sum());
    fields.put("runs", runs.stream().map(SummaryTable::json).toList());
    return fields;
  }

  private static Map<String, Object> json(Summary s) {
    var spec = s.run().record().spec();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", s.run().record().id());
    fields.put("dataset", spec.data().dataset());
    fields.put("network", String.valueOf(spec.network()));
    fields.put("loss", String.valueOf(spec.loss()));
    fields.put("noise", String.valueOf(spec.noise()));
    fields.put("inputs", spec.inputs().toString());
    fields.put("seed", spec.seed());
    fields.put("epochs", s.last().epoch());
    fields.put("j1", finite(s.last().memorization().j1()));
    fields.put("j2", finite(s.last().memorization().j2()));
    fields.put("memorized", finite(s.last().memorization().memorized()));
    fields.put("corrected", finite(s.last().memorization().corrected()));
    fields.put("test", finite(s.last().test()));
    fields.put("best_test", finite(s.bestTest()));
    fields.put("flip_epoch", s.flipEpoch().isPresent() ? s.flipEpoch().getAsInt() : null);
    fields.put("fitted", s.fit().fitted());
    fields.put("seconds", finite(s.seconds()));
    fields.put("finished", s.run().finished());
    fields.put("failure", s.run().failure().orElse(null));
    return fields;
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  static String fraction(double value) {
    return Double.isNaN(value) ? NONE : "%.3f".formatted(value);
  }
}
