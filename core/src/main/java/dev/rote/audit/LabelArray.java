package dev.rote.audit;

import dev.rote.format.Npy;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An array with one label a sample, {@code [N]} or {@code [N,1]}: NPY, or an array of an NPZ. */
final class LabelArray implements CorrectedLabels {
  private final Path file;
  private final List<String> values;

  private LabelArray(Path file, List<String> values) {
    this.file = file;
    this.values = values;
  }

  /**
   * Reads an array; nothing if a file is none.
   *
   * @throws InputException if it is an array of something else
   */
  static Optional<CorrectedLabels> read(Path file) {
    try {
      return Npy.isNpy(file)
          ? Optional.of(new LabelArray(file, Npy.readText(file)))
          : Optional.empty();
    } catch (IOException e) {
      throw InputException.cannotRead(file, e);
    }
  }

  @Override
  public List<CsvRow> asManifest() {
    return CorrectedLabels.manifest(values);
  }

  @Override
  public void write(Path out, List<Optional<String>> cells) throws IOException {
    if (!out.toString().endsWith(".npy")) {
      throw new InputException(
          "%s cannot be written as %s; name a file that ends in .npy".formatted(file, out));
    }
    Npy.rewriteText(file, out, cells);
  }
}
