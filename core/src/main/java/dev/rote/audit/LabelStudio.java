package dev.rote.audit;

import dev.rote.data.Crop;
import dev.rote.data.ImageParts;
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
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Label Studio's JSON: suspects of an audit as tasks with predictions, and annotations as
 * decisions. A task's {@code data} holds the URL of its image and what the audit knows of the
 * sample. The prediction is a choice for the image, or a rectangle in it with a label if the sample
 * is a part of an image.
 *
 * @see <a href="https://labelstud.io/guide/task_format">the format</a>
 */
public final class LabelStudio {
  private static final String CHOICES = "choices";
  private static final String RECTANGLES = "rectanglelabels";

  /** Names of the controls of the labelling interface: for whole images, and for boxes. */
  private static final String CONTROL = "label";

  private static final String BOX_CONTROL = "box";
  private static final String OBJECT = "image";
  private static final String MODEL = "rote";

  private LabelStudio() {}

  /**
   * What was written.
   *
   * @param images tasks about whole images
   * @param boxes tasks about a part of an image
   */
  public record Tasks(int images, int boxes) {
    /** Returns the number of tasks. */
    public int all() {
      return images + boxes;
    }
  }

  /**
   * Writes tasks for the most suspect samples of an audit, the most suspect first. Each has the
   * suggested class as prediction, with the probability that the label is wrong as its score.
   *
   * @param audit directory of the audit
   * @param root directory that the audit's paths are relative to
   * @param documents the directory that Label Studio serves local files from ({@code
   *     LOCAL_FILES_DOCUMENT_ROOT})
   * @param most number of tasks at most
   * @throws InputException if the audit has no files, one lies outside of {@code documents}, or the
   *     image around a box cannot be read
   */
  public static Tasks writeTasks(Path audit, Path root, Path documents, int most, Path out)
      throws IOException {
    Path suspects = audit.resolve(AuditFiles.SUSPECTS);
    List<CsvRow> rows = CsvRow.parse(Files.readAllBytes(suspects), suspects.toString());
    List<String> header = rows.get(0).cells();
    List<Map<String, Object>> tasks = new ArrayList<>();
    ImageParts parts = new ImageParts();
    int boxes = 0;
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
      data.put(
          OBJECT,
          "/data/local-files/?d=" + encoded(AuditFiles.relative(served, ImageParts.file(file))));
      data.put("rote_id", Long.parseLong(value(header, row, "id")));
      data.put("path", path);
      data.put("observed", value(header, row, "observed"));
      data.put("suggested", value(header, row, "suggested"));
      String wrong = value(header, row, "probability_wrong");
      if (!wrong.isEmpty()) {
        data.put("probability_wrong", Double.parseDouble(wrong));
      }
      Optional<ImageParts.Part> part = parts.of(file);
      boxes += part.isPresent() ? 1 : 0;
      List<String> suggested = List.of(value(header, row, "suggested"));
      Map<String, Object> result =
          part.map(box -> rectangle(box, suggested)).orElseGet(() -> choice(suggested));
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
    return new Tasks(tasks.size() - boxes, boxes);
  }

  private static Map<String, Object> choice(List<String> suggested) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("from_name", CONTROL);
    result.put("to_name", OBJECT);
    result.put("type", CHOICES);
    result.put("value", Map.of(CHOICES, suggested));
    return result;
  }

  /** Returns a rectangle, whose edges are percentages of the image's size. */
  private static Map<String, Object> rectangle(ImageParts.Part part, List<String> suggested) {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("x", 100 * part.shares().x());
    value.put("y", 100 * part.shares().y());
    value.put("width", 100 * part.shares().width());
    value.put("height", 100 * part.shares().height());
    value.put("rotation", 0);
    value.put(RECTANGLES, suggested);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("id", BOX_CONTROL); // regions need one, unique within their task
    result.put("from_name", BOX_CONTROL);
    result.put("to_name", OBJECT);
    result.put("type", RECTANGLES);
    result.put("original_width", part.width());
    result.put("original_height", part.height());
    result.put("image_rotation", 0);
    result.put("value", value);
    return result;
  }

  /**
   * Writes the labelling interface that the tasks need: a choice for each class if there are whole
   * images, a label of rectangles for each class if there are boxes.
   */
  public static void writeInterface(Tasks tasks, List<String> classes, Path out)
      throws IOException {
    StringBuilder xml = new StringBuilder("<View>\n  <Image name=\"image\" value=\"$image\"/>\n");
    xml.append("  <Header value=\"Labelled as $observed\"/>\n");
    if (tasks.images() > 0) {
      xml.append("  <Choices name=\"label\" toName=\"image\" choice=\"single-radio\">\n");
      classes.forEach(name -> xml.append("    ").append(element("Choice", name)));
      xml.append("  </Choices>\n");
    }
    if (tasks.boxes() > 0) {
      xml.append("  <RectangleLabels name=\"box\" toName=\"image\">\n");
      classes.forEach(name -> xml.append("    ").append(element("Label", name)));
      xml.append("  </RectangleLabels>\n");
    }
    AtomicFile.writeString(out, xml.append("</View>\n").toString());
  }

  private static String element(String tag, String value) {
    return "<%s value=\"%s\"/>\n".formatted(tag, Markup.escaped(value));
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
        List<String> choices = labels(where, annotation, data.path("path").asString(""));
        if (annotation.path("was_cancelled").asBoolean(false) || choices.isEmpty()) {
          continue;
        }
        if (choices.size() > 1) {
          throw new InputException(
              where + " has several choices or boxes; a task is about one sample of one class");
        }
        String label = choices.get(0);
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

  /** Returns the classes that an annotation chose for its image, or gave to boxes in it. */
  private static List<String> labels(String where, JsonNode annotation, String path) {
    List<String> labels = new ArrayList<>();
    for (JsonNode result : annotation.path("result")) {
      JsonNode value = result.path("value");
      if (result.path("type").asString("").equals(RECTANGLES)) {
        requireSameBox(where, result, path);
        value.path(RECTANGLES).forEach(label -> labels.add(label.asString("")));
      } else if (result.path("type").asString("").equals(CHOICES)) {
        value.path(CHOICES).forEach(label -> labels.add(label.asString("")));
      }
    }
    return labels;
  }

  /** Refuses a box that shares less than half of its area with the one that the task is about. */
  private static void requireSameBox(String where, JsonNode result, String path) {
    JsonNode value = result.path("value");
    double across = result.path("original_width").asDouble(0) / 100;
    double down = result.path("original_height").asDouble(0) / 100;
    Crop drawn =
        new Crop(
            value.path("x").asDouble(0) * across,
            value.path("y").asDouble(0) * down,
            value.path("width").asDouble(0) * across,
            value.path("height").asDouble(0) * down);
    if (!(Crop.of(path).map(drawn::overlap).orElse(0.0) >= 0.5)) {
      throw new InputException(
          where
              + " has a box in another place than the sample, "
              + path
              + "; change the label of the box that is there, and move no box");
    }
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
