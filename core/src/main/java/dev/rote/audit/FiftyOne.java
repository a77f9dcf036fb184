package dev.rote.audit;

import dev.rote.data.Classes;
import dev.rote.format.AtomicFile;
import dev.rote.run.Json;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code labels.json} of FiftyOne's {@code FiftyOneImageClassificationDataset}: the names of the
 * classes, and the class of each image by its path without extension.
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
            "%s does not lie below %s; --images names the folder that holds all images"
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

  private static String extension(String path) {
    int dot = path.lastIndexOf('.');
    return dot > path.lastIndexOf('/') + 1 ? path.substring(dot) : "";
  }
}
