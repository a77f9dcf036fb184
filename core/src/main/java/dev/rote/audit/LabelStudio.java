package dev.rote.audit;

import dev.rote.format.AtomicFile;
import dev.rote.run.Json;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import dev.rote.text.Markup;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Label Studio's JSON: suspects of an audit as tasks with predictions, and annotations as
 * decisions. A task's {@code data} holds the URL of its image and what the audit knows of the
 * sample.
 *
 * @see <a href="https://labelstud.io/guide/task_format">the format</a>
 */
public final class LabelStudio {
  private static final String CONTROL = "label";
  private static final String OBJECT = "image";
  private static final String MODEL = "rote";

  private LabelStudio() {}

  /**
   * Writes tasks for the most suspect samples of an audit, the most suspect first. Each has the
   * suggested class as prediction, with the probability that the label is wrong as its score.
   *
   * @param audit directory of the audit
   * @param root directory that the audit's paths are relative to
   * @param documents the directory that Label Studio serves local files from ({@code
   *     LOCAL_FILES_DOCUMENT_ROOT})
   * @param most number of tasks at most
   * @return number of tasks
   * @throws InputException if the audit has no files, or one lies outside of {@code documents}
   */
  public static int writeTasks(Path audit, Path root, Path documents, int most, Path out)
      throws IOException {
    Path suspects = audit.resolve(AuditFiles.SUSPECTS);
    List<CsvRow> rows = CsvRow.parse(Files.readAllBytes(suspects), suspects.toString());
    List<String> header = rows.get(0).cells();
    List<Map<String, Object>> tasks = new ArrayList<>();
    Path served = documents.toAbsolutePath().normalize();
    for (CsvRow row : rows.subList(1, Math.min(rows.size(), 1 + most))) {
      String path = value(header, row, "path");
      if (path.isEmpty()) {
        throw new InputException(
            audit
                + " knows no paths of its samples; audit with a --manifest that has the column"
                + " path");
      }
      Path file = root.toAbsolutePath().resolve(path).normalize();
      if (!file.startsWith(served)) {
        throw new InputException(
            "%s is not below %s; --document-root names Label Studio's LOCAL_FILES_DOCUMENT_ROOT"
                .formatted(file, documents));
      }
      Map<String, Object> data = new LinkedHashMap<>();
      data.put(OBJECT, "/data/local-files/?d=" + encoded(AuditFiles.relative(served, file)));
      data.put("rote_id", Long.parseLong(value(header, row, "id")));
      data.put("path", path);
      data.put("observed", value(header, row, "observed"));
      data.put("suggested", value(header, row, "suggested"));
      String wrong = value(header, row, "probability_wrong");
      if (!wrong.isEmpty()) {
        data.put("probability_wrong", Double.parseDouble(wrong));
      }
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("from_name", CONTROL);
      result.put("to_name", OBJECT);
      result.put("type", "choices");
      result.put("value", Map.of("choices", List.of(value(header, row, "suggested"))));
      Map<String, Object> prediction = new LinkedHashMap<>();
      prediction.put("model_version", MODEL);
      if (!wrong.isEmpty()) {
        prediction.put("score", Double.parseDouble(wrong));
      }
      prediction.put("result", List.of(result));
      Map<String, Object> task = new LinkedHashMap<>();
      task.put("data", data);
      task.put("predictions", List.of(prediction));
      tasks.add(task);
    }
    AtomicFile.writeString(out, Json.WITHOUT_NAN.writeValueAsString(tasks) + "\n");
    return tasks.size();
  }

  /** Writes the labelling interface that the tasks need, with a choice for each class. */
  public static void writeInterface(List<String> classes, Path out) throws IOException {
    StringBuilder xml = new StringBuilder("<View>\n  <Image name=\"image\" value=\"$image\"/>\n");
    xml.append("  <Header value=\"Labelled as $observed\"/>\n");
    xml.append("  <Choices name=\"label\" toName=\"image\" choice=\"single-radio\">\n");
    for (String name : classes) {
      xml.append("    <Choice value=\"").append(Markup.escaped(name)).append("\"/>\n");
    }
    AtomicFile.writeString(out, xml.append("  </Choices>\n</View>\n").toString());
  }

