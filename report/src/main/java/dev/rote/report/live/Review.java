package dev.rote.report.live;

import dev.rote.audit.AuditFiles;
import dev.rote.audit.Decision;
import dev.rote.audit.Decisions;
import dev.rote.report.page.PageJson;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The decisions about the labels of one audit: {@code decisions.csv}, replaced as a whole, and
 * {@code decisions-history.jsonl}, to which every change is appended with its time and its author.
 *
 * <p>Several people may decide at once. A change states the decision that its author saw; if
 * another decision was made meanwhile, the change is refused.
 */
final class Review {
  private static final String HISTORY = "decisions-history.jsonl";
  private static final int LONGEST_NAME = 60;
  private static final int LONGEST_NOTE = 500;

  private final Path out;
  private final Map<Long, Sample> samples = new HashMap<>();
  private final List<String> classes = new ArrayList<>();
  private final boolean severalLabels;
  private final Map<Long, Made> decisions = new TreeMap<>();

  private record Sample(String path, String observed) {}

  /** A decision, as the page knows it: action, label (empty if dropped), note and author. */
  record Made(String action, String label, String note, String who) {}

  /**
   * A change that a page asks for.
   *
   * @param action keep, relabel or drop; empty withdraws the decision
   * @param before action that was decided before; empty for none
   * @param labelBefore label that was decided before; empty for none
   */
  record Change(
      long id, String action, String label, String note, String before, String labelBefore) {}

  /** What a page sends. */
  record Request(String who, List<Change> changes) {}

  /**
   * The answer to a request: the decisions about its samples, and which changes were refused
   * because others came first.
   */
  record Answer(Map<Long, Made> decisions, List<Long> refused) {}

  private record Entry(
      String time,
      String who,
      long id,
      String action,
      String label,
      String note,
      String before,
      String labelBefore) {}

  /**
   * Reads an audit's samples and existing decisions.
   *
   * @throws InputException if a file is missing or damaged
   */
  Review(Path out) {
    this.out = out;
    Path suspects = out.resolve(AuditFiles.SUSPECTS);
    try {
      List<CsvRow> rows = CsvRow.parse(Files.readAllBytes(suspects), suspects.toString());
      List<String> header = rows.isEmpty() ? List.of() : rows.get(0).cells();
      int id = header.indexOf("id");
      int path = header.indexOf("path");
      int observed = header.indexOf("observed");
      if (id < 0 || path < 0 || observed < 0) {
        throw new InputException(suspects + " does not have the columns id, path and observed");
      }
      for (CsvRow row : rows.subList(1, rows.size())) {
        List<String> cells = row.cells();
        samples.put(
            Long.parseLong(cells.get(id)),
            new Sample(CsvRow.fromSafe(cells.get(path)), CsvRow.fromSafe(cells.get(observed))));
      }
      classes.addAll(AuditFiles.readClassNames(out));
      severalLabels = AuditFiles.readLabelSets(out).isPresent();
    } catch (IOException e) {
      throw InputException.cannotRead(suspects, e);
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new InputException(suspects + " is damaged: " + e.getMessage(), e);
    }
    if (!Decisions.isWithoutRows(out.resolve(AuditFiles.DECISIONS))) {
      for (Decisions.Row row : Decisions.read(out.resolve(AuditFiles.DECISIONS)).rows()) {
        Decision d = row.decision();
        decisions.put(d.id(), new Made(d.action().toString(), d.label(), d.note(), ""));
      }
    }
  }

  /** Returns all decisions. */
  synchronized Map<Long, Made> decisions() {
    return new TreeMap<>(decisions);
  }

  /**
   * Makes changes and writes them to the disk.
   *
   * @throws InputException if one names an unknown sample, class or action; nothing is changed then
   */
  synchronized Answer change(Request request) throws IOException {
    if (request == null || request.changes() == null || request.changes().contains(null)) {
      throw new InputException("the request has no changes");
    }
    String who = line(request.who() == null ? "" : request.who(), LONGEST_NAME);
    for (Change change : request.changes()) {
      check(change);
    }
    Map<Long, Made> answer = new TreeMap<>();
    List<Long> refused = new ArrayList<>();
    StringBuilder history = new StringBuilder();
    Map<Long, Made> next = new TreeMap<>(decisions);
    for (Change change : request.changes()) {
      Made now = next.getOrDefault(change.id(), new Made("", "", "", ""));
      if (now.action().equals(change.before()) && now.label().equals(change.labelBefore())) {
        Made made =
            new Made(change.action(), change.label(), line(change.note(), LONGEST_NOTE), who);
        if (change.action().isEmpty()) {
          next.remove(change.id());
        } else {
          next.put(change.id(), made);
        }
        answer.put(change.id(), made);
        history
            .append(
                PageJson.of(
                    new Entry(
                        Instant.now().toString(),
                        who,
                        change.id(),
                        change.action(),
                        change.label(),
                        made.note(),
                        now.action(),
                        now.label())))
            .append('\n');
      } else {
        refused.add(change.id());
        answer.put(change.id(), now);
      }
    }
    if (history.length() > 0) {
      Decisions.write(out.resolve(AuditFiles.DECISIONS), rows(next));
      Files.writeString(
          out.resolve(HISTORY), history, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      decisions.clear();
      decisions.putAll(next);
    }
    return new Answer(answer, refused);
  }

  private void check(Change change) {
    Sample sample = samples.get(change.id());
    if (sample == null) {
      throw new InputException("the audit has no sample " + change.id());
    }
    if (change.action() == null
        || change.label() == null
        || change.note() == null
        || change.before() == null
        || change.labelBefore() == null) {
      throw new InputException("a decision about sample " + change.id() + " lacks a value");
    }
    boolean fits =
        switch (change.action()) {
          case "keep" -> change.label().equals(sample.observed());
          case "relabel" -> isChoice(sample.observed(), change.label());
          case "drop", "" -> change.label().isEmpty();
          default -> false;
        };
    if (!fits) {
      throw new InputException(
          "decision '%s' with label '%s' does not fit sample %d"
              .formatted(change.action(), change.label(), change.id()));
    }
  }

  /** Where samples carry several labels, each question has its own two answers. */
  private boolean isChoice(String observed, String label) {
    int chosen = classes.indexOf(label);
    return chosen >= 0 && (!severalLabels || chosen / 2 == classes.indexOf(observed) / 2);
  }

  private List<Decision> rows(Map<Long, Made> from) {
    List<Decision> rows = new ArrayList<>();
    from.forEach(
        (id, made) -> {
          Sample sample = samples.get(id);
          rows.add(
              new Decision(
                  id,
                  sample.path(),
                  sample.observed(),
                  Decision.Action.valueOf(made.action().toUpperCase(Locale.ROOT)),
                  made.label(),
                  made.note()));
        });
    return rows;
  }

  /** Returns text as one line of limited length. */
  private static String line(String text, int longest) {
    String line = text.replaceAll("\\p{Cntrl}", " ").strip();
    return line.substring(0, Math.min(longest, line.length()));
  }
}
