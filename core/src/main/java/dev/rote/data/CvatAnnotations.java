package dev.rote.data;

import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.w3c.dom.Element;

/**
 * Tags and boxes of "CVAT for images 1.1". A place counts both, over all images. A project's images
 * lie in folders named after their subsets.
 *
 * @see <a href="https://docs.cvat.ai/docs/manual/advanced/formats/format-cvat/">the format</a>
 */
final class CvatAnnotations {
  private static final String TAG = "tag";
  private static final String BOX = "box";
  private static final Set<String> OTHER_SHAPES =
      Set.of("polygon", "polyline", "points", "mask", "cuboid", "ellipse", "skeleton");

  private CvatAnnotations() {}

  /**
   * Reads the file.
   *
   * @param images directory of the images, which shows whether they lie in folders of subsets; if
   *     empty, an image is named without its subset
   */
  static void read(Annotated into, Optional<Path> images) throws IOException {
    XmlFile file = xml(into.source());
    List<Element> elements = XmlFile.children(file.root(), "image");
    if (elements.isEmpty() && !XmlFile.children(file.root(), "track").isEmpty()) {
      throw new InputException(
          into.source() + " is of CVAT for video; export the task as 'CVAT for images 1.1'");
    }
    int place = 0;
    Set<String> names = new HashSet<>();
    for (Element image : elements) {
      String name = name(image, images);
      if (images.isPresent() && !names.add(name)) {
        throw new InputException(
            "%s has two images %s; --images names the directory with a folder for each subset of the project"
                .formatted(into.source(), name));
      }
      List<String> tags = new ArrayList<>();
      Map<Integer, Element> boxes = new TreeMap<>();
      int first = place;
      for (Element element : XmlFile.children(image)) {
        if (element.getTagName().equals(TAG)) {
          first = tags.isEmpty() ? place : first;
          tags.add(element.getAttribute("label"));
          place++;
        } else if (element.getTagName().equals(BOX)) {
          boxes.put(place++, element);
        } else if (OTHER_SHAPES.contains(element.getTagName())) {
          into.leaveOut("shapes that are not boxes");
        }
      }
      if (!tags.isEmpty() || boxes.isEmpty()) {
        into.image(first, name, tags);
      }
      boxes.forEach((at, box) -> box(into, file, name, box, at));
    }
  }

  /** Returns the name of an image, in the folder of its subset if it is there. */
  private static String name(Element image, Optional<Path> images) {
    String name = image.getAttribute("name");
    String within = image.getAttribute("subset") + "/" + name;
    return images
        .filter(directory -> image.hasAttribute("subset"))
        .filter(directory -> Annotations.isFile(directory, within))
        .map(directory -> within)
        .orElse(name);
  }

  private static void box(Annotated into, XmlFile file, String image, Element box, int place) {
    String rotation = box.getAttribute("rotation");
    if (!rotation.isEmpty() && file.number(rotation) != 0) {
      into.leaveOut(Annotated.ROTATED);
      return;
    }
    double x = file.number(box.getAttribute("xtl"));
    double y = file.number(box.getAttribute("ytl"));
    double width = file.number(box.getAttribute("xbr")) - x;
    double height = file.number(box.getAttribute("ybr")) - y;
    into.box(place, image, new Crop(x, y, width, height), box.getAttribute("label"));
  }

  private static XmlFile xml(Path source) throws IOException {
    return XmlFile.read(source, "annotations", "an export of CVAT");
  }

  /** Returns the labels that the task, job or project of the export has; none where it has none. */
  static List<String> classes(Path source) throws IOException {
    List<String> classes = new ArrayList<>();
    for (Element meta : XmlFile.children(xml(source).root(), "meta")) {
      for (Element exported : XmlFile.children(meta)) {
        for (Element labels : XmlFile.children(exported, "labels")) {
          for (Element label : XmlFile.children(labels, "label")) {
            XmlFile.child(label, "name").map(Element::getTextContent).ifPresent(classes::add);
          }
        }
      }
    }
    return classes;
  }

  static void rewrite(Path source, Map<Integer, Optional<String>> changes, Path out)
      throws IOException {
    XmlFile file = xml(source);
    int place = 0;
    for (Element image : XmlFile.children(file.root(), "image")) {
      for (Element element : XmlFile.children(image)) {
        if (Set.of(TAG, BOX).contains(element.getTagName())) {
          Optional<String> change = changes.get(place++);
          if (change != null && change.isEmpty()) {
            XmlFile.remove(element);
          } else if (change != null) {
            element.setAttribute("label", change.get());
          }
        }
      }
    }
    file.write(out);
  }
}
