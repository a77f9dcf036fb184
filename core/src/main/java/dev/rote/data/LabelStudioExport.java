package dev.rote.data;

import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Choices for images that Label Studio exported as JSON, a task in each element, or as JSON-MIN, an
 * annotation in each. Skipped annotations do not count; those that are marked as ground truth count
 * alone. Tasks whose annotators chose differently are left out.
 *
 * @see <a href="https://labelstud.io/guide/export.html">the formats</a>
 */
final class LabelStudioExport {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What JSON-MIN says of an annotation beside the task's data and its results. */
  private static final Set<String> OF_JSON_MIN =
      Set.of(
          "id",
          "annotator",
          "annotation_id",
          "created_at",
          "updated_at",
          "lead_time",
          "agreement",
          "history");

  /** What Label Studio puts in front of the name of an uploaded file. */
  private static final Pattern UPLOADED = Pattern.compile("^[0-9a-f]{8}-");

  /** What annotators chose for a task: a set of classes for each annotation. */
  private record Task(String image, Set<Set<String>> answers) {}

  private LabelStudioExport() {}

  static void read(Annotated into, Path images, Optional<String> control) throws IOException {
    Path source = into.source();
    JsonNode root;
    try {
      root = JSON.readTree(Files.readAllBytes(source));
    } catch (JacksonException e) {
      throw InputException.notJson(source, e);
    }
    if (!root.isArray()) {
      throw new InputException(
          source + " is not a list of tasks; export the project as JSON or JSON-MIN");
    }
    boolean full = root.isEmpty() || root.get(0).has("data");
    int place = 0;
    Map<String, String> addresses = new HashMap<>();
    for (Task task : full ? tasks(into, root, control) : lines(into, root, control)) {
      if (task.answers().isEmpty()) {
        into.leaveOut(Annotated.WITHOUT_LABEL);
      } else if (task.answers().size() > 1) {
        into.leaveOut("images whose annotators differ");
      } else {
        Set<String> labels = task.answers().iterator().next();
        String path = path(task.image(), images);
        String other = addresses.putIfAbsent(path, task.image());
        if (other != null && !other.equals(task.image())) {
          throw new InputException(
              "%s: the addresses %s and %s lead to the same file, %s, as only their last part counts; give each image a name of its own"
                  .formatted(source, other, task.image(), path));
        }
        into.image(place++, path, List.copyOf(labels));
      }
    }
  }

  private static List<Task> tasks(Annotated into, JsonNode root, Optional<String> control) {
    Set<String> controls = new TreeSet<>();
    boolean regions = false;
    for (JsonNode task : root) {
      for (JsonNode annotation : task.path("annotations")) {
        for (JsonNode result : annotation.path("result")) {
          if (result.path("value").has("choices")) {
            controls.add(result.path("from_name").asString(""));
          } else {
            regions |= result.path("type").asString("").endsWith("labels");
          }
        }
      }
    }
    if (controls.isEmpty() && regions) {
      throw new InputException(
          into.source()
              + " holds regions, not choices for images; export the boxes from Label Studio as COCO"
              + " or Pascal VOC");
    }
    Optional<String> chosen = control(into.source(), control, controls);
    List<Task> tasks = new ArrayList<>();
    for (JsonNode task : root) {
      Set<Set<String>> answers = new LinkedHashSet<>();
      Set<Set<String>> truths = new LinkedHashSet<>();
      for (JsonNode annotation : task.path("annotations")) {
        if (annotation.path("was_cancelled").asBoolean(false)) {
          continue;
        }
        Set<String> labels = new LinkedHashSet<>();
        for (JsonNode result : annotation.path("result")) {
          if (chosen.equals(Optional.of(result.path("from_name").asString("")))) {
            result.path("value").path("choices").forEach(c -> labels.add(c.asString("")));
          }
        }
        answers.add(labels);
        if (annotation.path("ground_truth").asBoolean(false)) {
          truths.add(labels);
        }
      }
      tasks.add(
          new Task(image(into.source(), task.path("data")), truths.isEmpty() ? answers : truths));
    }
    return tasks;
  }

