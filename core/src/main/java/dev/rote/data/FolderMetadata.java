package dev.rote.data;

import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The {@code metadata.csv}, {@code metadata.jsonl} or {@code metadata.parquet} of a Hugging Face
 * {@code imagefolder}: a row for each image, with its path in {@code file_name} and its class in
 * {@code label}.
 *
 * @param file the metadata file
 * @param rows values by column, in the order of the file
 * @see <a href="https://huggingface.co/docs/datasets/image_dataset">the format</a>
 */
record FolderMetadata(Path file, List<Map<String, String>> rows) {
  private static final String PATH = "file_name";
  private static final String LABEL = "label";
  private static final List<String> NAMES =
      List.of("metadata.csv", "metadata.jsonl", "metadata.parquet");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Returns the metadata that a directory holds. */
  static Optional<FolderMetadata> in(Path directory) {
    for (String name : NAMES) {
      Path file = directory.resolve(name);
      if (Files.isRegularFile(file)) {
        return Optional.of(
            new FolderMetadata(file, name.endsWith(".jsonl") ? json(file) : table(file)));
      }
    }
    return Optional.empty();
  }

  /** Returns whether a file has the name of such a file. */
  static boolean isNamed(String name) {
    return NAMES.contains(name);
  }

  /** Returns whether the metadata states the classes; otherwise the folders do. */
  boolean hasLabels() {
    return rows.stream().anyMatch(row -> row.containsKey(LABEL));
  }

  /** Returns whether some of the images lie in a folder, which is then a split. */
  boolean isOf(String folder) {
    return rows.stream().anyMatch(row -> row.getOrDefault(PATH, "").startsWith(folder + "/"));
  }

  /**
   * Returns the images with their labels.
   *
   * @param split folder of the images, which the metadata lie in or beside; the others are left out
   */
  Listing listing(String split, FolderTree tree) {
    Path directory = file.getParent();
    boolean within = split.isEmpty() || file.getParent().endsWith(split);
    List<ImageFile> files = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      String where = "%s row %d".formatted(file, i + 1);
      String name = value(rows.get(i), PATH, where);
      if (!within && !name.startsWith(split + "/")) {
        continue;
      }
      Path image = directory.resolve(name);
      String named = where + ": image " + name;
      files.add(
          Files.isRegularFile(image)
              ? ImageFile.of(image, tree.relative(image), named)
              : ImageFile.unreadable(tree.relative(image), named, "does not exist"));
      labels.add(value(rows.get(i), LABEL, where));
    }
    return new Listing(file.toString(), files, labels, Optional.empty());
  }

  private static String value(Map<String, String> row, String column, String where) {
    String value = row.getOrDefault(column, "");
    if (value.isEmpty()) {
      throw new InputException("%s has no %s".formatted(where, column));
    }
    return value;
  }

  private static List<Map<String, String>> table(Path file) {
    List<CsvRow> lines;
    try {
      lines = TableFormat.rows(file);
    } catch (IOException e) {
      throw InputException.cannotRead(file, e);
    }
    List<Map<String, String>> rows = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      List<String> header = lines.get(0).cells();
      List<String> cells = lines.get(i).cells();
      if (cells.size() != header.size()) {
        throw new InputException(
            "%s row %d has %d values under a header of %d"
                .formatted(file, lines.get(i).number(), cells.size(), header.size()));
      }
      Map<String, String> row = new LinkedHashMap<>();
      for (int c = 0; c < cells.size(); c++) {
        row.put(header.get(c), cells.get(c));
      }
      rows.add(row);
    }
    return requireRows(file, rows);
  }

  private static List<Map<String, String>> json(Path file) {
    List<Map<String, String>> rows = new ArrayList<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw InputException.cannotRead(file, e);
    }
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        try {
          String line = lines.get(i);
          JsonNode node = JSON.readTree(i == 0 ? line.replaceFirst("^\ufeff", "") : line);
          Map<String, String> row = new LinkedHashMap<>();
          node.properties()
              .forEach(field -> row.put(field.getKey(), field.getValue().asString("")));
          rows.add(row);
        } catch (JacksonException e) {
          throw new InputException(
              "%s line %d is not JSON: %s".formatted(file, i + 1, e.getOriginalMessage()), e);
        }
      }
    }
    return requireRows(file, rows);
  }

  private static List<Map<String, String>> requireRows(Path file, List<Map<String, String>> rows) {
    if (rows.isEmpty() || rows.stream().noneMatch(row -> row.containsKey(PATH))) {
      throw new InputException(file + " has no column " + PATH + "; it needs file_name and label");
    }
    return rows;
  }
}
