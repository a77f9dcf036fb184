package dev.rote.data;

import dev.rote.format.AtomicFile;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Open Images: a CSV file of boxes, whose edges are shares of the image's size, or of labels of
 * whole images, of which those of confidence 1 hold. A place is a row, from 0.
 *
 * @see <a href="https://storage.googleapis.com/openimages/web/download_v7.html">the format</a>
 */
final class OpenImages {
  private static final String LABEL = "LabelName";

  private OpenImages() {}

  /**
   * Reads the file.
   *
   * @param images directory of the images, for their sizes; if empty, a part of an image is not
   *     named
   */
  static void read(Annotated into, Optional<Path> images) throws IOException {
    SampleTable table = SampleTable.read(into.source());
    List<String> ids = table.require("ImageID");
    List<String> labels = table.require(LABEL);
    if (table.column("XMin").isEmpty() && table.column("Confidence").isPresent()) {
      labels(into, ids, labels, table.require("Confidence"));
      return;
    }
    List<List<String>> edges =
        Stream.of("XMin", "XMax", "YMin", "YMax").map(table::require).toList();
    Optional<List<String>> groups = table.column("IsGroupOf");
    Map<String, Optional<int[]>> sizes = new HashMap<>();
    for (int i = 0; i < table.size(); i++) {
      if (groups.isPresent() && groups.get().get(i).equals("1")) {
        into.leaveOut(Annotated.CROWDS);
        continue;
      }
      double[] shares = new double[4];
      for (int e = 0; e < 4; e++) {
        shares[e] = share(into.source(), i, edges.get(e).get(i));
      }
      String file = ids.get(i) + ".jpg";
      int[] size = {1, 1};
      if (images.isPresent()) {
        Path image = images.get().resolve(file);
        Optional<int[]> known = sizes.get(file);
        if (known == null) {
          known = size(image);
          sizes.put(file, known);
        }
        if (known.isEmpty()) {
          into.leaveOut("boxes in images that do not exist or cannot be read");
          continue;
        }
        size = known.get();
      }
      double left = shares[0] * size[0];
      double top = shares[2] * size[1];
      into.box(
          i,
          file,
          new Crop(left, top, shares[1] * size[0] - left, shares[3] * size[1] - top),
          labels.get(i));
    }
  }

  private static Optional<int[]> size(Path image) throws IOException {
    if (!Files.isRegularFile(image)) {
      return Optional.empty();
    }
    try {
      return Optional.of(ImageDecoder.size(ImageFile.content(image)));
    } catch (UnreadableImageException e) {
      return Optional.empty();
    }
  }

  private static void labels(
      Annotated into, List<String> ids, List<String> labels, List<String> confidences) {
    Map<String, List<String>> byImage = new LinkedHashMap<>();
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      String file = ids.get(i) + ".jpg";
      places.putIfAbsent(file, i);
      List<String> own = byImage.computeIfAbsent(file, name -> new ArrayList<>());
      if (confidences.get(i).matches("1(\\.0*)?") && !own.contains(labels.get(i))) {
        own.add(labels.get(i));
      }
    }
    byImage.forEach((file, own) -> into.image(places.get(file), file, own));
  }

  private static double share(Path source, int row, String text) {
    try {
      double share = Double.parseDouble(text);
      if (share >= 0 && share <= 1) {
        return share;
      }
    } catch (NumberFormatException e) {
      // below
    }
    throw new InputException(
        "%s sample %d has an edge at '%s'; edges are shares of the image's size, from 0 to 1"
            .formatted(source, row, text));
  }

  static void rewrite(Path source, Map<Integer, Optional<String>> changes, Path out)
      throws IOException {
    List<CsvRow> rows = CsvRow.parse(Files.readAllBytes(source), source.toString());
    int label = rows.get(0).cells().indexOf(LABEL);
    StringBuilder text = new StringBuilder(rows.get(0).text());
    for (int i = 0; i < rows.size() - 1; i++) {
      CsvRow row = rows.get(i + 1);
      Optional<String> change = changes.get(i);
      if (change == null) {
        text.append(row.text());
      } else {
        change.ifPresent(name -> text.append(row.with(label, name)));
      }
    }
    AtomicFile.writeString(out, text.toString());
  }
}
