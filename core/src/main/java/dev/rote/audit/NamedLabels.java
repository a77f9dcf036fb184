package dev.rote.audit;

import dev.rote.data.Classes;
import dev.rote.data.LabelFile;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Labels as positions among named classes.
 *
 * @param labels N positions, each in [0, K)
 * @param classNames names of the K classes
 * @param notes what was assumed, a line each
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record NamedLabels(int[] labels, List<String> classNames, List<String> notes) {
  /** Copies the lists. */
  public NamedLabels {
    classNames = List.copyOf(classNames);
    notes = List.copyOf(notes);
  }

  /**
   * Finds out which class each label is, given that K columns of predictions stand for the classes.
   * With {@code names}, labels are names, or else positions. Without, whole numbers from 0 to K−1
   * are positions; other labels are names, whose order is that of their numbers or their text.
   *
   * @param samples number of samples, N
   * @param paths of the samples, if they are known
   * @param columns number of classes, K
   * @param names of the K classes, in the order of the columns; may be empty
   * @param predictions what an error calls the predictions
   * @throws InputException if the labels do not fit
   */
  public static NamedLabels ofColumns(
      LabelFile file,
      int samples,
      Optional<List<String>> paths,
      int columns,
      List<String> names,
      String predictions) {
    requireOneEach(file, samples, predictions);
    if (!names.isEmpty()) {
      if (names.size() != columns) {
        throw new InputException(
            "%s has %d classes; names given: %d".formatted(predictions, columns, names.size()));
      }
      return new NamedLabels(match(file, samples, paths, names), names, List.of());
    }
    List<String> numbers = IntStream.range(0, columns).mapToObj(Integer::toString).toList();
    List<String> present = Classes.of(file.values());
    if (numbers.containsAll(present)) {
      return new NamedLabels(match(file, samples, paths, numbers), numbers, List.of());
    }
    if (present.size() != columns) {
      throw new InputException(
          "%s has %d columns, %s has labels of %d classes (%s); --class-names gives a name to each column"
              .formatted(
                  predictions, columns, file.source(), present.size(), Names.firstOf(present)));
    }
    return new NamedLabels(
        match(file, samples, paths, present),
        present,
        List.of(
            "the columns of %s are taken to be the classes in this order: %s; --class-names gives another"
                .formatted(predictions, Names.firstOf(present))));
  }

  /**
   * Finds out which class each label is, where the classes are those that occur, or {@code names}.
   *
   * @throws InputException if the labels do not fit
   */
  public static NamedLabels of(
      LabelFile file,
      int samples,
      Optional<List<String>> paths,
      List<String> names,
      String features) {
    requireOneEach(file, samples, features);
    List<String> classes = names.isEmpty() ? Classes.of(file.values()) : names;
    return new NamedLabels(match(file, samples, paths, classes), classes, List.of());
  }

  private static void requireOneEach(LabelFile file, int samples, String predictions) {
    if (file.values().size() != samples) {
      throw new InputException(
          "%,d rows in %s for %,d labels in %s; there must be one row per label"
              .formatted(samples, predictions, file.values().size(), file.source()));
    }
  }

  private static int[] match(
      LabelFile file, int samples, Optional<List<String>> paths, List<String> names) {
    return file.match(IntStream.range(0, samples).asLongStream().toArray(), paths, names);
  }
}
