package dev.rote.audit;

import dev.rote.data.Classes;
import dev.rote.data.TableFormat;
import dev.rote.data.UnreadableFile;
import dev.rote.format.AtomicFile;
import dev.rote.format.Npy;
import dev.rote.run.Json;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * What decisions make of the rows of a manifest. Nothing is written before a write is asked for.
 */
public final class Correction {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final Path manifest;
  private final Optional<CorrectedLabels> table;
  private final List<Path> given;
  private final List<CsvRow> lines;
  private final CsvRow header;

  /** Text of the rows that change, by their number; empty where a row is left out. */
  private final Map<Long, String> changed = new HashMap<>();

  /** Labels of the rows that are relabelled, by their number. */
  private final Map<Long, String> relabelled = new HashMap<>();

  private Applied applied = new Applied(0, 0, 0, 0, 0);

  /**
   * How many rows of a manifest were treated in which way; where samples carry several labels, how
   * many questions about them.
   *
   * @param unreadable rows left out because their image cannot be read
   */
  public record Applied(int kept, int relabelled, int dropped, int undecided, int unreadable) {}

  /**
   * A sample that remains, with its label as decided.
   *
   * @param id position among the rows of the manifest
   * @param path as the manifest names it
   * @param before its label in the manifest
   * @param label its label now
   */
  public record Sample(long id, String path, String before, String label) {}

  private Correction(
      Path manifest, Optional<CorrectedLabels> table, List<Path> given, List<CsvRow> lines) {
    this.manifest = manifest;
    this.table = table;
    this.given = given;
    this.lines = lines;
    this.header = lines.stream().filter(row -> !row.isBlank()).findFirst().orElseThrow();
  }

  /**
   * Applies decisions to a manifest.
   *
   * @param manifest a CSV file with the column {@code label}, and {@code path} if samples are
   *     files; or labels alone, as an array or a column of CSV; a sample's id is its position, from
   *     0
   * @param unreadable images that the audit could not read; those whose path and position are not a
   *     row's are ignored
   * @throws InputException if a decision is about a sample, path, observed label or class that the
   *     manifest does not have, or nothing would be left
   */
  public static Correction of(Decisions decisions, Path manifest, List<UnreadableFile> unreadable) {
    return of(decisions, manifest, unreadable, Optional.empty(), List.of());
  }

  /**
   * Applies decisions to a manifest whose samples may carry several labels. Decisions are then
   * about the questions of {@link MultiLabels}; a dropped question leaves the whole sample out.
   *
   * @param manifest as in {@link #of(Decisions, Path, List)}; or, with {@code sets}, a table of
   *     zeros and ones, {@code [N,K]}
   * @param sets how the column {@code label} names several labels; nothing if it names one
   * @param audited names of the classes of the audit, in the order of its labels: decisions may
   *     relabel samples as classes that no row has, and the column {@code label} may hold positions
   *     among them; empty if unknown, or with {@code sets}
   * @throws InputException as {@link #of(Decisions, Path, List)}
   */
  public static Correction of(
      Decisions decisions,
      Path manifest,
      List<UnreadableFile> unreadable,
      Optional<LabelSets> sets,
      List<String> audited) {
    List<Path> given = new ArrayList<>(List.of(manifest));
    decisions.rows().stream()
        .map(Decisions.Row::source)
        .distinct()
        .map(Path::of)
        .forEach(given::add);
    Optional<CorrectedLabels> table =
        sets.isPresent()
            ? LabelTable.read(manifest, sets.get())
            : LabelArray.read(manifest).or(() -> LabelColumn.read(manifest));
    Correction correction =
        new Correction(
            manifest,
            table,
            given,
            table
                .map(CorrectedLabels::asManifest)
                .orElseGet(
                    () ->
                        Decisions.lines(
                            manifest, "manifest", "a CSV file with the header path,label")));
    correction.apply(decisions, unreadable, sets, audited);
    return correction;
  }

