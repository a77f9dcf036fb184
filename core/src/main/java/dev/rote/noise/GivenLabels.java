package dev.rote.noise;

import dev.rote.format.Npy;
import dev.rote.format.NpyArray;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Observed labels from a file: real noise.
 *
 * <p>The file is an NPY array of integers, or CSV: one integer a line, with or without a header, or
 * several columns with one named "label" in the header.
 *
 * @param file holds as many labels as the subset has samples, in its order, or as the source has
 */
record GivenLabels(NoiseFile file) implements LabelNoise {
  private long[] labels() {
    byte[] content = file.content();
    boolean npy = content.length > 5 && content[0] == (byte) 0x93 && content[1] == 'N';
    return npy || file.path().toString().endsWith(".npy") ? npy() : csv();
  }

  @Override
  public void requireReadable() {
    labels();
  }

  private long[] npy() {
    Path path = file.path();
    NpyArray array;
    try {
      array = Npy.read(path);
    } catch (IOException e) {
      throw InputException.cannotRead(path, e);
    }
    if (array.type().isFloating()) {
      throw new InputException(
          "%s holds %s; labels are integers".formatted(path, array.type().description()));
    }
    int[] shape = array.shape();
    if (shape.length != 1 && !(shape.length == 2 && shape[1] == 1)) {
      throw new InputException(
          "%s has %d dimensions; labels are an array of one".formatted(path, shape.length));
    }
    return array.toLongs();
  }

  private long[] csv() {
    List<CsvRow> rows = file.rows();
    if (rows.isEmpty()) {
      throw new InputException(file.path() + " holds no labels");
    }
    List<String> first = rows.get(0).cells();
    boolean header = !first.stream().allMatch(cell -> cell.matches("[+-]?\\d+"));
    int column = header && first.size() > 1 ? first.indexOf("label") : 0;
    if (column < 0 || (!header && first.size() > 1)) {
      throw new InputException(
          "%s has %d columns and none is named 'label' in a header"
              .formatted(file.path(), first.size()));
    }
    List<CsvRow> body = header ? rows.subList(1, rows.size()) : rows;
    long[] labels = new long[body.size()];
    for (int i = 0; i < labels.length; i++) {
      List<String> cells = body.get(i).cells();
      String cell = cells.size() > column ? cells.get(column) : "";
      try {
        labels[i] = Long.parseLong(cell);
      } catch (NumberFormatException e) {
        throw new InputException(
            "%s row %d: '%s' is not a label (an integer)"
                .formatted(file.path(), body.get(i).number(), cell),
            e);
      }
    }
    return labels;
  }

  @Override
  public NoiseDraw draw(int[] original, long[] ids, int classes, long seed) {
    NoiseDraw.requireClasses(classes);
    long[] labels = labels();
    long largestId = -1;
    for (long id : ids) {
      largestId = Math.max(largestId, id);
    }
    boolean ofSubset = labels.length == original.length;
    if (!ofSubset && largestId >= labels.length) {
      throw new InputException(
          "%s has %d labels: neither one for each of the %d samples nor one for each image of the source (sample ids go up to %d)"
              .formatted(file.path(), labels.length, original.length, largestId));
    }
    int[] observed = new int[original.length];
    for (int i = 0; i < observed.length; i++) {
      int at = ofSubset ? i : (int) ids[i];
      if (labels[at] < 0 || labels[at] >= classes) {
        throw new InputException(
            "%s: label %d at position %d is outside [0, %d)"
                .formatted(file.path(), labels[at], at, classes));
      }
      observed[i] = (int) labels[at];
    }
    return NoiseDraw.of(original, observed, classes);
  }

  @Override
  public double[][] transitionMatrix(int classes) {
    throw new InputException("given labels are not drawn, so they have no transition matrix");
  }

  @Override
  public String label() {
    return "given labels";
  }

  @Override
  public String toString() {
    return file.text("labels");
  }

  @Override
  public String fingerprint() {
    return file.fingerprint("labels");
  }
}
