package dev.rote.audit;

import dev.rote.data.TableFormat;
import dev.rote.data.UnreadableFile;
import dev.rote.format.AtomicFile;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Decisions about labels, as {@code audit.html} exports them: a CSV file with the columns {@code
 * id,path,observed,decision,label,note}, in any order, of which {@code path} and {@code note} may
 * be missing.
 *
 * @param source name of their file, for errors
 * @param rows in the order of the file; no two about one sample
 */
public record Decisions(String source, List<Row> rows) {
  private static final List<String> COLUMNS =
      List.of("id", "path", "observed", "decision", "label", "note");

  private static final List<String> OPTIONAL = List.of("path", "note");

  public Decisions {
    rows = List.copyOf(rows);
  }

  /**
   * A decision and where it stands.
   *
   * @param source name of the file
   * @param number of the row in the file, from 1
   */
  public record Row(String source, long number, Decision decision) {
    /** Returns the place, for errors. */
    String where() {
      return "decisions %s row %d".formatted(source, number);
    }

    private String inWords() {
      String label =
          decision.action() == Decision.Action.RELABEL ? " as '" + decision.label() + "'" : "";
      String note = decision.note().isEmpty() ? "" : " (" + decision.note() + ")";
      return "%s says %s%s%s".formatted(source, decision.action(), label, note);
    }
  }

  /**
   * Reads {@code decisions.csv}.
   *
   * @throws InputException where the file is not such a CSV, a decision is none of keep, relabel
   *     and drop, a relabelled sample gets no label, or two rows are about one sample
   */
  public static Decisions read(Path csv) {
    List<CsvRow> lines =
        lines(csv, "decisions", "export it from audit.html").stream()
            .filter(row -> !row.isBlank())
            .toList();
    List<String> header = lines.get(0).cells();
    for (String column : header) {
      if (!COLUMNS.contains(column)) {
        throw new InputException(
            "decisions " + csv + " row 1: " + Names.unknown("column", column, COLUMNS));
      }
    }
    for (String column : COLUMNS) {
      long count = header.stream().filter(column::equals).count();
      if (count > 1 || (count == 0 && !OPTIONAL.contains(column))) {
        throw new InputException(
            "decisions %s row 1: the header is '%s', not %s"
                .formatted(csv, String.join(",", header), String.join(",", COLUMNS)));
      }
    }
    Map<Long, Row> decisions = new LinkedHashMap<>();
    for (CsvRow row : lines.subList(1, lines.size())) {
      Row read = new Row(csv.toString(), row.number(), decision(csv, header, row));
      Row earlier = decisions.putIfAbsent(read.decision().id(), read);
      if (earlier != null) {
        throw new InputException(
            "decisions %s rows %d and %d are both about sample %d; leave one of them"
                .formatted(csv, earlier.number(), read.number(), read.decision().id()));
      }
    }
    return new Decisions(csv.toString(), List.copyOf(decisions.values()));
  }

  /**
   * Replaces {@code csv} by these decisions, whole or not at all; {@link #read} reads them back.
   */
  public static void write(Path csv, List<Decision> decisions) throws IOException {
    List<List<String>> rows =
        decisions.stream()
            .map(
                d ->
                    List.of(
                        Long.toString(d.id()),
                        d.path(),
                        d.observed(),
                        d.action().toString(),
                        d.label(),
                        d.note()))
            .toList();
    StringBuilder text = new StringBuilder(CsvRow.line(COLUMNS));
    rows.forEach(row -> text.append(CsvRow.line(row.stream().map(CsvRow::safe).toList())));
    AtomicFile.writeString(csv, text.toString());
  }

  /**
   * Returns whether a file of decisions is missing or has a header only, which remains when all
   * decisions have been withdrawn.
   *
   * @throws InputException if it cannot be read
   */
  public static boolean isWithoutRows(Path csv) {
    try {
      return !Files.exists(csv) || CsvRow.parse(Files.readAllBytes(csv), csv.toString()).size() < 2;
    } catch (IOException e) {
      throw InputException.cannotRead(csv, e);
    }
  }