  private void apply(
      Decisions decisions,
      List<UnreadableFile> unreadable,
      Optional<LabelSets> sets,
      List<String> audited) {
    List<CsvRow> body = body();
    List<String> names = header.cells();
    if (!names.contains("label") || names.stream().distinct().count() < names.size()) {
      throw new InputException(
          "manifest %s row 1: the header is '%s'; it needs the column label, and each column once"
              .formatted(manifest, String.join(",", names)));
    }
    for (CsvRow row : body) {
      var unused =
          Decisions.cells("manifest %s row %d".formatted(manifest, row.number()), names, row);
    }
    int path = names.indexOf("path");
    int label = names.indexOf("label");
    ClassNames classNames =
        sets.map(LabelSets::answers)
            .map(answers -> new ClassNames(answers, List.of(), false))
            .orElseGet(() -> ClassNames.of(names, body, audited));
    List<String> classes = classNames.all();
    int questions = sets.map(several -> several.classes().size()).orElse(1);
    int[] counts = new int[Decision.Action.values().length];
    for (Decisions.Row row : decisions.rows()) {
      Decision decision = row.decision();
      if (decision.id() / questions >= body.size()) {
        throw new InputException(
            "%s: unknown id %d; manifest %s has the ids 0 to %d"
                .formatted(
                    row.where(), decision.id(), manifest, (long) body.size() * questions - 1));
      }
      CsvRow sample = body.get((int) (decision.id() / questions));
      String cell = sample.cells().get(label);
      if (path >= 0) {
        requireSame(row, "path", decision.path(), sample.cells().get(path));
      }
      String found =
          sets.map(s -> answer(s, classes, (int) (decision.id() % questions), cell)).orElse(cell);
      requireSame(row, "label", classNames.written(decision.observed()), found);
      if (decision.action() == Decision.Action.RELABEL) {
        String name = classNames.written(decision.label());
        requireClass(row, name, classes, questions);
        String now = relabelled.getOrDefault(sample.number(), cell);
        String then =
            sets.map(
                    s ->
                        s.with(
                            now,
                            s.classes().get(classes.indexOf(name) / 2),
                            affirms(classes, name)))
                .orElse(name);
        relabelled.put(sample.number(), then);
        if (!"".equals(changed.get(sample.number()))) {
          changed.put(sample.number(), sample.with(label, then));
        }
      } else if (decision.action() == Decision.Action.DROP) {
        changed.put(sample.number(), "");
      }
      counts[decision.action().ordinal()]++;
    }
    int left = 0;
    for (UnreadableFile file : unreadable) {
      if (file.id() < body.size()) {
        CsvRow row = body.get((int) file.id());
        if (path >= 0
            && isSamePath(file.path(), row.cells().get(path))
            && !"".equals(changed.put(row.number(), ""))) {
          left++;
        }
      }
    }
    if (body.stream().noneMatch(this::remains)) {
      throw new InputException(
          "decisions %s drop every row of manifest %s; nothing would be left"
              .formatted(decisions.source(), manifest));
    }
    applied =
        new Applied(
            counts[Decision.Action.KEEP.ordinal()],
            counts[Decision.Action.RELABEL.ordinal()],
            counts[Decision.Action.DROP.ordinal()],
            Math.toIntExact((long) body.size() * questions - decisions.rows().size()),
            left);
  }

  private static String answer(LabelSets sets, List<String> answers, int question, String cell) {
    boolean carried = sets.labels(cell).contains(sets.classes().get(question));
    return answers.get(2 * question + (carried ? 1 : 0));
  }

  private static boolean affirms(List<String> answers, String name) {
    return answers.indexOf(name) % 2 == 1;
  }

