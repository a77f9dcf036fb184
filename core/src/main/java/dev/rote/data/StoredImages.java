package dev.rote.data;

import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Images in Parquet files, as Hugging Face stores a data set. A place is a row. */
final class StoredImages {
  private StoredImages() {}

  /**
   * Writes the images of a data set to files, under their numbers.
   *
   * @param images an empty or new directory
   */
  static void read(Annotated into, Path images) throws IOException {
    Path source = into.source();
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
                public void columns(List<TableFormat.Column> columns) {
                  List<String> names = columns.stream().map(TableFormat.Column::name).toList();
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
                  if (columns.get(image).kind() != TableFormat.Kind.BYTES
                      || columns.get(label).kind() != TableFormat.Kind.VALUE) {
                    throw new InputException(
                        "%s: image holds %s and label %s; bytes and values are needed"
                            .formatted(part, columns.get(image).kind(), columns.get(label).kind()));
                  }
                }

                @Override
                public void row(Object[] cells) {
                  extract(into, part, images, cells[image], cells[label]);
                }
              });
    }
  }

  private static void extract(Annotated into, Path part, Path images, Object image, Object label) {
    if (label == null || !(image instanceof byte[] bytes)) {
      into.leaveOut(label == null ? Annotated.WITHOUT_LABEL : "rows without an image");
      return;
    }
    String ending = ImageFormat.of(bytes).map(ImageFormat::ending).orElse("");
    int number = into.entries().size();
    String name = String.format(Locale.ROOT, "%07d%s", number, ending);
    try {
      Files.write(images.resolve(name), bytes);
    } catch (IOException e) {
      throw InputException.cannotWrite("images of " + part + " to", images, e);
    }
    into.image(number, name, List.of(label.toString()));
  }
}
