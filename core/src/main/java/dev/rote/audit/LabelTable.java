package dev.rote.audit;

import dev.rote.data.NumberTable;
import dev.rote.data.TableFormat;
import dev.rote.format.AtomicFile;
import dev.rote.format.Npy;
import dev.rote.format.NpyArray;
import dev.rote.format.NpyType;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file with the labels of samples that carry several: zeros and ones, {@code [N,K]}, a column for
 * each class. It is NPY, an array of an NPZ archive, CSV with or without a header, or Parquet.
 */
final class LabelTable implements CorrectedLabels {
  private static final List<String> MANIFEST = List.of("label", "path");

  private final Path file;
  private final MultiLabels labels;

  private LabelTable(Path file, MultiLabels labels) {
    this.file = file;
    this.labels = labels;
  }

  /**
   * Reads a file, unless it is a manifest: CSV or Parquet with a column {@code label} or {@code
   * path} that is no class.
   *
   * @throws InputException if it is a table of something else, or of other classes
   */
  static Optional<CorrectedLabels> read(Path file, LabelSets sets) {
    try {
      return Npy.isNpy(file) || !isManifest(file, sets)
          ? Optional.of(
              new LabelTable(
                  file,
                  MultiLabels.ofTable(
                      NumberTable.read(file),
                      sets.separator(),
                      sets.classes(),
                      sets.classes().size(),
                      "the audit")))
          : Optional.empty();
    } catch (IOException e) {
      throw InputException.cannotRead(file, e);
    }
  }

  private static boolean isManifest(Path file, LabelSets sets) throws IOException {
    if (!Files.isRegularFile(file)) {
      return true; // which is then found missing
    }
    List<CsvRow> rows = TableFormat.rows(file);
    return rows.isEmpty()
        || MANIFEST.stream()
            .anyMatch(name -> rows.get(0).cells().contains(name) && !sets.classes().contains(name));
  }

  @Override
  public List<CsvRow> asManifest() {
    List<String> cells = new ArrayList<>();
    for (boolean[] answers : labels.carried()) {
      List<String> carried = new ArrayList<>();
      for (int k = 0; k < answers.length; k++) {
        if (answers[k]) {
          carried.add(labels.sets().classes().get(k));
        }
      }
      cells.add(String.join(labels.sets().separator(), carried));
    }
    return CorrectedLabels.manifest(cells);
  }

  /**
   * Writes the table with other labels. NPY stays NPY, with its type of numbers; so does an array
   * of an archive. CSV keeps every byte but the cells that change and the rows that are left out.
   * Parquet stays Parquet if the name of {@code out} ends in {@code .parquet}; else it becomes CSV.
   *
   * @param cells of the manifest, by sample; nothing where the sample is left out
   * @throws InputException if the name of {@code out} is that of another kind of file
   */
  @Override
  public void write(Path out, List<Optional<String>> cells) throws IOException {
    boolean[][] now = new boolean[cells.size()][];
    for (int i = 0; i < now.length; i++) {
      if (cells.get(i).isPresent()) {
        now[i] = new boolean[labels.classes()];
        for (String label : labels.sets().labels(cells.get(i).get())) {
          now[i][labels.sets().classes().indexOf(label)] = true;
        }
      }
    }
    boolean array = Npy.isNpy(file);
    requireEnding(out, ".npy", array);
    requireEnding(
        out, ".parquet", out.toString().endsWith(".parquet") && TableFormat.isParquet(file));
    if (array) {
      writeNpy(out, now);
    } else if (out.toString().endsWith(".parquet")) {
      writeParquet(out, now);
    } else {
      writeCsv(out, now);
    }
  }

  private void requireEnding(Path out, String ending, boolean wanted) {
    if (out.toString().endsWith(ending) != wanted) {
      throw new InputException(
          "%s cannot be written as %s; name a file that ends in %s"
              .formatted(file, out, wanted ? ending : ".csv"));
    }
  }

  private void writeNpy(Path out, boolean[][] now) throws IOException {
    NpyType type = Npy.read(file).type();
    int rows = 0;
    for (boolean[] row : now) {
      rows += row == null ? 0 : 1;
    }
    ByteBuffer data =
        ByteBuffer.allocate(rows * labels.classes() * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (boolean[] row : now) {
      for (int k = 0; row != null && k < row.length; k++) {
        put(data, type, row[k]);
      }
    }
    Npy.write(out, new NpyArray(type, new int[] {rows, labels.classes()}, data.flip()));
  }

  private static void put(ByteBuffer data, NpyType type, boolean one) {
    switch (type) {
      case BOOL, INT8, UINT8 -> data.put((byte) (one ? 1 : 0));
      case INT16, UINT16 -> data.putShort((short) (one ? 1 : 0));
      case INT32, UINT32 -> data.putInt(one ? 1 : 0);
      case INT64, UINT64 -> data.putLong(one ? 1 : 0);
      case FLOAT16 -> data.putShort((short) (one ? 0x3c00 : 0)); // sign 0, exponent 15, fraction 0
      case FLOAT32 -> data.putFloat(one ? 1 : 0);
      case FLOAT64 -> data.putDouble(one ? 1 : 0);
    }
  }

  private void writeParquet(Path out, boolean[][] now) throws IOException {
    List<String> columns = NumberTable.read(file).columns().orElseThrow(() -> ofLists(out));
    AtomicFile.writePath(
        out,
        partial ->
            TableFormat.parquet()
                .rewrite(
                    file,
                    partial,
                    i -> {
                      boolean[] row = now[(int) i];
                      if (row == null) {
                        return Optional.empty();
                      }
                      Map<String, String> cells = new HashMap<>();
                      for (int k = 0; k < row.length; k++) {
                        if (row[k] != labels.carried()[(int) i][k]) {
                          cells.put(columns.get(k), row[k] ? "1" : "0");
                        }
                      }
                      return Optional.of(cells);
                    }));
  }

  private InputException ofLists(Path out) {
    return new InputException(
        "%s holds lists of numbers, which cannot be written as %s; give the labels as NPY, or with a column for each class"
            .formatted(file, out));
  }

  private void writeCsv(Path out, boolean[][] now) throws IOException {
    List<CsvRow> lines = new ArrayList<>();
    TableFormat.forEachRow(file, lines::add);
    List<CsvRow> filled = lines.stream().filter(line -> !line.isBlank()).toList();
    int header = filled.size() - labels.size();
    int skipped = filled.get(0).cells().size() - labels.classes();
    if (skipped < 0) {
      throw ofLists(out);
    }
    Map<Long, Integer> samples = new HashMap<>();
    for (int i = 0; i < labels.size(); i++) {
      samples.put(filled.get(header + i).number(), i);
    }
    StringBuilder text = new StringBuilder();
    for (CsvRow line : lines) {
      Integer i = samples.get(line.number());
      if (i == null) {
        text.append(line.text());
      } else if (now[i] != null) {
        text.append(changed(line, skipped, labels.carried()[i], now[i]));
      }
    }
    Correction.writeText(out, file, text.toString());
  }

  private static String changed(CsvRow line, int skipped, boolean[] before, boolean[] now) {
    CsvRow row = line;
    for (int k = 0; k < now.length; k++) {
      if (now[k] != before[k]) {
        boolean decimals = row.cells().get(skipped + k).indexOf('.') >= 0;
        List<String> cells = new ArrayList<>(row.cells());
        cells.set(skipped + k, (now[k] ? "1" : "0") + (decimals ? ".0" : ""));
        row = new CsvRow(row.number(), cells, row.with(skipped + k, cells.get(skipped + k)));
      }
    }
    return row.text();
  }
}
