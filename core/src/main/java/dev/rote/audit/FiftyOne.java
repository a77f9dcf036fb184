package dev.rote.audit;

import dev.rote.data.Classes;
import dev.rote.data.SampleTable;
import dev.rote.format.AtomicFile;
import dev.rote.run.Json;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * {@code labels.json} of FiftyOne's {@code FiftyOneImageClassificationDataset}: the names of the
 * classes, and the class of each image by its path without extension, or by its absolute path.
 *
 * @see <a
 *     href="https://docs.voxel51.com/user_guide/import_datasets.html#fiftyoneimageclassificationdataset">the
 *     format</a>
 */
public final class FiftyOne {
  private FiftyOne() {}

  /**
   * Writes the corrected labels.
   *
   * @param images directory of the images, FiftyOne's {@code data_path}
   * @throws InputException if a file lies outside of {@code images}, or two differ only in their
   *     extension, which the format cannot tell apart
   */
  public static void write(Correction correction, Path images, Path out) throws IOException {
    correction.requireWritable(out);
    Path root = images.toAbsolutePath().normalize();
    List<Correction.Sample> samples = correction.samples();
    List<String> classes = Classes.of(samples.stream().map(Correction.Sample::label).toList());
    Map<String, Integer> index = Classes.index(classes);
    Map<String, Object> labels = new LinkedHashMap<>();
    for (Correction.Sample sample : samples) {
      Path file = correction.file(sample);
      if (!file.startsWith(root)) {
        throw new InputException(
            "%s is not below %s; --images names the folder that holds all images"
                .formatted(file, images));
      }
      String path = AuditFiles.relative(root, file);
      String name = path.substring(0, path.length() - extension(path).length());
      if (labels.put(name, index.get(sample.label())) != null) {
        throw new InputException(
            "two images are named %s, with different extensions; FiftyOne's labels.json cannot tell them apart"
                .formatted(name));
      }
    }
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("classes", classes);
    content.put("labels", labels);
    AtomicFile.writeString(out, Json.WITHOUT_NAN.writeValueAsString(content) + "\n");
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
   * decided.
   *
   * @param images directory of the images, FiftyOne's {@code data_path}
   * @param manifest what the labels were exported from, with the columns {@code path} and {@code
   *     label}
   * @throws InputException if the file names a class by a number that it does not list, or none of
   *     its images is in the manifest
   */
  public static Decisions read(Path file, Path images, Path manifest) throws IOException {
    JsonNode root = Json.WITHOUT_NAN.readTree(Files.readAllBytes(file));
    JsonNode classes = root.path("classes");
    Path base = images.toAbsolutePath().normalize();
    Path from = manifest.toAbsolutePath().normalize().getParent();
    SampleTable table = SampleTable.read(manifest);
    List<String> paths = table.require("path");
    List<String> labels = table.require("label");
    List<Decisions.Row> rows = new ArrayList<>();
    int found = 0;
    for (int i = 0; i < paths.size(); i++) {
      Path image = from.resolve(paths.get(i)).normalize();
      if (!image.startsWith(base)) {
        continue;
      }
      String path = AuditFiles.relative(base, image);
      String key = path.substring(0, path.length() - extension(path).length());
      JsonNode given = root.path("labels");
      JsonNode label = given.has(key) ? given.path(key) : given.path(image.toString());
      if (label.isMissingNode() || label.isNull()) {
        continue;
      }
      found++;
      String name = className(file, path, label, classes);
      if (!name.equals(labels.get(i))) {
        rows.add(
            new Decisions.Row(
                file.toString(),
                i,
                new Decision(i, paths.get(i), labels.get(i), Decision.Action.RELABEL, name)));
      }
    }
    if (found == 0) {
      throw new InputException(
          "%s names no image of %s below %s; --images names FiftyOne's data_path"
              .formatted(file, manifest, images));
    }
    return new Decisions(file.toString(), rows);
  }

  /**
   * Returns the class of a label: a position among the classes; a name, if FiftyOne knew no list of
   * classes; or an object with either and a confidence or attributes.
   */
  private static String className(Path file, String path, JsonNode label, JsonNode classes) {
    if (label.isArray()) {
      throw new InputException(
          "%s: %s has a list of labels; export a field that holds one Classification for each image"
              .formatted(file, path));
    }
    JsonNode value = label.isObject() ? label.path("label") : label;
    String name = value.isInt() ? classes.path(value.asInt()).asString("") : value.asString("");
    if (name.isEmpty() || !value.isInt() && !value.isString()) {
      throw new InputException(
          "%s: %s has the class %s of %d classes".formatted(file, path, value, classes.size()));
    }
    return name;
  }

  private static String extension(String path) {
    int dot = path.lastIndexOf('.');
    return dot > path.lastIndexOf('/') + 1 ? path.substring(dot) : "";
  }
}