  private static Optional<String> control(
      Path source, Optional<String> wanted, Set<String> controls) {
    if (wanted.isPresent() && !controls.contains(wanted.get())) {
      throw new InputException(
          source + ": " + Names.unknown("control", wanted.get(), List.copyOf(controls)));
    }
    if (wanted.isEmpty() && controls.size() > 1) {
      throw new InputException(
          "%s has choices of %s; --label names the one whose choices are the classes"
              .formatted(source, String.join(", ", controls)));
    }
    return wanted.or(() -> controls.stream().findFirst());
  }

  /** Annotations of JSON-MIN, together by task. */
  private static List<Task> lines(Annotated into, JsonNode root, Optional<String> control) {
    Path source = into.source();
    String image = imageKey(source, root.get(0));
    Set<String> keys = new TreeSet<>();
    for (JsonNode line : root) {
      line.properties()
          .forEach(
              field -> {
                boolean choices =
                    field.getValue().isString() || field.getValue().path("choices").isArray();
                if (choices
                    && !field.getKey().equals(image)
                    && !OF_JSON_MIN.contains(field.getKey())) {
                  keys.add(field.getKey());
                }
              });
    }
    Optional<String> chosen = control(source, control, keys);
    Map<String, Task> tasks = new LinkedHashMap<>();
    for (JsonNode line : root) {
      String path = line.path(image).asString("");
      Task task =
          tasks.computeIfAbsent(
              line.path("id") + " " + path, key -> new Task(path, new LinkedHashSet<>()));
      JsonNode value = line.path(chosen.orElse(""));
      Set<String> labels = new LinkedHashSet<>();
      if (value.isString()) {
        labels.add(value.asString());
      }
      value.path("choices").forEach(choice -> labels.add(choice.asString("")));
      task.answers().add(labels);
    }
    return List.copyOf(tasks.values());
  }

  private static String image(Path source, JsonNode data) {
    return data.path(imageKey(source, data)).asString("");
  }

  /** Returns which part of a task's data is its image. */
  private static String imageKey(Path source, JsonNode data) {
    if (data.path("image").isString()) {
      return "image";
    }
    List<String> keys =
        data.properties().stream()
            .filter(field -> field.getValue().isString())
            .filter(field -> isImage(field.getValue().asString()))
            .map(Map.Entry::getKey)
            .toList();
    if (keys.size() != 1) {
      throw new InputException(
          "%s: a task's data (%s) has %s; --from label-studio reads tasks of one image each"
              .formatted(
                  source,
                  Names.firstOf(List.copyOf(data.propertyNames())),
                  keys.isEmpty()
                      ? "no address of an image"
                      : "several addresses of images and none in 'image'"));
    }
    return keys.get(0);
  }

  private static boolean isImage(String address) {
    return address.startsWith("/data/") || ImageFormat.isImageName(withoutQuery(address));
  }

  private static String withoutQuery(String address) {
    int query = address.indexOf('?');
    return query < 0 ? address : address.substring(0, query);
  }

  /** Returns the path of an image from its address: a local file, an upload or a URL. */
  private static String path(String address, Path images) {
    int local = address.indexOf("?d=");
    if (local >= 0) {
      return decoded(address.substring(local + 3));
    }
    if (!address.contains("://") && !address.startsWith("/data/")) {
      return Annotations.isFile(images, address)
          ? address
          : address.substring(address.lastIndexOf('/') + 1);
    }
    String plain = withoutQuery(address);
    String name = decoded(plain.substring(plain.lastIndexOf('/') + 1));
    String original = UPLOADED.matcher(name).replaceFirst("");
    return plain.contains("/data/upload/")
            && !Annotations.isFile(images, name)
            && Annotations.isFile(images, original)
        ? original
        : name;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
