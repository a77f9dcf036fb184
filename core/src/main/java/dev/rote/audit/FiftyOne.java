package dev.rote.audit;

import dev.rote.data.Classes;
import dev.rote.data.Crop;
import dev.rote.data.ImageParts;
import dev.rote.data.SampleTable;
import dev.rote.format.AtomicFile;
import dev.rote.run.Json;
import dev.rote.text.Count;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * {@code labels.json} of FiftyOne's {@code FiftyOneImageClassificationDataset} and {@code
 * FiftyOneImageDetectionDataset}: the names of the classes, and by the path of an image without its
 * extension, or its absolute path, the class of the image or the classes and places of boxes in it.
 *
 * @see <a
 *     href="https://docs.voxel51.com/user_guide/import_datasets.html#fiftyoneimageclassificationdataset">the
 *     format</a>
 */
public final class FiftyOne {
  private static final String LABEL = "label";
  private static final String BOX = "bounding_box";

  /** Two boxes are the same if no edge differs by more, in shares of the image's size. */
  private static final double SAME = 1e-6;

  private static final String EXPORT =
      "export with export_media=False and rel_dir=\"%s\", which keeps folders in the names";

  private FiftyOne() {}

  /** Kinds of labels that a file can hold. */
  public enum Kind {
    CLASSIFICATION("FiftyOneImageClassificationDataset"),
    DETECTION("FiftyOneImageDetectionDataset");

    private final String datasetType;

    Kind(String datasetType) {
      this.datasetType = datasetType;
    }

    /** Returns the name of FiftyOne's class for it in {@code fiftyone.types}. */
    public String datasetType() {
      return datasetType;
    }
  }

  /**
   * Writes the corrected labels: classes of images, or boxes where the manifest's samples are parts
   * of images.
   *
   * @param images directory of the images, FiftyOne's {@code data_path}
   * @return what was written
   * @throws InputException if a file lies outside of {@code images}, two differ only in their
   *     extension, which the format cannot tell apart, or the manifest has both whole images and
   *     parts, which it cannot hold at once
   */
  public static Kind write(Correction correction, Path images, Path out) throws IOException {
    correction.requireWritable(out);
    Path root = images.toAbsolutePath().normalize();
    List<Correction.Sample> samples = correction.samples();
    List<String> classes = Classes.of(samples.stream().map(Correction.Sample::label).toList());
    Map<String, Integer> index = Classes.index(classes);
    long boxes = samples.stream().filter(s -> ImageParts.isPart(correction.file(s))).count();
    if (boxes > 0 && boxes < samples.size()) {
      throw new InputException(
          "the manifest has %s and %s; FiftyOne's labels.json holds either, so write a manifest of each"
              .formatted(
                  Count.of(samples.size() - boxes, "whole image"),
                  Count.of(boxes, "box", "boxes")));
    }
    ImageParts parts = new ImageParts();
    Map<String, Object> labels = new LinkedHashMap<>();
    Map<String, List<Object>> detections = new LinkedHashMap<>();
    Map<String, Path> files = new HashMap<>();
    for (Correction.Sample sample : samples) {
      Path file = ImageParts.file(correction.file(sample));
      if (!file.startsWith(root)) {
        throw new InputException(
            "%s is not below %s; --images names the folder that holds all images"
                .formatted(file, images));
      }
      String name = key(root, file);
      Path other = files.putIfAbsent(name, file);
      if (other != null && !other.equals(file)) {
        throw new InputException(
            "two images are named %s, with different extensions; FiftyOne's labels.json cannot tell them apart"
                .formatted(name));
      }
      if (other != null && boxes == 0) {
        throw new InputException("%s is in the manifest twice".formatted(sample.path()));
      }
      int label = index.get(sample.label());
      parts
          .of(correction.file(sample))
          .ifPresentOrElse(
              part ->
                  detections.computeIfAbsent(name, n -> new ArrayList<>()).add(box(part, label)),
              () -> labels.put(name, label));
    }
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("classes", classes);
    content.put("labels", boxes > 0 ? detections : labels);
    AtomicFile.writeString(out, Json.WITHOUT_NAN.writeValueAsString(content) + "\n");
    return boxes > 0 ? Kind.DETECTION : Kind.CLASSIFICATION;
  }

  private static Map<String, Object> box(ImageParts.Part part, int label) {
    Map<String, Object> box = new LinkedHashMap<>();
    box.put(LABEL, label);
    box.put(BOX, edges(part));
    return box;
  }

  private static List<Double> edges(ImageParts.Part part) {
    Crop shares = part.shares();
    return List.of(shares.x(), shares.y(), shares.width(), shares.height());
  }

  /** Returns whether a file is such a {@code labels.json}. */
  public static boolean isLabels(Path file) throws IOException {
    try {
      JsonNode root = Json.WITHOUT_NAN.readTree(Files.readAllBytes(file));
      JsonNode classes = root.path("classes");
      return (classes.isArray() || classes.isNull()) && root.path("labels").isObject();
    } catch (JacksonException e) {
      return false;
    }
  }

