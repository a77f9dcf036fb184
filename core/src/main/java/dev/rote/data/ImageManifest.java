package dev.rote.data;

import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A CSV file of image paths and labels, with the header {@code path,label} or {@code
 * path,label,original_label}, in any order. Other columns are ignored, unless one seems to be a
 * mistyped name.
 *
 * <p>Paths are relative to the CSV file, and may name a part of an image ({@link Crop}). Labels are
 * the names of the classes. Sample ids are positions among the rows.
 */
final class ImageManifest implements DataSource {
  private static final List<String> COLUMNS = List.of("path", "label", "original_label");

  @Override
  public String name() {
    return "manifest";
  }

  @Override
  public Place place() {
    return Place.GIVEN;
  }

  @Override
  public String needs() {
    return "its file: --data FILE.csv, with the header path,label";
  }

  @Override
  public ReadDataSet read(Path csv, DataSpec spec) {
    if (!Files.isRegularFile(csv)) {
      throw new InputException(
          csv + " is not a file; data set manifest needs a CSV file with the header path,label");
    }
    List<CsvRow> rows;
    try {
      rows = TableFormat.rows(csv);
    } catch (IOException e) {
      throw InputException.cannotRead(csv, e);
    }
    List<String> header = rows.isEmpty() ? List.of() : rows.get(0).cells();
    requireHeader(csv, header);
    List<CsvRow> body = rows.subList(1, rows.size());
    if (body.isEmpty()) {
      throw new InputException("manifest " + csv + " has a header but no rows");
    }
    List<String> labels = column(csv, header, body, "label");
    Optional<List<String>> originals =
        header.contains("original_label")
            ? Optional.of(column(csv, header, body, "original_label"))
            : Optional.empty();
    List<String> paths = column(csv, header, body, "path");
    List<ImageFile> files = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      String where =
          "manifest %s row %d: image %s".formatted(csv, body.get(i).number(), paths.get(i));
      files.add(file(csv, paths.get(i), where));
    }
    Listing listing = new Listing("manifest " + csv, files, labels, originals);
    return Listing.read(name(), listing, Optional.empty(), spec, List.of());
  }

  private static void requireHeader(Path csv, List<String> header) {
    if (header.contains("image.path") && !header.contains("path")) {
      throw new InputException(
          "%s holds the images themselves; 'rote data manifest %s --from parquet --images DIR --out FILE' writes them to files"
              .formatted(csv, csv));
    }
    boolean columns =
        header.stream().anyMatch(column -> COLUMNS.stream().anyMatch(column::equalsIgnoreCase));
    if (!columns || header.stream().anyMatch(ImageFormat::isImageName)) {
      throw new InputException(
          "manifest %s row 1 is '%s', which is not a header; put the line path,label first"
              .formatted(csv, String.join(",", header)));
    }
    for (String column : header) {
      boolean mistyped =
          !COLUMNS.contains(column)
              && Names.nearest(column, COLUMNS).filter(name -> !header.contains(name)).isPresent();
      if (mistyped) {
        throw new InputException(
            "manifest " + csv + " row 1: " + Names.unknown("column", column, COLUMNS));
      }
    }
    if (!header.contains("path")
        || !header.contains("label")
        || header.stream().distinct().count() < header.size()) {
      throw new InputException(
          "manifest %s row 1: the header is '%s'; it needs path and label, once each"
              .formatted(csv, String.join(",", header)));
    }
  }

  private static List<String> column(
      Path csv, List<String> header, List<CsvRow> body, String name) {
    int index = header.indexOf(name);
    List<String> values = new ArrayList<>();
    for (CsvRow row : body) {
      if (row.cells().size() != header.size()) {
        throw new InputException(
            "manifest %s row %d has %d values under a header of %d"
                .formatted(csv, row.number(), row.cells().size(), header.size()));
      }
      if (row.cells().get(index).isEmpty()) {
        throw new InputException(
            "manifest %s row %d: %s is empty".formatted(csv, row.number(), name));
      }
      values.add(row.cells().get(index));
    }
    return values;
  }

  private static String missing(Path csv, String path, Path file) {
    if (path.contains("://")) {
      return "is an address; download the images and give their paths";
    }
    if (Files.isDirectory(file)) {
      return "is a directory";
    }
    return Files.exists(csv.resolveSibling(path.replace('\\', '/')))
        ? "does not exist, but would with / in place of each backslash"
        : "does not exist";
  }

  private static ImageFile file(Path csv, String path, String where) {
    try {
      Path named = csv.resolveSibling(path);
      Path file = Files.exists(named) ? named : csv.resolveSibling(Crop.file(path));
      return Files.isRegularFile(file)
          ? ImageFile.of(file, path, where)
          : ImageFile.unreadable(path, where, missing(csv, path, file));
    } catch (InvalidPathException e) {
      if (!DataSets.representable(path)) {
        throw DataSets.notInThisLocale(path, e);
      }
      return ImageFile.unreadable(path, where, "is not a path: " + e.getReason());
    }
  }
}
