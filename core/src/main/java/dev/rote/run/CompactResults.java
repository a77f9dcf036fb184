package dev.rote.run;

import dev.rote.format.AtomicFile;
import dev.rote.memorization.Fit;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * The results of studies without samples and weights: two text files of some kilobytes a run, from
 * which the figures, tables and claims of a report can be made again. They can be sent, or kept
 * beside a paper, where run directories are too large.
 *
 * <p>{@code runs.jsonl} holds one run a line: its record, without the path of the data, and what
 * its predictions said of the fit. {@code epochs.csv} holds the rows of every run's {@code
 * epochs.csv}, with the run's id before each.
 */
public final class CompactResults {
  /** The file of the runs. */
  public static final String RUNS = "runs.jsonl";

  private static final String EPOCHS = "epochs.csv";
  private static final String HEADER = "id," + EpochsFile.HEADER;

  private CompactResults() {}

  /** A line of {@code runs.jsonl}. */
  private record Line(RunRecord record, boolean finished, Fit fit) {}

  /** Returns whether a directory holds compact results, and not runs. */
  public static boolean areIn(Path directory) {
    return Files.isRegularFile(directory.resolve(RUNS));
  }

  /** Writes the results of runs, replacing what is there. */
  public static void write(Path directory, List<Summary> runs) throws IOException {
    StringBuilder lines = new StringBuilder();
    StringBuilder rows = new StringBuilder(HEADER).append('\n');
    for (Summary summary : runs) {
      StoredRun run = summary.run();
      RunRecord record = run.record().withDataAt(Optional.empty());
      lines
          .append(Json.LINE.writeValueAsString(new Line(record, run.finished(), summary.fit())))
          .append('\n');
      run.epochs()
          .forEach(
              epoch ->
                  rows.append(record.id()).append(',').append(EpochsFile.row(epoch)).append('\n'));
    }
    Files.createDirectories(directory);
    AtomicFile.writeString(directory.resolve(EPOCHS), rows.toString());
    AtomicFile.writeString(directory.resolve(RUNS), lines.toString());
  }

  /**
   * Reads what {@link #write} wrote. The runs have no predictions, labels or weights.
   *
   * @throws InputException if a file is missing or damaged
   */
  public static List<Summary> read(Path directory) throws IOException {
    Map<String, List<EpochRecord>> epochs = epochs(directory.resolve(EPOCHS));
    List<Summary> runs = new ArrayList<>();
    Path file = directory.resolve(RUNS);
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      Line line = parse(lines.get(i), file, i + 1);
      List<EpochRecord> own = epochs.get(line.record.id());
      if (own == null) {
        throw new InputException(
            "%s line %d: the run %s has no epoch in %s"
                .formatted(file, i + 1, line.record.id(), EPOCHS));
      }
      runs.add(
          Summary.of(
              new StoredRun(
                  directory.resolve(line.record.id()),
                  line.record,
                  own,
                  line.finished,
                  Optional.empty(),
                  Optional.empty()),
              line.fit));
    }
    return List.copyOf(runs);
  }

  private static Line parse(String text, Path file, int number) {
    try {
      return Json.LINE.readValue(text, Line.class);
    } catch (JacksonException e) {
      throw new InputException(
          "%s line %d is damaged: %s"
              .formatted(file, number, e.getOriginalMessage().lines().findFirst().orElse("")),
          e);
    }
  }

  private static Map<String, List<EpochRecord>> epochs(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new InputException(file + " is missing; it belongs to " + RUNS);
    }
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
      throw new InputException(file + " does not begin with the header " + HEADER);
    }
    Map<String, List<EpochRecord>> epochs = new LinkedHashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      int comma = line.indexOf(',');
      epochs
          .computeIfAbsent(line.substring(0, Math.max(0, comma)), id -> new ArrayList<>())
          .add(EpochsFile.parse(line.substring(comma + 1), file));
    }
    return epochs;
  }
}