  /**
   * Reads labels that were changed in FiftyOne, as decisions: a sample whose class differs from
   * that in the manifest is relabelled; the others, and those that the file does not name, are not
   * decided. A box is found by its place.
   *
   * @param images directory of the images, FiftyOne's {@code data_path}
   * @param manifest what the labels were exported from, with the columns {@code path} and {@code
   *     label}
   * @throws InputException if the file names a class by a number that it does not list, none of its
   *     images is in the manifest, or a name or a box in it may be one of several
   */
  public static Decisions read(Path file, Path images, Path manifest) throws IOException {
    JsonNode root = Json.WITHOUT_NAN.readTree(Files.readAllBytes(file));
    JsonNode classes = root.path("classes");
    JsonNode given = root.path("labels");
    Path base = images.toAbsolutePath().normalize();
    Path from = manifest.toAbsolutePath().normalize().getParent();
    SampleTable table = SampleTable.read(manifest);
    List<String> paths = table.require("path");
    List<String> labels = table.require(LABEL);
    List<Path> samples = paths.stream().map(path -> from.resolve(path).normalize()).toList();
    Map<String, Set<Path>> named =
        given.propertyNames().stream().anyMatch(name -> name.contains("/"))
            ? Map.of()
            : withoutFolders(samples);
    ImageParts parts = new ImageParts();
    List<Decisions.Row> rows = new ArrayList<>();
    int found = 0;
    for (int i = 0; i < paths.size(); i++) {
      Path image = ImageParts.file(samples.get(i));
      if (!image.startsWith(base)) {
        continue;
      }
      String key = key(base, image);
      JsonNode label = given.has(key) ? given.path(key) : given.path(image.toString());
      if (label.isMissingNode() || label.isNull()) {
        continue;
      }
      if (named.getOrDefault(key, Set.of()).size() > 1) {
        throw new InputException(
            "%s: '%s' may be any of the images %s, as its names have no folders; %s"
                .formatted(
                    file,
                    key,
                    Names.firstOf(named.get(key).stream().map(path -> key(base, path)).toList()),
                    EXPORT.formatted(images)));
      }
      found++;
      Optional<JsonNode> own =
          parts
              .of(samples.get(i))
              .map(part -> detection(file, key, label, part))
              .orElse(Optional.of(label));
      if (own.isPresent()) {
        String name = className(file, key, own.get(), classes);
        if (!name.equals(labels.get(i))) {
          rows.add(
              new Decisions.Row(
                  file.toString(),
                  i,
                  new Decision(i, paths.get(i), labels.get(i), Decision.Action.RELABEL, name)));
        }
      }
    }
    if (found == 0) {
      throw new InputException(
          "%s names no image of %s below %s; --images names FiftyOne's data_path, and %s"
              .formatted(file, manifest, images, EXPORT.formatted(images)));
    }
    return new Decisions(file.toString(), rows);
  }

  /**
   * Returns the images that a name may mean in a file whose names have no folders: of images that
   * are named alike, FiftyOne calls the second NAME-2, and so on, in an order of its own.
   */
  private static Map<String, Set<Path>> withoutFolders(List<Path> samples) {
    Map<String, Set<Path>> alike = new LinkedHashMap<>();
    for (Path sample : samples) {
      Path image = ImageParts.file(sample);
      alike.computeIfAbsent(key(image.getParent(), image), n -> new TreeSet<>()).add(image);
    }
    Map<String, Set<Path>> named = new HashMap<>();
    alike.forEach(
        (name, images) -> {
          for (int i = 1; i <= images.size(); i++) {
            String key = i == 1 ? name : name + "-" + i;
            named.computeIfAbsent(key, n -> new TreeSet<>()).addAll(images);
          }
        });
    return named;
  }

  /** Returns the detection of an image that is at the place of a part; nothing if none is there. */
  private static Optional<JsonNode> detection(
      Path file, String key, JsonNode detections, ImageParts.Part part) {
    if (!detections.isArray()) {
      throw new InputException(
          "%s: %s has a class, but the manifest has boxes in it; export a field that holds Detections"
              .formatted(file, key));
    }
    List<Double> edges = edges(part);
    List<JsonNode> there = new ArrayList<>();
    for (JsonNode detection : detections) {
      JsonNode box = detection.path(BOX);
      boolean same = box.size() == edges.size();
      for (int e = 0; e < edges.size() && same; e++) {
        same = Math.abs(box.get(e).asDouble(Double.NaN) - edges.get(e)) <= SAME;
      }
      if (same && there.stream().noneMatch(d -> d.path(LABEL).equals(detection.path(LABEL)))) {
        there.add(detection);
      }
    }
    if (there.size() > 1) {
      throw new InputException(
          "%s: %s has boxes of several classes at one place, %s; leave one of them"
              .formatted(file, key, edges));
    }
    return there.stream().findFirst();
  }

  /**
   * Returns the class of a label: a position among the classes; a name, if FiftyOne knew no list of
   * classes; or an object with either and a place, a confidence or attributes.
   */
  private static String className(Path file, String path, JsonNode label, JsonNode classes) {
    if (label.isArray()) {
      throw new InputException(
          "%s: %s has a list of labels; export a field that holds one Classification for each image"
              .formatted(file, path));
    }
    JsonNode value = label.isObject() ? label.path(LABEL) : label;
    String name = value.isInt() ? classes.path(value.asInt()).asString("") : value.asString("");
    if (name.isEmpty() || !value.isInt() && !value.isString()) {
      throw new InputException(
          "%s: %s has the class %s of %s"
              .formatted(file, path, value, Count.of(classes.size(), "class", "classes")));
    }
    return name;
  }

  /** Returns the path of an image below a directory, without its extension. */
  private static String key(Path directory, Path image) {
    String path = AuditFiles.relative(directory, image);
    int dot = path.lastIndexOf('.');
    return dot > path.lastIndexOf('/') + 1 ? path.substring(0, dot) : path;
  }
}
