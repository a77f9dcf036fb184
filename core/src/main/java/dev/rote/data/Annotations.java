package dev.rote.data;

import dev.rote.format.AtomicFile;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Labels that annotation tools export, as a manifest: a row for each labelled image, and for each
 * box, whose path names its part of the image ({@link Crop}). {@link #rewrite} puts corrected
 * labels back.
 */
public final class Annotations {
  private static final String LABEL = "label";

  private Annotations() {}

  /** Formats of annotations. */
  public enum Format {
    /** COCO object detection, JSON: boxes. */
    COCO,
    /** Pascal VOC, a directory of XML files: boxes. */
    VOC,
    /** Open Images, CSV: boxes relative to the image's size, or labels of images. */
    OPEN_IMAGES,
    /** Label Studio, JSON or JSON-MIN: choices for images. */
    LABEL_STUDIO,
    /** CVAT for images 1.1, XML: tags and boxes. */
    CVAT,
    /** Parquet, a file or a directory of parts: images as Hugging Face stores them. */
    PARQUET;

    /** Returns its name on the command line. */
    @Override
    public String toString() {
      return Names.of(this);
    }
  }

  /**
   * How annotations are read.
   *
   * @param separator what stands between the labels of an image that may have several; nothing if
   *     each has one
   * @param label name of what holds the labels: the control of Label Studio whose choices they are
   *     (nothing: the only one), the column of a Parquet file (nothing: {@code label})
   */
  public record Reading(Optional<String> separator, Optional<String> label) {
    /** One label for each image, from the only control. */
    public static final Reading PLAIN = new Reading(Optional.empty(), Optional.empty());
  }

  /**
   * A sample.
   *
   * @param place of its annotation in the file, as {@link #rewrite} counts
   * @param image as the file names it
   * @param part fragment that names a part of the image; empty for the whole
   * @param label name of its class
   */
  public record Entry(int place, String image, String part, String label) {
    /** Returns the image with its part. */
    public String path() {
      return image + part;
    }
  }

  /**
   * What was written.
   *
   * @param images samples that are whole images
   * @param boxes samples that are parts of images
   * @param leftOut what is not a sample, and how often
   * @param missing images that do not exist
   */
  public record Written(int images, int boxes, Map<String, Integer> leftOut, List<String> missing) {
    /** Copies the collections. */
    public Written {
      leftOut = new TreeMap<>(leftOut);
      missing = List.copyOf(missing);
    }

    /** Returns the number of samples. */
    public int rows() {
      return images + boxes;
    }

    /** Returns the number of annotations that are not samples. */
    public int left() {
      return leftOut.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Says what was left out, and which images are missing; empty if there is nothing to say. */
    public String inWords() {
      StringBuilder text = new StringBuilder();
      leftOut.forEach(
          (what, count) ->
              text.append(text.length() == 0 ? "; left out: " : ", ")
                  .append(String.format(Locale.ROOT, "%,d %s", count, what)));
      if (!missing.isEmpty()) {
        text.append(
            String.format(
                Locale.ROOT,
                "; images that do not exist: %,d; the first is %s",
                missing.size(),
                missing.get(0)));
      }
      return text.toString();
    }
  }

  /**
   * Writes a manifest of annotations.
   *
   * @param source file or directory that a tool exported
   * @param images directory that the images' names are relative to
   * @param out CSV file with the columns {@code path} and {@code label}
   * @throws InputException if the annotations cannot be read, name no sample, or none of their
   *     images exists
   */
  public static Written write(Format format, Path source, Path images, Reading reading, Path out)
      throws IOException {
    Path base = images.toAbsolutePath().normalize();
    Annotated annotated = new Annotated(source, reading.separator());
    try {
      switch (format) {
        case COCO -> CocoAnnotations.read(annotated);
        case VOC -> VocAnnotations.read(annotated);
        case OPEN_IMAGES -> OpenImages.read(annotated, Optional.of(base));
        case LABEL_STUDIO -> LabelStudioExport.read(annotated, base, reading.label());
        case CVAT -> CvatAnnotations.read(annotated, Optional.of(base));
        case PARQUET ->
            StoredImages.read(annotated, reading.label().orElse(LABEL), Optional.of(base));
      }
    } catch (IOException e) {
      throw InputException.cannotRead(source, e);
    }
    Map<String, Path> files = new HashMap<>();
    for (Entry entry : annotated.entries()) {
      files.computeIfAbsent(entry.image(), name -> file(source, base, name));
    }
    List<String> missing =
        files.entrySet().stream()
            .filter(file -> !Files.isRegularFile(file.getValue()))
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    Written written =
        new Written(
            (int) annotated.entries().stream().filter(entry -> entry.part().isEmpty()).count(),
            (int) annotated.entries().stream().filter(entry -> !entry.part().isEmpty()).count(),
            annotated.leftOut(),
            missing);
    if (annotated.entries().isEmpty()) {
      throw new InputException(
          "%s has no labels in the format %s%s".formatted(source, format, written.inWords()));
    }
    if (missing.size() == files.size()) {
      throw new InputException(
          "none of the images of %s exists below %s, such as %s (%,d in all); --images names the directory that their names start from%s"
              .formatted(
                  source,
                  images,
                  missing.get(0),
                  files.size(),
                  missing.get(0).contains("\\")
                      ? ", and folders in them are separated by /, not by a backslash"
                      : ""));
    }
    Path directory = out.toAbsolutePath().normalize().getParent();
    String separator = directory.getFileSystem().getSeparator();
    StringBuilder text = new StringBuilder("path,label\n");
    for (Entry entry : annotated.entries()) {
      Path file = files.get(entry.image());
      String path =
          directory.getRoot().equals(file.getRoot())
              ? directory.relativize(file).toString().replace(separator, "/")
              : file.toString();
      text.append(CsvRow.line(List.of(path + entry.part(), entry.label())));
    }
    try {
      AtomicFile.writeString(out, text.toString());
    } catch (IOException e) {
      throw InputException.cannotWrite("the manifest to", out, e);
    }
    return written;
  }

  /** Returns whether a name, which a file of annotations gives, is that of a file. */
  static boolean isFile(Path images, String name) {
    try {
      return Files.isRegularFile(images.resolve(name));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static Path file(Path source, Path images, String name) {
    try {
      return images.resolve(name).normalize();
    } catch (InvalidPathException e) {
      if (!DataSets.representable(name)) {
        throw DataSets.notInThisLocale(name, e);
      }
      throw new InputException(
          "%s: the name of image '%s' is not a path: %s".formatted(source, name, e.getReason()), e);
    }
  }

  /**
   * Returns the samples of annotations that {@link #rewrite} can change, in the order of the
   * manifest that {@link #write} makes of them; those of images that {@code write} did not find
   * included.
   *
   * @throws InputException if they cannot be read
   */
  public static List<Entry> entries(Format format, Path source, Reading reading) {
    Annotated annotated = new Annotated(source, reading.separator());
    try {
      switch (format) {
        case COCO -> CocoAnnotations.read(annotated);
        case VOC -> VocAnnotations.read(annotated);
        case OPEN_IMAGES -> OpenImages.read(annotated, Optional.empty());
        case CVAT -> CvatAnnotations.read(annotated, Optional.empty());
        case PARQUET ->
            StoredImages.read(annotated, reading.label().orElse(LABEL), Optional.empty());
        case LABEL_STUDIO -> throw new IllegalArgumentException(format + " is not rewritten");
      }
    } catch (IOException e) {
      throw InputException.cannotRead(source, e);
    }
    return annotated.entries();
  }

  /**
   * Returns the classes that annotations declare, whether or not a sample has them.
   *
   * @return none in formats that declare none
   * @throws InputException if they cannot be read
   */
  public static List<String> classes(Format format, Path source) {
    try {
      return switch (format) {
        case COCO -> CocoAnnotations.classes(source);
        case CVAT -> CvatAnnotations.classes(source);
        case OPEN_IMAGES -> OpenImages.classes(source);
        case VOC, PARQUET, LABEL_STUDIO -> List.of();
      };
    } catch (IOException e) {
      throw InputException.cannotRead(source, e);
    }
  }

  /**
   * Writes annotations with other labels. What is not changed keeps its content: crowds, other
   * shapes, attributes, images without a sample.
   *
   * @param source what was read
   * @param changes by the place of an annotation: its new label, or nothing to remove it
   * @param out the file to write, or the new directory where {@code source} is one
   */
  public static void rewrite(
      Format format, Path source, Reading reading, Map<Integer, Optional<String>> changes, Path out)
      throws IOException {
    switch (format) {
      case COCO -> CocoAnnotations.rewrite(source, changes, out);
      case VOC -> VocAnnotations.rewrite(source, changes, out);
      case OPEN_IMAGES -> OpenImages.rewrite(source, changes, out);
      case CVAT -> CvatAnnotations.rewrite(source, changes, out);
      case PARQUET -> StoredImages.rewrite(source, reading.label().orElse(LABEL), changes, out);
      case LABEL_STUDIO -> throw new IllegalArgumentException(format + " is not rewritten");
    }
  }
}
