package dev.rote.data;

import dev.rote.data.Annotations.Entry;
import dev.rote.text.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Collects the samples that a reader of annotations finds, and counts what it leaves out. */
final class Annotated {
  static final String EMPTY_BOXES = "empty boxes";
  static final String ROTATED = "rotated boxes";
  static final String CROWDS = "boxes around groups (crowds)";
  static final String WITHOUT_BOX = "annotations without a box";
  static final String WITHOUT_LABEL = "images without a label";

  private final Path source;
  private final Optional<String> separator;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, Integer> leftOut = new TreeMap<>();

  /**
   * Starts with nothing.
   *
   * @param source what is read, for errors
   * @param separator what stands between the labels of an image that may have several; nothing if
   *     it has one
   */
  Annotated(Path source, Optional<String> separator) {
    this.source = source;
    this.separator = separator;
  }

  Path source() {
    return source;
  }

  List<Entry> entries() {
    return entries;
  }

  Map<String, Integer> leftOut() {
    return leftOut;
  }

  void leaveOut(String what) {
    leftOut.merge(what, 1, Integer::sum);
  }

  /** Adds a box, without what lies left of its image or above it. */
  void box(int place, String image, Crop box, String label) {
    if (!(box.width() > 0 && box.height() > 0)) {
      leaveOut(EMPTY_BOXES);
      return;
    }
    double right = box.x() + box.width();
    double bottom = box.y() + box.height();
    double x = Math.max(0, box.x());
    double y = Math.max(0, box.y());
    if (right <= x || bottom <= y) {
      leaveOut("boxes outside of their image");
      return;
    }
    requireLabel(image, label);
    Crop within = new Crop(x, y, right - x, bottom - y);
    entries.add(new Entry(place, image, within.fragment(), label));
  }

  /**
   * Adds an image with its labels. Without a separator, an image without a label is left out.
   *
   * @throws InputException if it has several labels and there is no separator
   */
  void image(int place, String image, List<String> labels) {
    labels.forEach(label -> requireLabel(image, label));
    if (separator.isEmpty() && labels.isEmpty()) {
      leaveOut(WITHOUT_LABEL);
      return;
    }
    if (separator.isEmpty() && labels.size() > 1) {
      throw new InputException(
          "%s: image %s has the labels %s; --multi-label makes a manifest of samples with several"
              .formatted(source, image, String.join(", ", labels)));
    }
    String between = separator.orElse("");
    for (String label : labels) {
      if (!between.isEmpty() && label.contains(between.strip())) {
        throw new InputException(
            "%s: the label '%s' contains '%s', which stands between two labels; --multi-label names another separator"
                .formatted(source, label, between));
      }
    }
    entries.add(new Entry(place, image, "", String.join(between, labels)));
  }

  private void requireLabel(String image, String label) {
    if (label.isBlank()) {
      throw new InputException("%s: a label of image %s is empty".formatted(source, image));
    }
  }
}
