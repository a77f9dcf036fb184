package dev.rote.audit;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decisions about labels, as {@code audit.html} exports them: a CSV file with the columns {@code
 * id,path,observed,decision,label}, in any order, of which {@code path} may be missing.
 *
 * @param source name of their file, for errors
 * @param rows in the order of the file; no two about one sample
 */
public record Decisions(String source, List<Row> rows) {
  private static final List<String> COLUMNS =
      List.of("id", "path", "observed", "decision", "label");

  public Decisions {
    rows = List.copyOf(rows);
  }

  /**
   * A decision and where it stands.
   *
   * @param number of the row in the file, from 1
   */
  public record Row(long number, Decision decision) {}

  /**
   * Reads {@code decisions.csv}.
   *
   * @throws InputException where the file is no such CSV, a decision is none of keep, relabel and
   *     drop, a relabelled sample gets no label, or two rows are about one sample
   */
  public static Decisions read(Path csv) {
    List<CsvRow> lines = lines(csv, "decisions", "export it from audit.html");
    List<String> header = lines.get(0).cells();
    for (String column : header) {
      if (!COLUMNS.contains(column)) {
        throw new InputException(
            "decisions " + csv + " row 1: " + Names.unknown("column", column, COLUMNS));
      }
    }
    for (String column : COLUMNS) {
      long count = header.stream().filter(column::equals).count();
      if (count > 1 || (count == 0 && !column.equals("path"))) {
        throw new InputException(
            "decisions %s row 1: the header is '%s', not %s"
                .formatted(csv, String.join(",", header), String.join(",", COLUMNS)));
      }
    }
    Map<Long, Row> decisions = new LinkedHashMap<>();
    for (CsvRow row : lines.subList(1, lines.size())) {
      Row read = new Row(row.number(), decision(csv, header, row));
      Row earlier = decisions.putIfAbsent(read.decision().id(), read);
      if (earlier != null) {
        throw new InputException(
            "decisions %s rows %d and %d are both about sample %d; leave one of them"
                .formatted(csv, earlier.number(), read.number(), read.decision().id()));
      }
    }
    return new Decisions(csv.toString(), List.copyOf(decisions.values()));
  }