  /** Refuses a class that there is not, and an answer to another question. */
  private static void requireClass(
      Decisions.Row row, String name, List<String> classes, int questions) {
    if (!classes.contains(name)) {
      throw new InputException(
          row.where() + ": " + Names.unknown("class", row.decision().label(), classes));
    }
    if (questions > 1 && classes.indexOf(name) / 2 != row.decision().id() % questions) {
      throw new InputException(
          "%s: '%s' is no answer to the question whether the sample is '%s'"
              .formatted(
                  row.where(), name, classes.get((int) (row.decision().id() % questions) * 2 + 1)));
    }
  }

  /** Returns whether a file holds labels, as an array or a column of CSV, and nothing else. */
  public static boolean holdsLabelsAlone(Path manifest) throws IOException {
    return Npy.isNpy(manifest) || LabelColumn.read(manifest).isPresent();
  }

  /** Returns how many rows were treated in which way. */
  public Applied applied() {
    return applied;
  }

  /** Returns the ids of the samples that are left out, ascending. */
  public List<Long> leftOut() {
    List<CsvRow> body = body();
    return LongStream.range(0, body.size())
        .filter(id -> !remains(body.get((int) id)))
        .boxed()
        .toList();
  }

  /** Returns the directory that relative paths of the manifest start from. */
  public Path directory() {
    return manifest.toAbsolutePath().normalize().getParent();
  }

  /**
   * Returns the samples that remain.
   *
   * @throws InputException if the manifest has no column {@code path}
   */
  public List<Sample> samples() {
    int path = header.cells().indexOf("path");
    int label = header.cells().indexOf("label");
    if (path < 0) {
      throw new InputException("manifest " + manifest + " has no column path, so no files");
    }
    List<Sample> samples = new ArrayList<>();
    List<CsvRow> body = body();
    for (int i = 0; i < body.size(); i++) {
      CsvRow row = body.get(i);
      if (remains(row)) {
        String before = row.cells().get(label);
        samples.add(
            new Sample(
                i, row.cells().get(path), before, relabelled.getOrDefault(row.number(), before)));
      }
    }
    return samples;
  }

  /**
   * Returns the paths of all rows of the manifest.
   *
   * @throws InputException if the manifest has no column {@code path}
   */
  List<String> paths() {
    int path = header.cells().indexOf("path");
    if (path < 0) {
      throw new InputException("manifest " + manifest + " has no column path, so no files");
    }
    return body().stream().map(row -> row.cells().get(path)).toList();
  }

  /** Returns the file of a sample. */
  public Path file(Sample sample) {
    try {
      return directory().resolve(sample.path()).normalize();
    } catch (InvalidPathException e) {
      throw new InputException("'%s' is not a path: %s".formatted(sample.path(), e.getReason()), e);
    }
  }

  /**
   * Writes a manifest with the labels as decided. Relabelled rows change in that cell; dropped rows
   * and those of unreadable images are left out; every other byte stays. Where the new manifest
   * lies in another directory, its relative paths lead to the same images from there. A manifest in
   * Parquet keeps its format if the name of {@code out} ends in {@code .parquet}; otherwise it
   * becomes CSV. An array, a column of labels or a table of zeros and ones stays what it is.
   *
   * @param out the file to write, replaced whole or not at all
   * @throws InputException if {@code out} is one of the given files or no regular file, or it
   *     cannot be written; nothing is then written
   */
  public void writeManifest(Path out) throws IOException {
    if (table.isPresent()) {
      requireWritable(out);
      int label = header.cells().indexOf("label");
      table
          .get()
          .write(
              out,
              body().stream()
                  .map(
                      row ->
                          remains(row)
                              ? Optional.of(
                                  relabelled.getOrDefault(row.number(), row.cells().get(label)))
                              : Optional.<String>empty())
                  .toList());
      return;
    }
    if (!out.toString().endsWith(".parquet")) {
      write(out, "path");
      return;
    }
    requireWritable(out);
    if (!TableFormat.isParquet(manifest)) {
      throw new InputException(
          "manifest %s is not Parquet, so it cannot be written as %s; name a .csv file"
              .formatted(manifest, out));
    }
    int path = header.cells().indexOf("path");
    List<CsvRow> body = body();
    AtomicFile.writePath(
        out,
        partial ->
            TableFormat.parquet()
                .rewrite(
                    manifest,
                    partial,
                    i -> {
                      CsvRow row = body.get((int) i);
                      if (!remains(row)) {
                        return Optional.empty();
                      }
                      Map<String, String> cells = new HashMap<>();
                      if (relabelled.containsKey(row.number())) {
                        cells.put("label", relabelled.get(row.number()));
                      }
                      if (path >= 0) {
                        String there = movedPath(row.cells().get(path), out);
                        if (!there.equals(row.cells().get(path))) {
                          cells.put("path", there);
                        }
                      }
                      return Optional.of(cells);
                    }));
  }

