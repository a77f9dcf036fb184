package dev.rote.data;

import dev.rote.format.AtomicFile;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Boxes of a COCO file. A place is a position among its annotations.
 *
 * @see <a href="https://cocodataset.org/#format-data">the format</a>
 */
final class CocoAnnotations {
  /** Python writes NaN, which JSON lacks; fractions stay as they are written. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .build();

  private CocoAnnotations() {}

  static void read(Annotated into) throws IOException {
    Path source = into.source();
    JsonNode root = tree(source);
    Map<String, String> files = new HashMap<>();
    for (JsonNode image : root.path("images")) {
      String name = image.path("file_name").asString("");
      String earlier = files.put(id(image.path("id")), name);
      if (name.isEmpty() || (earlier != null && !earlier.equals(name))) {
        throw new InputException(
            "%s: image %s %s"
                .formatted(
                    source,
                    id(image.path("id")),
                    name.isEmpty()
                        ? "has no file_name"
                        : "is both %s and %s; give each its own id".formatted(earlier, name)));
      }
    }
    Map<String, String> classes = classes(source, root);
    requirePixels(source, root);
    int place = -1;
    for (JsonNode annotation : root.path("annotations")) {
      place++;
      JsonNode crowd = annotation.path("iscrowd");
      JsonNode box = annotation.path("bbox");
      if (crowd.asInt(0) == 1 || crowd.asBoolean(false)) {
        into.leaveOut(Annotated.CROWDS);
        continue;
      }
      if (box.isMissingNode() || box.isNull() || box.isEmpty()) {
        into.leaveOut(Annotated.WITHOUT_BOX);
        continue;
      }
      if (annotation.path("attributes").path("rotation").asDouble(0) != 0) {
        into.leaveOut(Annotated.ROTATED);
        continue;
      }
      String file = files.get(id(annotation.path("image_id")));
      String label = classes.get(id(annotation.path("category_id")));
      if (file == null || label == null) {
        throw new InputException(
            "%s annotation %d names an image or a category that the file does not have"
                .formatted(source, place + 1));
      }
      double[] edges = new double[4];
      boolean numbers = box.size() == 4;
      for (int i = 0; i < 4 && numbers; i++) {
        numbers = box.get(i).isNumber();
        edges[i] = numbers ? box.get(i).doubleValue() : 0;
        numbers &= Double.isFinite(edges[i]);
      }
      if (!numbers) {
        throw new InputException(
            "%s annotation %d has the bbox %s; four numbers are needed, x, y, width, height"
                .formatted(source, place + 1, box));
      }
      into.box(place, file, new Crop(edges[0], edges[1], edges[2], edges[3]), label);
    }
  }

  /**
   * Refuses boxes that all seem to be something else than x, y, width and height in pixels: shares
   * of the image's size, or two corners, most of which would then reach beyond their image.
   */
  private static void requirePixels(Path source, JsonNode root) {
    Map<String, JsonNode> images = new HashMap<>();
    root.path("images").forEach(image -> images.put(id(image.path("id")), image));
    boolean shares = true;
    boolean corners = true;
    JsonNode first = null;
    int boxes = 0;
    int beyond = 0;
    for (JsonNode annotation : root.path("annotations")) {
      JsonNode box = annotation.path("bbox");
      if (box.size() != 4) {
        continue;
      }
      double[] b = new double[4];
      for (int i = 0; i < 4; i++) {
        b[i] = box.get(i).asDouble(Double.NaN);
      }
      JsonNode image = images.get(id(annotation.path("image_id")));
      double width = image == null ? 0 : image.path("width").asDouble(0);
      double height = image == null ? 0 : image.path("height").asDouble(0);
      shares &= b[0] + b[2] <= 1.001 && b[1] + b[3] <= 1.001 && width > 1 && height > 1;
      corners &= b[2] > b[0] && b[3] > b[1] && b[2] <= width + 1 && b[3] <= height + 1;
      beyond += b[0] + b[2] > width + 1 || b[1] + b[3] > height + 1 ? 1 : 0;
      first = boxes++ == 0 ? box : first;
    }
    if (boxes > 0 && (shares || (corners && 2 * beyond > boxes))) {
      throw new InputException(
          "%s: the boxes seem to be %s, such as %s; bbox is x, y, width, height in pixels"
              .formatted(source, shares ? "shares of the image's size" : "two corners", first));
    }
  }

  /** Returns the names of the categories by their ids. */
  private static Map<String, String> classes(Path source, JsonNode root) {
    Map<String, String> classes = new HashMap<>();
    Map<String, String> ids = new HashMap<>();
    for (JsonNode kind : root.path("categories")) {
      String name = kind.path("name").asString("");
      String id = id(kind.path("id"));
      classes.put(id, name);
      String other = ids.put(name, id);
      if (other != null) {
        throw new InputException(
            "%s has two categories named '%s', %s and %s; give them different names"
                .formatted(source, name, other, id));
      }
    }
    return classes;
  }

  /** Returns the names of the categories. */
  static List<String> classes(Path source) throws IOException {
    List<String> classes = new ArrayList<>();
    tree(source).path("categories").forEach(kind -> classes.add(kind.path("name").asString("")));
    return classes;
  }

  private static JsonNode tree(Path source) throws IOException {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readAllBytes(source));
    } catch (JacksonException e) {
      throw InputException.notJson(source, e);
    }
    if (root.isMissingNode()) {
      throw new InputException(source + " is empty");
    }
    if (!root.isObject()) {
      throw new InputException(
          source
              + " is not a COCO file but a list, as of detections; give the file with images,"
              + " categories and annotations");
    }
    return root;
  }

  /** Ids are numbers, in some files as text. */
  private static String id(JsonNode id) {
    return id.isNumber() ? id.decimalValue().stripTrailingZeros().toPlainString() : id.asString("");
  }

  static void rewrite(Path source, Map<Integer, Optional<String>> changes, Path out)
      throws IOException {
    JsonNode root = tree(source);
    Map<String, JsonNode> categories = new HashMap<>();
    root.path("categories")
        .forEach(kind -> categories.put(kind.path("name").asString(""), kind.path("id")));
    Iterator<JsonNode> all = ((ArrayNode) root.path("annotations")).iterator();
    for (int i = 0; all.hasNext(); i++) {
      ObjectNode annotation = (ObjectNode) all.next();
      Optional<String> change = changes.get(i);
      if (change != null && change.isEmpty()) {
        all.remove();
      } else if (change != null) {
        annotation.set("category_id", categories.get(change.get()));
      }
    }
    AtomicFile.write(out, stream -> JSON.writeValue(stream, root));
  }
}
