package dev.rote.engine;

import dev.rote.audit.MultiLabels;
import dev.rote.data.LabelFile;
import dev.rote.data.NumberTable;
import dev.rote.data.SampleTable;
import dev.rote.text.InputException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where the labels that belong to predictions or features come from, and what else is known of the
 * samples.
 *
 * @param labels file of labels; none: the column {@code label} of the manifest
 * @param manifest CSV file with a row for each sample; {@code path} leads to its image, {@code
 *     original_label} is its label before noise
 * @param classNames names of the classes; empty: those that occur
 * @param text column of the manifest that holds the text of each sample
 * @param shown further columns of the manifest that the page shows
 * @param separator text between the labels of a sample that may carry several; nothing if each
 *     sample has one label
 */
public record LabelSource(
    Optional<Path> labels,
    Optional<Path> manifest,
    List<String> classNames,
    Optional<String> text,
    List<String> shown,
    Optional<String> separator) {
  /**
   * Copies the lists.
   *
   * @throws InputException if there are neither labels nor a manifest, a class is named twice, or
   *     columns are to be shown without a manifest
   */
  public LabelSource {
    classNames = List.copyOf(classNames);
    shown = List.copyOf(shown);
    if (labels.isEmpty() && manifest.isEmpty()) {
      throw new InputException(
          "--pred-probs and --features need labels: give --labels, or a --manifest with the column"
              + " label");
    }
    if (manifest.isEmpty() && (text.isPresent() || !shown.isEmpty())) {
      throw new InputException("--text-column and --show name columns of a --manifest; give one");
    }
    Set<String> seen = new HashSet<>();
    for (String name : classNames) {
      if (!seen.add(name)) {
        throw new InputException("--class-names: '" + name + "' is given twice");
      }
    }
  }

  /** Returns the labels from a file. */
  public static LabelSource of(Path labels) {
    return new LabelSource(
        Optional.of(labels),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  /** Returns the names of the classes: those given, else those of the table's columns, if any. */
  List<String> classNames(NumberTable table) {
    return classNames.isEmpty() ? table.columns().orElse(List.of()) : classNames;
  }

  /** Returns the file that the labels are in. */
  Path file() {
    return labels.or(() -> manifest).orElseThrow();
  }

  /**
   * Reads the manifest, which must have a row for each sample.
   *
   * @param samples number of samples
   */
  Optional<SampleTable> table(int samples) {
    Optional<SampleTable> table = manifest.map(SampleTable::read);
    table.ifPresent(
        read -> {
          if (read.size() != samples) {
            throw new InputException(
                "manifest %s has %,d rows for %,d samples; there must be one row per sample"
                    .formatted(read.source(), read.size(), samples));
          }
          if (labels.isPresent() && read.column("label").isPresent()) {
            throw new InputException(
                "both %s and the column label of %s give labels; leave out --labels, or that column"
                    .formatted(labels.get(), read.source()));
          }
        });
    return table;
  }

  /** Reads the labels, from the labels' file or from the manifest that was read. */
  LabelFile labels(Optional<SampleTable> table) {
    return labels
        .map(LabelFile::read)
        .orElseGet(
            () -> {
              List<String> values = table.orElseThrow().require("label");
              int empty = values.indexOf("");
              if (empty >= 0) {
                throw new InputException(
                    "manifest %s has no label for sample %d"
                        .formatted(table.get().source(), empty));
              }
              return new LabelFile(
                  table.get().source(), values, Optional.empty(), Optional.empty());
            });
  }

  /**
   * Reads the labels of samples that may carry several, from cells of the manifest that was read or
   * from a table of zeros and ones.
   *
   * @param names of the K classes, in the order of the columns; may be empty
   * @param columns K
   * @param predictions what an error calls the predictions
   */
  MultiLabels multiLabels(
      Optional<SampleTable> table, List<String> names, int columns, String predictions) {
    String between = separator.orElseThrow();
    return labels.isPresent()
        ? MultiLabels.ofTable(NumberTable.read(labels.get()), between, names, columns, predictions)
        : MultiLabels.ofCells(
            table.orElseThrow().source(),
            table.get().require("label"),
            between,
            names,
            columns,
            predictions);
  }
}