  /** Replaces {@code csv} by these decisions, whole or not at all; {@link #read} reads them back. */
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
                        d.label()))
            .toList();
    AtomicFile.writeString(csv, CsvText.of(COLUMNS, rows));
  }

  private static Decision decision(Path csv, List<String> header, CsvRow row) {
    String where = "decisions %s row %d".formatted(csv, row.number());
    List<String> cells = cells(where, header, row);
    String id = cells.get(header.indexOf("id"));
    if (!id.matches("\\d{1,18}")) {
      throw new InputException("%s: id '%s' is no sample id".formatted(where, id));
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
    return switch (action) {
      case KEEP -> {
        if (!label.isEmpty() && !label.equals(observed)) {
          throw new InputException(
              "%s: keep with label '%s', but '%s' was observed; to change it, write relabel"
                  .formatted(where, label, observed));
        }
        yield new Decision(Long.parseLong(id), path, observed, action, observed);
      }
      case RELABEL -> {
        if (label.isEmpty()) {
          throw new InputException(where + ": relabel, but label is empty");
        }
        yield new Decision(Long.parseLong(id), path, observed, action, label);
      }
      case DROP -> new Decision(Long.parseLong(id), path, observed, action, "");
    };
  }

  /** How many rows of a manifest were treated in which way. */
  public record Applied(int kept, int relabelled, int dropped, int undecided) {}

  /**
   * Writes a manifest with the labels as decided: relabelled rows changed, dropped rows left out,
   * all else as it was. The manifest itself stays as it is. Where the new one lies in another
   * directory, its relative paths lead to the same images from there.
   *
   * @param manifest a CSV file with the columns {@code path} and {@code label}; a sample's id is
   *     its position among the rows, from 0
   * @param out the file to write, replaced whole or not at all
   * @throws InputException where a decision is about a sample, path, observed label or class that
   *     the manifest does not have, {@code out} is one of the two other files, or it cannot be
   *     written; nothing is
   * @throws IOException where the files given cannot be looked at
   */
  public Applied apply(Path manifest, Path out) throws IOException {
    List<CsvRow> lines = lines(manifest, "manifest", "a CSV file with the header path,label");
    List<String> header = lines.get(0).cells();
    if (!header.contains("path")
        || !header.contains("label")
        || header.stream().distinct().count() < header.size()) {
      throw new InputException(
          "manifest %s row 1: the header is '%s'; it needs path and label, once each"
              .formatted(manifest, String.join(",", header)));
    }
    List<List<String>> body = new ArrayList<>();
    for (CsvRow row : lines.subList(1, lines.size())) {
      String where = "manifest %s row %d".formatted(manifest, row.number());
      body.add(new ArrayList<>(cells(where, header, row)));
    }
    for (Path given : List.of(manifest, Path.of(source))) {
      if (same(given, out)) {
        throw new InputException(
            "%s is what was given; name another file to write, nothing is changed in place"
                .formatted(out));
      }
    }
    Path directory = out.toAbsolutePath().normalize().getParent();
    if (directory == null || !Files.isDirectory(directory) || Files.isDirectory(out)) {
      throw new InputException(out + " is no file in a directory that exists");
    }
    int path = header.indexOf("path");
    int label = header.indexOf("label");
    List<String> classes = ManifestClasses.of(header, body);
    int[] counts = new int[Decision.Action.values().length];
    boolean[] dropped = new boolean[body.size()];
    for (Row row : rows) {
      Decision decision = row.decision();
      String where = "decisions %s row %d".formatted(source, row.number());
      if (decision.id() >= body.size()) {
        throw new InputException(
            "%s: unknown id %d; manifest %s has the ids 0 to %d"
                .formatted(where, decision.id(), manifest, body.size() - 1));
      }
      List<String> sample = body.get((int) decision.id());
      requireSame(where, manifest, decision, "path", decision.path(), sample.get(path));
      requireSame(
          where,
          manifest,
          decision,
          "label",
          decision.observed(),
          ManifestClasses.canonical(sample.get(label), classes));
      if (decision.action() == Decision.Action.RELABEL) {
        String canonical = ManifestClasses.canonical(decision.label(), classes);
        if (!classes.contains(canonical)) {
          throw new InputException(
              where + ": " + Names.unknown("class", decision.label(), classes));
        }
        sample.set(label, canonical);
      }
      dropped[(int) decision.id()] = decision.action() == Decision.Action.DROP;
      counts[decision.action().ordinal()]++;
    }
    List<List<String>> written = new ArrayList<>();
    for (int i = 0; i < body.size(); i++) {
      if (!dropped[i]) {
        body.get(i).set(path, moved(body.get(i).get(path), manifest, out));
        written.add(body.get(i));
      }
    }
    if (written.isEmpty()) {
      throw new InputException(
          "decisions %s drop every row of manifest %s; nothing would be left"
              .formatted(source, manifest));
    }
    try {
      AtomicFile.writeString(out, CsvText.of(header, written));
    } catch (IOException e) {
      throw InputException.cannotWrite("the corrected manifest to", out, e);
    }
    return new Applied(
        counts[Decision.Action.KEEP.ordinal()],
        counts[Decision.Action.RELABEL.ordinal()],
        counts[Decision.Action.DROP.ordinal()],
        body.size() - rows.size());
  }

  private static void requireSame(
      String where, Path manifest, Decision decision, String what, String decided, String found) {
    boolean path = what.equals("path");
    // What was audited as a folder has whole paths in its manifest.
    if (!(decided.equals(found)
        || (path && (decided.isEmpty() || Path.of(found).endsWith(Path.of(decided)))))) {
      throw new InputException(
          "%s: sample %d has the %s '%s', but '%s' in manifest %s; these decisions are about other data"
              .formatted(where, decision.id(), what, decided, found, manifest));
    }
  }

  /** {@code path} relative to the manifest's directory, made relative to that of {@code out}. */
  private static String moved(String path, Path manifest, Path out) {
    Path from = manifest.toAbsolutePath().normalize().getParent();
    Path to = out.toAbsolutePath().normalize().getParent();
    if (from.equals(to) || Path.of(path).isAbsolute()) {
      return path;
    }
    Path image = from.resolve(path).normalize();
    return Optional.ofNullable(image.getRoot()).equals(Optional.ofNullable(to.getRoot()))
        ? to.relativize(image).toString().replace(to.getFileSystem().getSeparator(), "/")
        : image.toString();
  }

  private static boolean same(Path a, Path b) throws IOException {
    return a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize())
        || (Files.exists(a) && Files.exists(b) && Files.isSameFile(a, b));
  }

  private static List<String> cells(String where, List<String> header, CsvRow row) {
    if (row.cells().size() != header.size()) {
      throw new InputException(
          "%s has %d values under a header of %d"
              .formatted(where, row.cells().size(), header.size()));
    }
    return row.cells();
  }

  private static List<CsvRow> lines(Path csv, String what, String remedy) {
    if (!Files.isRegularFile(csv)) {
      throw new InputException("%s %s is no file; %s".formatted(what, csv, remedy));
    }
    List<CsvRow> lines;
    try {
      lines = CsvRow.parse(Files.readAllBytes(csv), csv.toString());
    } catch (IOException e) {
      throw InputException.cannotRead(csv, e);
    }
    if (lines.size() < 2) {
      throw new InputException("%s %s has no rows".formatted(what, csv));
    }
    return lines;
  }
}
