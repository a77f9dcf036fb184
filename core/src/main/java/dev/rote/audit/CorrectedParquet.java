package dev.rote.audit;

import dev.rote.data.Classes;
import dev.rote.data.TableFormat;
import dev.rote.format.AtomicFile;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Images with the labels as decided, in a Parquet file as Hugging Face's data sets have it. */
public final class CorrectedParquet {
  private CorrectedParquet() {}

  /**
   * Writes the file, whole or not at all.
   *
   * @return number of images
   * @throws InputException if {@code out} cannot be written, or a sample is not a file
   */
  public static int write(Correction correction, Path out) throws IOException {
    correction.requireWritable(out);
    List<Path> files = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (Correction.Sample sample : correction.samples()) {
      Path file = correction.file(sample);
      if (!Files.isRegularFile(file)) {
        throw new InputException(
            "cannot store %s: it is not a file; write samples that are parts of images to a manifest"
                .formatted(file));
      }
      files.add(file);
      names.add(file.getFileName().toString());
      labels.add(sample.label());
    }
    AtomicFile.writePath(
        out,
        partial ->
            TableFormat.parquet().writeImages(partial, files, names, labels, Classes.of(labels)));
    return files.size();
  }
}