  /**
   * Writes {@code metadata.csv} of a Hugging Face {@code imagefolder}: the manifest as {@link
   * #writeManifest} writes it, with {@code file_name} for {@code path}. If {@code out} ends in
   * {@code .jsonl}, writes each row as a JSON object instead.
   *
   * @throws InputException as {@link #writeManifest}; also if a file is not below the directory of
   *     {@code out}, as the format requires
   */
  public void writeMetadata(Path out) throws IOException {
    Path directory = out.toAbsolutePath().normalize().getParent();
    for (Sample sample : samples()) {
      if (!file(sample).startsWith(directory)) {
        throw new InputException(
            "%s is not below %s; metadata.csv lists files of its own folder, so write it to the folder of the images"
                .formatted(file(sample), directory));
      }
    }
    if (out.toString().endsWith(".jsonl")) {
      writeJsonLines(out, directory);
    } else {
      write(out, "file_name");
    }
  }

  private void writeJsonLines(Path out, Path directory) throws IOException {
    requireWritable(out);
    List<String> names = header.cells();
    List<CsvRow> body = body();
    StringBuilder text = new StringBuilder();
    for (Sample sample : samples()) {
      Map<String, String> row = new LinkedHashMap<>();
      row.put("file_name", AuditFiles.relative(directory, file(sample)));
      List<String> cells = body.get((int) sample.id()).cells();
      for (int c = 0; c < names.size(); c++) {
        if (!names.get(c).equals("path")) {
          row.put(names.get(c), names.get(c).equals("label") ? sample.label() : cells.get(c));
        }
      }
      text.append(Json.LINE.writeValueAsString(row)).append('\n');
    }
    AtomicFile.writeString(out, text.toString());
  }

  private void write(Path out, String pathColumn) throws IOException {
    requireWritable(out);
    int path = header.cells().indexOf("path");
    StringBuilder text = new StringBuilder();
    for (CsvRow row : lines) {
      String written = changed.getOrDefault(row.number(), row.text());
      if (row.number() == header.number()) {
        text.append(path >= 0 ? row.with(path, pathColumn) : written);
      } else if (row.isBlank() || written.isEmpty() || path < 0) {
        text.append(written);
      } else {
        text.append(moved(row, written, path, out));
      }
    }
    writeText(out, manifest, text.toString());
  }

  /** Writes text with a byte order mark if the file that it comes from has one. */
  static void writeText(Path out, Path from, String text) {
    try {
      AtomicFile.write(
          out,
          stream -> {
            if (startsWithMark(from)) {
              stream.write(BYTE_ORDER_MARK);
            }
            stream.write(text.getBytes(StandardCharsets.UTF_8));
          });
    } catch (IOException e) {
      throw InputException.cannotWrite("the corrected manifest to", out, e);
    }
  }

