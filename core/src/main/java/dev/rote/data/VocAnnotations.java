package dev.rote.data;

import dev.rote.format.AtomicFile;
import dev.rote.format.Directories;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.w3c.dom.Element;

/**
 * Boxes of Pascal VOC: an XML file for each image. A place counts the objects of all files, which
 * are in the order of their names.
 *
 * @see <a href="http://host.robots.ox.ac.uk/pascal/VOC/voc2012/">the data</a>
 */
final class VocAnnotations {
  private VocAnnotations() {}

  static void read(Annotated into) throws IOException {
    int place = 0;
    for (Path path : files(into.source())) {
      if (Files.isDirectory(path)) {
        into.leaveOut("folders, whose files are not read");
        continue;
      }
      XmlFile file = xml(path);
      String image = withEnding(file.text(file.root(), "filename"));
      List<Element> objects = XmlFile.children(file.root(), "object");
      if (objects.isEmpty()) {
        into.leaveOut(Annotated.WITHOUT_LABEL);
      }
      for (Element object : objects) {
        // parts of an object have boxes as well
        Optional<Element> box = XmlFile.child(object, "bndbox");
        if (box.isEmpty()) {
          into.leaveOut(Annotated.WITHOUT_BOX);
        } else {
          // pixels count from 1, and the last one belongs to the box
          double x = file.number(file.text(box.get(), "xmin")) - 1;
          double y = file.number(file.text(box.get(), "ymin")) - 1;
          double width = file.number(file.text(box.get(), "xmax")) - x;
          double height = file.number(file.text(box.get(), "ymax")) - y;
          into.box(place, image, new Crop(x, y, width, height), file.text(object, "name"));
        }
        place++;
      }
    }
  }

  /** Returns the name of an image; some tools leave out the ending, and the images are JPEG. */
  private static String withEnding(String name) {
    return name.indexOf('.', name.lastIndexOf('/') + 1) >= 0 ? name : name + ".jpg";
  }

  private static XmlFile xml(Path file) throws IOException {
    return XmlFile.read(file, "annotation", "Pascal VOC");
  }

  private static List<Path> files(Path source) throws IOException {
    if (Files.isRegularFile(source)) {
      return List.of(source);
    }
    List<Path> files;
    try (Stream<Path> list = Files.list(source)) {
      files = list.filter(VocAnnotations::isRead).sorted().toList();
    }
    if (files.stream().allMatch(Files::isDirectory)) {
      Path within = source.resolve("Annotations");
      throw new InputException(
          "%s holds no XML file; give %s"
              .formatted(
                  source, Files.isDirectory(within) ? within : "the directory of the annotations"));
    }
    return files;
  }

  /** Returns whether a file is one of annotations, or a folder that may hold some. */
  private static boolean isRead(Path file) {
    String name = file.getFileName().toString();
    return !name.startsWith(".")
        && (name.toLowerCase(Locale.ROOT).endsWith(".xml") || Files.isDirectory(file));
  }

  static void rewrite(Path source, Map<Integer, Optional<String>> changes, Path out)
      throws IOException {
    if (Files.exists(out)) {
      throw new InputException(out + " exists; name a new directory");
    }
    Files.createDirectory(out);
    try {
      int place = 0;
      for (Path path : files(source)) {
        if (Files.isDirectory(path)) {
          continue;
        }
        XmlFile file = xml(path);
        boolean changed = false;
        for (Element object : XmlFile.children(file.root(), "object")) {
          Optional<String> change = changes.get(place++);
          if (change != null && change.isEmpty()) {
            XmlFile.remove(object);
          } else if (change != null) {
            XmlFile.child(object, "name").orElseThrow().setTextContent(change.get());
          }
          changed |= change != null;
        }
        Path to = out.resolve(path.getFileName());
        if (changed) {
          file.write(to);
        } else {
          byte[] content = Files.readAllBytes(path);
          AtomicFile.write(to, stream -> stream.write(content));
        }
      }
    } catch (IOException | RuntimeException e) {
      Directories.delete(out);
      throw e;
    }
  }
}
