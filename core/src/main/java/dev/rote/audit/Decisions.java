package dev.rote.audit;

import dev.rote.data.Classes;
import dev.rote.data.UnreadableFile;
import dev.rote.format.AtomicFile;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decisions about labels, as {@code audit.html} exports them: a CSV file with the columns {@code
 * id,path,observed,decision,label}, in any order, of which {@code path} may be missing.
 *
 * @param source name of their file, for errors
 * @param rows in the order of the file; no two about one sample
 */
public record Decisions(String source, List<Row> rows) {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
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
                        d.label()))
            .toList();
    StringBuilder text = new StringBuilder(CsvRow.line(COLUMNS));
    rows.forEach(row -> text.append(CsvRow.line(row.stream().map(CsvRow::safe).toList())));
    AtomicFile.writeString(csv, text.toString());
  }

  private static Decision decision(Path csv, List<String> header, CsvRow row) {
    String where = "decisions %s row %d".formatted(csv, row.number());
    List<String> cells = cells(where, header, row).stream().map(CsvRow::fromSafe).toList();
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

  /**
   * How many rows of a manifest were treated in which way.
   *
   * @param unreadable rows left out because their image cannot be read
   */
  public record Applied(int kept, int relabelled, int dropped, int undecided, int unreadable) {}

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
   * @throws InputException if a decision is about a sample, path, observed label or class that the
   *     manifest does not have, {@code out} is one of the two other files or no regular file, or it
   *     cannot be written; nothing is then written
   * @throws IOException if the given files cannot be compared
   */
  public Applied apply(Path manifest, List<UnreadableFile> unreadable, Path out)
      throws IOException {
    List<CsvRow> lines = lines(manifest, "manifest", "a CSV file with the header path,label");
    requireWritable(manifest, out);
    List<CsvRow> body = new ArrayList<>(lines);
    body.removeIf(CsvRow::isBlank);
    CsvRow first = body.remove(0);
    List<String> header = first.cells();
    if (!header.contains("label") || header.stream().distinct().count() < header.size()) {
      throw new InputException(
          "manifest %s row 1: the header is '%s'; it needs the column label, and each column once"
              .formatted(manifest, String.join(",", header)));
    }
    for (CsvRow row : body) {
      var unused = cells("manifest %s row %d".formatted(manifest, row.number()), header, row);
    }
    int path = header.indexOf("path");
    int label = header.indexOf("label");
    List<String> classes = classes(header, body);
    int[] counts = new int[Decision.Action.values().length];
    Map<Long, String> texts = new HashMap<>(); // by number of the row; empty: left out
    for (Row row : rows) {
      Decision decision = row.decision();
      String where = "decisions %s row %d".formatted(source, row.number());
      if (decision.id() >= body.size()) {
        throw new InputException(
            "%s: unknown id %d; manifest %s has the ids 0 to %d"
                .formatted(where, decision.id(), manifest, body.size() - 1));
      }
      CsvRow sample = body.get((int) decision.id());
      if (path >= 0) {
        requireSame(where, manifest, decision, "path", decision.path(), sample.cells().get(path));
      }
      requireSame(
          where,
          manifest,
          decision,
          "label",
          asWritten(decision.observed(), classes),
          sample.cells().get(label));
      if (decision.action() == Decision.Action.RELABEL) {
        String name = asWritten(decision.label(), classes);
        if (!classes.contains(name)) {
          throw new InputException(
              where + ": " + Names.unknown("class", decision.label(), classes));
        }
        texts.put(sample.number(), sample.with(label, name));
      } else if (decision.action() == Decision.Action.DROP) {
        texts.put(sample.number(), "");
      }
      counts[decision.action().ordinal()]++;
    }
    int left = 0;
    for (UnreadableFile file : unreadable) {
      if (file.id() < body.size()) {
        CsvRow row = body.get((int) file.id());
        if (path >= 0
            && isSamePath(file.path(), row.cells().get(path))
            && !"".equals(texts.put(row.number(), ""))) {
          left++;
        }
      }
    }
    if (body.stream().allMatch(row -> "".equals(texts.get(row.number())))) {
      throw new InputException(
          "decisions %s drop every row of manifest %s; nothing would be left"
              .formatted(source, manifest));
    }
    StringBuilder text = new StringBuilder();
    for (CsvRow row : lines) {
      String written = texts.getOrDefault(row.number(), row.text());
      boolean isSample = !row.isBlank() && row.number() != first.number() && !written.isEmpty();
      text.append(isSample && path >= 0 ? moved(row, written, path, manifest, out) : written);
    }
    try {
      AtomicFile.write(
          out,
          stream -> {
            if (startsWithMark(manifest)) {
              stream.write(BYTE_ORDER_MARK);
            }
            stream.write(text.toString().getBytes(StandardCharsets.UTF_8));
          });
    } catch (IOException e) {
      throw InputException.cannotWrite("the corrected manifest to", out, e);
    }
    return new Applied(
        counts[Decision.Action.KEEP.ordinal()],
        counts[Decision.Action.RELABEL.ordinal()],
        counts[Decision.Action.DROP.ordinal()],
        body.size() - rows.size(),
        left);
  }

  private void requireWritable(Path manifest, Path out) throws IOException {
    for (Path given : List.of(manifest, Path.of(source))) {
      if (same(given, out)) {
        throw new InputException(
            "%s is one of the given files; name another file to write, nothing is changed in place"
                .formatted(out));
      }
    }
    Path directory = out.toAbsolutePath().normalize().getParent();
    if (directory == null || !Files.isDirectory(directory) || Files.isDirectory(out)) {
      throw new InputException(out + " is no file in a directory that exists");
    }
    if (Files.exists(out, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(out, LinkOption.NOFOLLOW_LINKS)) {
      throw new InputException(
          out + " is a device, pipe or link, which is not replaced; name a file");
    }
  }

  private static boolean startsWithMark(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK);
    }
  }

  private static List<String> classes(List<String> header, List<CsvRow> body) {
    Set<String> names = new HashSet<>();
    for (String column : List.of("label", "original_label")) {
      int at = header.indexOf(column);
      if (at >= 0) {
        body.forEach(row -> names.add(row.cells().get(at)));
      }
    }
    return Classes.of(names);
  }

  /** Returns the class that a label names; 1 names 01 where no other class is that number. */
  private static String asWritten(String label, List<String> classes) {
    if (classes.contains(label) || !Classes.areIntegers(List.of(label))) {
      return label;
    }
    BigInteger number = new BigInteger(label);
    List<String> equal =
        classes.stream()
            .filter(name -> Classes.areIntegers(List.of(name)))
            .filter(name -> new BigInteger(name).equals(number))
            .toList();
    return equal.size() == 1 ? equal.get(0) : label;
  }

  private static void requireSame(
      String where, Path manifest, Decision decision, String what, String decided, String found) {
    boolean same =
        what.equals("path")
            ? decided.isEmpty() || isSamePath(decided, found)
            : decided.equals(found);
    if (!same) {
      throw new InputException(
          "%s: sample %d has the %s '%s', but '%s' in manifest %s; these decisions are about other data"
              .formatted(where, decision.id(), what, decided, found, manifest));
    }
  }

  /** Whether an audit's path of an image, relative to its folder, is that of a manifest's row. */
  private static boolean isSamePath(String audited, String found) {
    return audited.equals(found) || Path.of(found).endsWith(Path.of(audited));
  }

  /** Returns a row whose relative path leads to the same image from the directory of the output. */
  private static String moved(CsvRow row, String text, int column, Path manifest, Path out) {
    String path = row.cells().get(column);
    Path from = manifest.toAbsolutePath().normalize().getParent();
    Path to = out.toAbsolutePath().normalize().getParent();
    if (from.equals(to) || Path.of(path).isAbsolute()) {
      return text;
    }
    String moved = AuditFiles.relative(to, from.resolve(path).normalize());
    return new CsvRow(row.number(), row.cells(), text).with(column, moved);
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
      lines = CsvRow.parseAll(Files.readAllBytes(csv), csv.toString());
    } catch (IOException e) {
      throw InputException.cannotRead(csv, e);
    }
    if (lines.stream().filter(row -> !row.isBlank()).count() < 2) {
      throw new InputException("%s %s has no rows".formatted(what, csv));
    }
    return lines;
  }
}
