package dev.rote.audit;

import dev.rote.data.Annotations;
import dev.rote.data.Annotations.CocoBox;
import dev.rote.format.AtomicFile;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A COCO file with the categories of its boxes as decided. Everything else stays: crowds,
 * segmentations, images, further fields.
 *
 * @see <a href="https://cocodataset.org/#format-data">the format</a>
 */
public final class Coco {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .build();

  private Coco() {}

  /** How many annotations got another category, and how many were removed. */
  public record Written(int changed, int removed) {}

  /**
   * Writes the corrected file.
   *
   * @param annotations the file that the manifest was made of
   * @param out the file to write, replaced whole or not at all
   * @throws InputException if the manifest was made of another file, or {@code out} cannot be
   *     written
   */
  public static Written write(Correction correction, Path annotations, Path out)
      throws IOException {
    correction.requireWritable(out);
    if (Files.exists(out) && Files.isSameFile(annotations, out)) {
      throw new InputException(out + " is the given file; name another file to write");
    }
    JsonNode root;
    try {
      root = JSON.readTree(Files.readAllBytes(annotations));
    } catch (JacksonException e) {
      throw new InputException(annotations + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw InputException.cannotRead(annotations, e);
    }
    List<CocoBox> boxes = Annotations.cocoBoxes(annotations, root);
    if (boxes.size() != correction.rows()) {
      throw new InputException(
          "%s has %,d boxes, and the manifest %,d rows; give the file that the manifest was made of"
              .formatted(annotations, boxes.size(), correction.rows()));
    }
    Map<String, JsonNode> categories = new HashMap<>();
    root.path("categories")
        .forEach(kind -> categories.put(kind.path("name").asString(), kind.path("id")));
    Set<Integer> removed = new HashSet<>();
    boxes.forEach(box -> removed.add(box.annotation()));
    int changed = 0;
    for (Correction.Sample sample : correction.samples()) {
      CocoBox box = boxes.get((int) sample.id());
      if (!sample.before().equals(box.label())
          || !(sample.path().equals(box.path()) || sample.path().endsWith("/" + box.path()))) {
        throw new InputException(
            "row %d of the manifest is %s,%s, and the box in %s is %s,%s; give the file that the manifest was made of"
                .formatted(
                    sample.id(),
                    sample.path(),
                    sample.before(),
                    annotations,
                    box.path(),
                    box.label()));
      }
      removed.remove(box.annotation());
      if (!sample.label().equals(sample.before())) {
        ((ObjectNode) root.path("annotations").get(box.annotation()))
            .set("category_id", categories.get(sample.label()));
        changed++;
      }
    }
    Iterator<JsonNode> all = ((ArrayNode) root.path("annotations")).iterator();
    for (int i = 0; all.hasNext(); i++) {
      all.next();
      if (removed.contains(i)) {
        all.remove();
      }
    }
    AtomicFile.write(out, stream -> JSON.writeValue(stream, root));
    return new Written(changed, removed.size());
  }
}