  private static Decision decision(Path csv, List<String> header, CsvRow row) {
    String where = "decisions %s row %d".formatted(csv, row.number());
    List<String> cells = cells(where, header, row).stream().map(CsvRow::fromSafe).toList();
    String id = cells.get(header.indexOf("id"));
    if (!id.matches("\\d{1,18}")) {
      throw new InputException("%s: id '%s' is not a sample id".formatted(where, id));
    }
    String path = header.contains("path") ? cells.get(header.indexOf("path")) : "";
    String observed = cells.get(header.indexOf("observed"));
    if (observed.isEmpty()) {
      throw new InputException(where + ": observed is empty");
    }
    String word = cells.get(header.indexOf("decision"));
    Decision.Action action =
        Arrays.stream(Decision.Action.values())
            .filter(a -> a.toString().equals(word))
            .findFirst()
            .orElseThrow(
                () ->
                    new InputException(
                        where
                            + ": "
                            + Names.unknown("decision", word, List.of("keep", "relabel", "drop"))));
    String label = cells.get(header.indexOf("label"));
    String note = header.contains("note") ? cells.get(header.indexOf("note")) : "";
    return switch (action) {
      case KEEP -> {
        if (!label.isEmpty() && !label.equals(observed)) {
          throw new InputException(
              "%s: keep with label '%s', but '%s' was observed; to change it, write relabel"
                  .formatted(where, label, observed));
        }
        yield new Decision(Long.parseLong(id), path, observed, action, observed, note);
      }
      case RELABEL -> {
        if (label.isEmpty()) {
          throw new InputException(where + ": relabel, but label is empty");
        }
        yield new Decision(Long.parseLong(id), path, observed, action, label, note);
      }
      case DROP -> new Decision(Long.parseLong(id), path, observed, action, "", note);
    };
  }

  /**
   * Decisions of several reviewers as one.
   *
   * @param decisions those that agree, or that one reviewer made alone
   * @param conflicts a line for each sample that reviewers decided about differently; it counts as
   *     not decided
   */
  public record Merged(Decisions decisions, List<String> conflicts) {
    public Merged {
      conflicts = List.copyOf(conflicts);
    }
  }

  /** Returns decisions of several files as one, in the order of the sample ids. */
  public static Merged merge(List<Decisions> files) {
    SortedMap<Long, List<Row>> bySample = new TreeMap<>();
    for (Decisions file : files) {
      for (Row row : file.rows()) {
        bySample.computeIfAbsent(row.decision().id(), id -> new ArrayList<>()).add(row);
      }
    }
    List<Row> agreed = new ArrayList<>();
    List<String> conflicts = new ArrayList<>();
    bySample.forEach(
        (id, made) -> {
          Set<String> answers = new LinkedHashSet<>();
          made.forEach(row -> answers.add(row.decision().action() + row.decision().label()));
          if (answers.size() == 1) {
            agreed.add(made.get(0));
          } else {
            conflicts.add(
                "sample %d%s: %s"
                    .formatted(
                        id,
                        made.get(0).decision().path().isEmpty()
                            ? ""
                            : " (" + made.get(0).decision().path() + ")",
                        made.stream().map(Row::inWords).collect(Collectors.joining(", "))));
          }
        });
    String source = String.join(", ", files.stream().map(Decisions::source).toList());
    return new Merged(new Decisions(source, agreed), conflicts);
  }

  /**
   * Writes a manifest with the labels as decided. Relabelled rows change in that cell; dropped rows
   * and those of unreadable images are left out; every other byte stays. Where the new manifest
   * lies in another directory, its relative paths lead to the same images from there. The manifest
   * itself does not change.
   *
   * @param manifest a CSV file with the column {@code label}, and {@code path} if samples are
   *     files; a sample's id is its position among the rows, from 0
   * @param unreadable images that the audit could not read; those whose path and position are not a
   *     row's are ignored
   * @param out the file to write, replaced whole or not at all
   * @return how many rows were treated in which way
   * @throws InputException if a decision is about a sample, path, observed label or class that the
   *     manifest does not have, {@code out} is one of the two other files or no regular file, or it
   *     cannot be written; nothing is then written
   * @throws IOException if the given files cannot be compared
   */
  public Correction.Applied apply(Path manifest, List<UnreadableFile> unreadable, Path out)
      throws IOException {
    Correction correction = Correction.of(this, manifest, unreadable);
    correction.writeManifest(out);
    return correction.applied();
  }

  static List<String> cells(String where, List<String> header, CsvRow row) {
    if (row.cells().size() != header.size()) {
      throw new InputException(
          "%s has %d values under a header of %d"
              .formatted(where, row.cells().size(), header.size()));
    }
    return row.cells();
  }

  static List<CsvRow> lines(Path csv, String what, String remedy) {
    if (!Files.isRegularFile(csv)) {
      throw new InputException("%s %s is not a file; %s".formatted(what, csv, remedy));
    }
    List<CsvRow> lines = new ArrayList<>();
    try {
      TableFormat.forEachRow(csv, lines::add);
    } catch (IOException e) {
      throw InputException.cannotRead(csv, e);
    }
    if (lines.stream().filter(row -> !row.isBlank()).count() < 2) {
      throw new InputException("%s %s has no rows".formatted(what, csv));
    }
    return lines;
  }
}
