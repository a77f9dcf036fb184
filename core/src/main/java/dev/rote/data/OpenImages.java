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
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Open Images: a CSV file of boxes, whose edges are shares of the image's size, or of labels of
 * whole images, of which those of confidence 1 hold. A place is a row, from 0. Classes have ids
 * such as {@code /m/01g317}, which a file of descriptions beside the other gives names.
 *
 * @see <a href="https://storage.googleapis.com/openimages/web/download_v7.html">the format</a>
 */
final class OpenImages {
  private static final String LABEL = "LabelName";
  private static final Pattern DESCRIPTIONS =
      Pattern.compile("(oidv\\d+-)?class-descriptions(-boxable)?\\.csv");
  private static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".png", ".webp", ".JPG");

  private OpenImages() {}

  /**
   * Reads the file.
   *
   * @param images directory of the images, for their endings and sizes; if empty, an image is named
   *     without its ending, and a part of it is not named
   */
  static void read(Annotated into, Optional<Path> images) throws IOException {
    SampleTable table = SampleTable.read(into.source());
    List<String> ids = table.require("ImageID");
    Map<String, String> names = names(into.source());
    List<String> labels =
        table.require(LABEL).stream().map(id -> names.getOrDefault(id, id)).toList();
    if (table.column("XMin").isEmpty() && table.column("Confidence").isPresent()) {
      labels(into, ids, images, labels, table.require("Confidence"));
      return;
    }
    List<List<String>> edges =
        Stream.of("XMin", "XMax", "YMin", "YMax").map(table::require).toList();
    Optional<List<String>> groups = table.column("IsGroupOf");
    Map<String, String> files = new HashMap<>();
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
      String file = files.computeIfAbsent(ids.get(i), id -> file(images, id));
      int[] size = {1, 1};
      if (images.isPresent()) {
        Optional<int[]> known = sizes.get(file);
        if (known == null) {
          known = size(images.get().resolve(file));
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

  /** Returns the file of an image: as it is there, or as the published ones are named. */
  private static String file(Optional<Path> images, String id) {
    return images
        .map(
            directory ->
                ENDINGS.stream()
                    .map(ending -> id + ending)
                    .filter(name -> Annotations.isFile(directory, name))
                    .findFirst()
                    .orElse(id + ENDINGS.get(0)))
        .orElse(id);
  }

  /**
   * Returns the names of the classes by their ids, from the files of descriptions beside a file of
   * boxes or labels. Names that several classes share are left out.
   */
  private static Map<String, String> names(Path source) throws IOException {
    List<Path> files;
    try (Stream<Path> beside = Files.list(source.toAbsolutePath().getParent())) {
      files =
          beside
              .filter(file -> DESCRIPTIONS.matcher(file.getFileName().toString()).matches())
              .sorted()
              .toList();
    }
    Map<String, String> names = new LinkedHashMap<>();
    for (Path file : files) {
      for (CsvRow row : CsvRow.parse(Files.readAllBytes(file), file.toString())) {
        if (row.cells().size() == 2 && !row.cells().get(0).equals(LABEL)) {
          names.putIfAbsent(row.cells().get(0), row.cells().get(1));
        }
      }
    }
    Map<String, Integer> times = new HashMap<>();
    names.values().forEach(name -> times.merge(name, 1, Integer::sum));
    names.values().removeIf(name -> name.isBlank() || times.get(name) > 1);
    return names;
  }

  /** Returns the names that classes are given beside the file. */
  static List<String> classes(Path source) throws IOException {
    return List.copyOf(names(source).values());
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
      Annotated into,
      List<String> ids,
      Optional<Path> images,
      List<String> labels,
      List<String> confidences) {
    Map<String, List<String>> byImage = new LinkedHashMap<>();
    Map<String, Integer> places = new HashMap<>();
    Map<String, String> files = new HashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      String file = files.computeIfAbsent(ids.get(i), id -> file(images, id));
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
    Map<String, String> ids = new HashMap<>();
    names(source).forEach((id, name) -> ids.put(name, id));
    StringBuilder text = new StringBuilder(rows.get(0).text());
    for (int i = 0; i < rows.size() - 1; i++) {
      CsvRow row = rows.get(i + 1);
      Optional<String> change = changes.get(i);
      if (change == null) {
        text.append(row.text());
      } else {
        change.ifPresent(name -> text.append(row.with(label, ids.getOrDefault(name, name))));
      }
    }
    AtomicFile.writeString(out, text.toString());
  }
}