  /** Returns whether a file seems to hold Label Studio's JSON. */
  public static boolean isExport(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(64), StandardCharsets.UTF_8).strip().startsWith("[");
    }
  }

  /**
   * Reads annotations of the tasks that {@link #writeTasks} wrote, from Label Studio's JSON export.
   * The observed class keeps a label, another class relabels it; tasks that were skipped or not
   * annotated are not decided. Annotations that differ are decisions of several reviewers.
   *
   * @return one set of decisions for each place among the annotations of a task
   * @throws InputException if the file holds something else
   */
  public static List<Decisions> read(Path file) {
    JsonNode tasks;
    try {
      tasks = Json.WITHOUT_NAN.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw InputException.cannotRead(file, e);
    } catch (JacksonException e) {
      throw InputException.notJson(file, e);
    }
    List<List<Decisions.Row>> reviewers = new ArrayList<>();
    Set<Long> seen = new LinkedHashSet<>();
    for (int i = 0; i < tasks.size(); i++) {
      JsonNode task = tasks.get(i);
      JsonNode data = task.path("data");
      String where = "%s task %d".formatted(file, i + 1);
      JsonNode number = data.path("rote_id");
      long id = number.isIntegralNumber() && number.canConvertToLong() ? number.asLong() : -1;
      String observed = data.path("observed").isString() ? data.path("observed").asString() : "";
      if (data.isMissingNode() && task.has("rote_id")) {
        throw new InputException(
            file + " is of JSON-MIN, which lacks what a review needs; export the project as JSON");
      }
      if (id < 0 || observed.isEmpty()) {
        throw new InputException(
            where
                + " has no rote_id and observed in its data; it is not a task of 'rote audit"
                + " export'");
      }
      if (!seen.add(id)) {
        throw new InputException("%s: sample %d has an earlier task".formatted(where, id));
      }
      int reviewer = 0;
      for (JsonNode annotation : task.path("annotations")) {
        JsonNode choices = choices(annotation);
        if (annotation.path("was_cancelled").asBoolean(false) || choices.isEmpty()) {
          continue;
        }
        if (choices.size() > 1) {
          throw new InputException(where + " has several choices; a sample has one class");
        }
        String label = choices.get(0).asString("");
        Decision.Action action =
            label.equals(observed) ? Decision.Action.KEEP : Decision.Action.RELABEL;
        if (label.isEmpty()) {
          throw new InputException(where + " has a choice that is not text");
        }
        if (reviewer == reviewers.size()) {
          reviewers.add(new ArrayList<>());
        }
        reviewers
            .get(reviewer++)
            .add(
                new Decisions.Row(
                    file.toString(),
                    i + 1,
                    new Decision(id, data.path("path").asString(""), observed, action, label)));
      }
    }
    if (reviewers.isEmpty()) {
      throw new InputException(
          file + " holds no annotation; annotate tasks, and export them as JSON");
    }
    return reviewers.stream().map(rows -> new Decisions(file.toString(), rows)).toList();
  }

  private static JsonNode choices(JsonNode annotation) {
    for (JsonNode result : annotation.path("result")) {
      if (result.path("type").asString("").equals("choices")) {
        return result.path("value").path("choices");
      }
    }
    return annotation.path("none");
  }

  private static String value(List<String> header, CsvRow row, String column) {
    int at = header.indexOf(column);
    if (at < 0 || row.cells().size() <= at) {
      throw new InputException(
          "%s row %d has no %s; audit again".formatted(AuditFiles.SUSPECTS, row.number(), column));
    }
    return CsvRow.fromSafe(row.cells().get(at));
  }

  private static String encoded(String path) {
    return URLEncoder.encode(path, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
  }
}
