package dev.rote.data;

import dev.rote.format.AtomicFile;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Labels that annotation tools export, as a manifest: a row for each labelled image, and for each
 * box, whose path names its part of the image ({@link Crop}).
 */
public final class Annotations {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path source;
  private final Path images;
  private final List<Entry> entries = new ArrayList<>();
  private int leftOut;

  private record Entry(String image, Optional<Crop> crop, String label) {}

  /** Formats of annotations. */
  public enum Format {
    /** COCO object detection, JSON: boxes. */
    COCO,
    /** Pascal VOC, a directory of XML files: boxes. */
    VOC,
    /** Open Images, CSV of boxes relative to the image's size. */
    OPEN_IMAGES,
    /** Label Studio, JSON: choices for images. */
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
   * What was written.
   *
   * @param rows number of samples
   * @param leftOut annotations that are not samples: crowds, empty boxes, images without a label
   */
  public record Written(int rows, int leftOut) {}

  private Annotations(Path source, Path images) {
    this.source = source;
    this.images = images;
  }

  /**
   * Writes a manifest of annotations.
   *
   * @param source file or directory that a tool exported
   * @param images directory that the images' names are relative to
   * @param out CSV file with the columns {@code path} and {@code label}
   * @throws InputException if the annotations cannot be read or name no sample
   */
  public static Written write(Format format, Path source, Path images, Path out)
      throws IOException {
    Annotations annotations = new Annotations(source, images.toAbsolutePath().normalize());
    try {
      switch (format) {
        case COCO -> annotations.coco(JSON.readTree(Files.readAllBytes(source)));
        case VOC -> annotations.voc();
        case OPEN_IMAGES -> annotations.openImages();
        case LABEL_STUDIO -> annotations.labelStudio();
        case CVAT -> annotations.cvat();
        case PARQUET -> annotations.parquet();
      }
    } catch (JacksonException e) {
      throw new InputException(source + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (SAXException e) {
      throw new InputException(source + " is not XML: " + e.getMessage(), e);
    } catch (IOException e) {
      throw InputException.cannotRead(source, e);
    }
    if (annotations.entries.isEmpty()) {
      throw new InputException("%s has no labels in the format %s".formatted(source, format));
    }
    Path directory = out.toAbsolutePath().normalize().getParent();
    StringBuilder text = new StringBuilder("path,label\n");
    for (Entry entry : annotations.entries) {
      Path file = annotations.images.resolve(entry.image()).normalize();
      String path =
          directory.getRoot().equals(file.getRoot())
              ? directory.relativize(file).toString().replace('\\', '/')
              : file.toString();
      text.append(
          CsvRow.line(List.of(path + entry.crop().map(Crop::fragment).orElse(""), entry.label())));
    }
    AtomicFile.writeString(out, text.toString());
    return new Written(annotations.entries.size(), annotations.leftOut);
  }

  /**
   * A box of a COCO file that is a sample.
   *
   * @param annotation its position among the annotations of the file
   * @param path of its image, with the part of the image
   * @param label name of its category
   */
  public record CocoBox(int annotation, String path, String label) {}

  /**
   * Returns the boxes of a COCO file that are samples, in the order of the manifest that {@link
   * #write} makes of it.
   *
   * @param root content of the file
   */
  public static List<CocoBox> cocoBoxes(Path source, JsonNode root) {
    Annotations annotations = new Annotations(source, source.toAbsolutePath().getParent());
    List<Integer> positions = annotations.coco(root);
    List<CocoBox> boxes = new ArrayList<>();
    for (int i = 0; i < positions.size(); i++) {
      Entry entry = annotations.entries.get(i);
      boxes.add(
          new CocoBox(
              positions.get(i),
              entry.image() + entry.crop().orElseThrow().fragment(),
              entry.label()));
    }
    return boxes;
  }

  private void add(String image, Crop crop, String label) {
    if (Math.min(crop.width(), crop.height()) <= 0
        || Math.min(crop.x() + crop.width(), crop.y() + crop.height()) <= 0) {
      leftOut++;
      return;
    }
    // boxes may begin outside of the image
    double x = Math.max(0, crop.x());
    double y = Math.max(0, crop.y());
    entries.add(
        new Entry(
            image,
            Optional.of(new Crop(x, y, crop.x() + crop.width() - x, crop.y() + crop.height() - y)),
            label));
  }

  /** Adds the boxes, and returns the position of each among the annotations. */
  private List<Integer> coco(JsonNode root) {
    List<Integer> positions = new ArrayList<>();
    Map<Long, String> files = new HashMap<>();
    root.path("images")
        .forEach(image -> files.put(image.path("id").asLong(), image.path("file_name").asString()));
    Map<Long, String> classes = new HashMap<>();
    root.path("categories")
        .forEach(kind -> classes.put(kind.path("id").asLong(), kind.path("name").asString()));
    int number = 0;
    for (JsonNode annotation : root.path("annotations")) {
      number++;
      JsonNode box = annotation.path("bbox");
      if (annotation.path("iscrowd").asInt(0) == 1 || box.size() != 4) {
        leftOut++;
        continue;
      }
      String file = files.get(annotation.path("image_id").asLong());
      String label = classes.get(annotation.path("category_id").asLong());
      if (file == null || label == null) {
        throw new InputException(
            "%s annotation %d names an image or a category that the file does not have"
                .formatted(source, number));
      }
      add(
          file,
          new Crop(
              box.get(0).asDouble(),
              box.get(1).asDouble(),
              box.get(2).asDouble(),
              box.get(3).asDouble()),
          label);
      if (entries.size() > positions.size()) {
        positions.add(number - 1);
      }
    }
    return positions;
  }

  private void voc() throws IOException, SAXException {
    List<Path> files;
    try (Stream<Path> list = Files.list(source)) {
      files = list.filter(file -> file.toString().endsWith(".xml")).sorted().toList();
    }
    for (Path file : files) {
      Element annotation = xml(file);
      String image = child(annotation, "filename", file);
      NodeList objects = annotation.getElementsByTagName("object");
      leftOut += objects.getLength() == 0 ? 1 : 0;
      for (int i = 0; i < objects.getLength(); i++) {
        Element object = (Element) objects.item(i);
        Element box = (Element) object.getElementsByTagName("bndbox").item(0);
        if (box == null) {
          leftOut++;
          continue;
        }
        // pixels count from 1, and the last one belongs to the box
        double x = number(child(box, "xmin", file), file) - 1;
        double y = number(child(box, "ymin", file), file) - 1;
        add(
            image,
            new Crop(
                x,
                y,
                number(child(box, "xmax", file), file) - x,
                number(child(box, "ymax", file), file) - y),
            child(object, "name", file));
      }
    }
  }

  private void openImages() throws IOException {
    SampleTable table = SampleTable.read(source);
    List<String> ids = table.require("ImageID");
    List<String> labels = table.require("LabelName");
    List<List<String>> edges =
        Stream.of("XMin", "XMax", "YMin", "YMax").map(table::require).toList();
    Map<String, int[]> sizes = new HashMap<>();
    for (int i = 0; i < table.size(); i++) {
      String file = ids.get(i) + ".jpg";
      int[] size = sizes.get(file);
      if (size == null) {
        try {
          size = ImageDecoder.size(ImageFile.content(images.resolve(file)));
        } catch (UnreadableImageException e) {
          throw new InputException(images.resolve(file) + " " + e.getMessage(), e);
        }
        sizes.put(file, size);
      }
      double left = number(edges.get(0).get(i), source) * size[0];
      double top = number(edges.get(2).get(i), source) * size[1];
      add(
          file,
          new Crop(
              left,
              top,
              number(edges.get(1).get(i), source) * size[0] - left,
              number(edges.get(3).get(i), source) * size[1] - top),
          labels.get(i));
    }
  }

  private void labelStudio() throws IOException {
    for (JsonNode task : JSON.readTree(Files.readAllBytes(source))) {
      String label = choice(task.path("annotations"));
      String image = task.path("data").path("image").asString("");
      if (label.isEmpty() || image.isEmpty()) {
        leftOut++;
        continue;
      }
      int query = image.indexOf("?d=");
      String path =
          query >= 0
              ? URLDecoder.decode(image.substring(query + 3), StandardCharsets.UTF_8)
              : image.substring(image.lastIndexOf('/') + 1);
      entries.add(new Entry(path, Optional.empty(), label));
    }
  }

  /** Returns the class that the first annotation chose; empty if it chose none or several. */
  private static String choice(JsonNode annotations) {
    for (JsonNode annotation : annotations) {
      for (JsonNode result : annotation.path("result")) {
        JsonNode choices = result.path("value").path("choices");
        if (!annotation.path("was_cancelled").asBoolean(false) && choices.size() == 1) {
          return choices.get(0).asString("");
        }
      }
    }
    return "";
  }

  /** Writes the images of a data set to files, under their numbers. */
  private void parquet() throws IOException {
    Files.createDirectories(images);
    try (Stream<Path> list = Files.list(images)) {
      if (list.findAny().isPresent()) {
        throw new InputException(
            images + " is not empty; --images names a directory for the images of the data set");
      }
    }
    List<Path> parts = List.of(source);
    if (Files.isDirectory(source)) {
      try (Stream<Path> list = Files.list(source)) {
        parts = list.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
      }
    }
    for (Path part : parts) {
      if (!TableFormat.isParquet(part)) {
        throw new InputException(part + " is not a Parquet file");
      }
      TableFormat.parquet()
          .read(
              part,
              new TableFormat.Receiver() {
                private int image;
                private int label;

                @Override
                public void columns(List<String> names) {
                  image =
                      names.contains("image.bytes")
                          ? names.indexOf("image.bytes")
                          : names.indexOf("image");
                  label = names.indexOf("label");
                  if (image < 0 || label < 0) {
                    throw new InputException(
                        "%s has the columns %s; it needs image (bytes, or bytes and path) and label"
                            .formatted(part, String.join(", ", names)));
                  }
                }

                @Override
                public void row(Object[] cells) {
                  extract(part, cells[image], cells[label]);
                }
              });
    }
  }

  private void extract(Path part, Object image, Object label) {
    if (label == null || !(image instanceof byte[] bytes)) {
      leftOut++;
      return;
    }
    String ending = ImageFormat.of(bytes).map(ImageFormat::ending).orElse("");
    String name = String.format(Locale.ROOT, "%07d%s", entries.size(), ending);
    try {
      Files.write(images.resolve(name), bytes);
    } catch (IOException e) {
      throw InputException.cannotWrite("images of " + part + " to", images, e);
    }
    entries.add(new Entry(name, Optional.empty(), label.toString()));
  }

  private void cvat() throws IOException, SAXException {
    NodeList all = xml(source).getElementsByTagName("image");
    for (int i = 0; i < all.getLength(); i++) {
      Element image = (Element) all.item(i);
      String name = image.getAttribute("name");
      NodeList tags = image.getElementsByTagName("tag");
      NodeList boxes = image.getElementsByTagName("box");
      if (tags.getLength() > 1) {
        throw new InputException(
            "%s: image %s has %d tags; a sample has one class"
                .formatted(source, name, tags.getLength()));
      }
      leftOut += tags.getLength() + boxes.getLength() == 0 ? 1 : 0;
      if (tags.getLength() == 1) {
        entries.add(
            new Entry(name, Optional.empty(), ((Element) tags.item(0)).getAttribute("label")));
      }
      for (int k = 0; k < boxes.getLength(); k++) {
        Element box = (Element) boxes.item(k);
        double x = number(box.getAttribute("xtl"), source);
        double y = number(box.getAttribute("ytl"), source);
        add(
            name,
            new Crop(
                x,
                y,
                number(box.getAttribute("xbr"), source) - x,
                number(box.getAttribute("ybr"), source) - y),
            box.getAttribute("label"));
      }
    }
  }

  /** Parses XML without entities and other files. */
  private static Element xml(Path file) throws IOException, SAXException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null);
      Document document = builder.parse(new ByteArrayInputStream(Files.readAllBytes(file)));
      return document.getDocumentElement();
    } catch (ParserConfigurationException e) {
      throw new AssertionError(e);
    }
  }

  private static String child(Element parent, String name, Path file) {
    NodeList found = parent.getElementsByTagName(name);
    for (int i = 0; i < found.getLength(); i++) {
      if (found.item(i).getParentNode() == parent) {
        return found.item(i).getTextContent().strip();
      }
    }
    throw new InputException("%s has no %s in its %s".formatted(file, name, parent.getTagName()));
  }

  private static double number(String text, Path file) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new InputException("%s: '%s' is not a number".formatted(file, text), e);
    }
  }
}
