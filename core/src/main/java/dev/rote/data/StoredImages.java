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

/**
 * Images in Parquet files, as Hugging Face stores a data set. A place counts the rows of all files,
 * which are in the order of their names.
 */
final class StoredImages {
  private static final String BYTES = ".bytes";

  private StoredImages() {}

  /**
   * Reads the labels, and writes the images to files, under their numbers; none of them stays if
   * the data set cannot be read to its end, or the disk is full.
   *
   * @param label name of the column of the classes
   * @param images an empty or new directory; if empty, no files are written
   */
  static void read(Annotated into, String label, Optional<Path> images) throws IOException {
    if (images.isPresent()) {
      Files.createDirectories(images.get());
      try (Stream<Path> list = Files.list(images.get())) {
        if (list.findAny().isPresent()) {
          throw new InputException(
              images.get()
                  + " is not empty; --images names a directory for the images of the data set");
        }
      }
    }
    Rows rows = new Rows(into, label, images);
    try {
      for (Path part : parts(into.source())) {
        rows.part = part;
        TableFormat.parquet().read(part, rows);
      }
    } catch (IOException | RuntimeException e) {
      if (images.isPresent()) {
        try (Stream<Path> written = Files.list(images.get())) {
          for (Path image : written.toList()) {
            Files.delete(image);
          }
        }
      }
      throw e;
    }
  }

  private static List<Path> parts(Path source) throws IOException {
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
    }
    return parts;
  }

  /** Takes the rows of all files. */
  private static final class Rows implements TableFormat.Receiver {
    private final Annotated into;
    private final String labelName;
    private final Optional<Path> images;
    private Path part;
    private int image;
    private int label;
    private int place;

    Rows(Annotated into, String labelName, Optional<Path> images) {
      this.into = into;
      this.labelName = labelName;
      this.images = images;
      this.part = into.source();
    }

    @Override
    public void columns(List<TableFormat.Column> columns) {
      List<String> names = columns.stream().map(TableFormat.Column::name).toList();
      List<String> stored =
          names.stream()
              .filter(name -> columns.get(names.indexOf(name)).kind() == TableFormat.Kind.BYTES)
              .filter(name -> name.endsWith(BYTES) || name.equals("image"))
              .toList();
      label = names.indexOf(labelName);
      if (stored.size() != 1 || label < 0 || columns.get(label).kind() != TableFormat.Kind.VALUE) {
        throw new InputException(
            "%s has the columns %s; it needs images, as bytes or as bytes and path, and their classes in %s, or in the column that --label names"
                .formatted(part, String.join(", ", names), labelName));
      }
      image = names.indexOf(stored.get(0));
    }

    @Override
    public void row(Object[] cells) {
      int row = place++;
      if (cells[label] == null || !(cells[image] instanceof byte[] bytes)) {
        into.leaveOut(
            cells[label] == null ? Annotated.WITHOUT_LABEL : "rows without the bytes of an image");
        return;
      }
      String ending = ImageFormat.of(bytes).map(ImageFormat::ending).orElse("");
      String name = String.format(Locale.ROOT, "%07d%s", into.entries().size(), ending);
      if (images.isPresent()) {
        try {
          Files.write(images.get().resolve(name), bytes);
        } catch (IOException e) {
          throw InputException.cannotWrite(
              "images of " + part + " to", images.get(), "--images", e);
        }
      }
      into.image(row, name, List.of(cells[label].toString()));
    }
  }

  static void rewrite(Path source, String label, Map<Integer, Optional<String>> changes, Path out)
      throws IOException {
    boolean directory = Files.isDirectory(source);
    if (directory && Files.exists(out)) {
      throw new InputException(out + " exists; name a new directory");
    }
    if (directory) {
      Files.createDirectory(out);
    }
    int[] place = {0};
    try {
      for (Path part : parts(source)) {
        AtomicFile.writePath(
            directory ? out.resolve(part.getFileName()) : out,
            partial ->
                TableFormat.parquet()
                    .rewrite(
                        part,
                        partial,
                        row -> {
                          Optional<String> change = changes.get(place[0]++);
                          return change == null
                              ? Optional.of(Map.of())
                              : change.map(name -> Map.of(label, name));
                        }));
      }
    } catch (IOException | RuntimeException e) {
      if (directory) {
        Directories.delete(out);
      }
      throw e;
    }
  }
}