  /**
   * Refuses to write over what was given, and where nothing can be written.
   *
   * @throws InputException if {@code out} is a given file, or no file in a directory that exists
   */
  void requireWritable(Path out) throws IOException {
    for (Path file : given) {
      if (same(file, out)) {
        throw new InputException(
            "%s is one of the given files; name another file to write, nothing is changed in place"
                .formatted(out));
      }
    }
    Path directory = out.toAbsolutePath().normalize().getParent();
    if (directory == null || !Files.isDirectory(directory) || Files.isDirectory(out)) {
      throw new InputException("cannot write " + out + ": name a file in a directory that exists");
    }
  }

  private List<CsvRow> body() {
    return lines.stream().filter(row -> !row.isBlank() && row.number() != header.number()).toList();
  }

  private boolean remains(CsvRow row) {
    return !"".equals(changed.get(row.number()));
  }

  private static boolean startsWithMark(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK);
    }
  }

  /**
   * How a manifest writes the classes that decisions name.
   *
   * @param found the classes that its rows have
   * @param audited the classes of the audit; empty if unknown
   * @param positions whether rows have the positions of these instead of their names
   */
  private record ClassNames(List<String> found, List<String> audited, boolean positions) {
    static ClassNames of(List<String> header, List<CsvRow> body, List<String> audited) {
      Set<String> found = new HashSet<>();
      for (String column : List.of("label", "original_label")) {
        int at = header.indexOf(column);
        if (at >= 0) {
          body.forEach(row -> found.add(row.cells().get(at)));
        }
      }
      // as LabelFile takes them: names, or else positions
      boolean positions =
          !audited.containsAll(found)
              && found.stream()
                  .allMatch(
                      cell -> cell.matches("\\d{1,9}") && Integer.parseInt(cell) < audited.size());
      return new ClassNames(Classes.of(found), audited, positions);
    }

    /** Returns the classes that rows may have. */
    List<String> all() {
      Set<String> all = new LinkedHashSet<>(found);
      audited.forEach(name -> all.add(written(name)));
      return List.copyOf(all);
    }

    /** Returns a class as rows have it; 1 names 01 where no other class is that number. */
    String written(String decided) {
      String name =
          positions && audited.contains(decided)
              ? Integer.toString(audited.indexOf(decided))
              : decided;
      if (found.contains(name) || !Classes.areIntegers(List.of(name))) {
        return name;
      }
      BigInteger number = new BigInteger(name);
      List<String> equal =
          found.stream()
              .filter(other -> Classes.areIntegers(List.of(other)))
              .filter(other -> new BigInteger(other).equals(number))
              .toList();
      return equal.size() == 1 ? equal.get(0) : name;
    }
  }

  private void requireSame(Decisions.Row row, String what, String decided, String found) {
    boolean same =
        what.equals("path")
            ? decided.isEmpty() || isSamePath(decided, found)
            : decided.equals(found);
    if (!same) {
      throw new InputException(
          "%s: sample %d has the %s '%s', but '%s' in manifest %s; these decisions are about other data"
              .formatted(row.where(), row.decision().id(), what, decided, found, manifest));
    }
  }

  /** Returns whether an audit's path of an image, relative to its folder, is that of a row. */
  private static boolean isSamePath(String audited, String found) {
    return audited.equals(found) || Path.of(found).endsWith(Path.of(audited));
  }

  /** Returns a row whose relative path leads to the same image from the directory of the output. */
  private String moved(CsvRow row, String text, int column, Path out) {
    String path = row.cells().get(column);
    String moved = movedPath(path, out);
    return moved.equals(path)
        ? text
        : new CsvRow(row.number(), row.cells(), text).with(column, moved);
  }

  private String movedPath(String path, Path out) {
    Path from = directory();
    Path to = out.toAbsolutePath().normalize().getParent();
    return from.equals(to) || Path.of(path).isAbsolute()
        ? path
        : AuditFiles.relative(to, from.resolve(path).normalize());
  }

  private static boolean same(Path a, Path b) throws IOException {
    return a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize())
        || (Files.exists(a) && Files.exists(b) && Files.isSameFile(a, b));
  }
}
