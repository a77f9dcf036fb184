package dev.rote.audit;

import dev.rote.data.Classes;
import dev.rote.data.NumberTable;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Labels of samples that carry any number of them, as questions with two answers: question i·K + k
 * asks whether sample i belongs to class k. Answer 2k says no, answer 2k+1 says yes.
 *
 * @param sets names of the K classes, and how they are written
 * @param carried whether a sample carries a label, {@code [N][K]}
 * @param notes what was assumed, a line each
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record MultiLabels(LabelSets sets, boolean[][] carried, List<String> notes) {
  /** With their ranking, these take about 3 GB. */
  private static final long MOST_QUESTIONS = 5_000_000;

  /**
   * Checks the size.
   *
   * @throws InputException if there are too many questions
   */
  public MultiLabels {
    notes = List.copyOf(notes);
    long questions = (long) carried.length * sets.classes().size();
    if (questions > MOST_QUESTIONS) {
      throw new InputException(
          "%,d samples of %,d classes are %,d questions; at most %,d can be audited at once, so audit some of the samples or of the classes"
              .formatted(carried.length, sets.classes().size(), questions, MOST_QUESTIONS));
    }
  }

  /**
   * Reads labels from cells such as {@code cat; dog}, where K columns of predictions stand for the
   * classes.
   *
   * @param source name of the file, for errors
   * @param cells of the N samples
   * @param separator text between two labels
   * @param names of the K classes, in the order of the columns; if empty, those that occur, in the
   *     order of their numbers or their text, or numbers from 0 to K−1
   * @param columns K
   * @param predictions what an error calls the predictions
   * @throws InputException if the labels do not fit
   */
  public static MultiLabels ofCells(
      String source,
      List<String> cells,
      String separator,
      List<String> names,
      int columns,
      String predictions) {
    List<String> notes = new ArrayList<>();
    List<String> classes = names;
    if (names.isEmpty()) {
      Set<String> occurring = new LinkedHashSet<>();
      cells.forEach(cell -> occurring.addAll(LabelSets.labels(cell, separator)));
      List<String> present = Classes.of(occurring);
      List<String> numbers = IntStream.range(0, columns).mapToObj(Integer::toString).toList();
      classes = numbers.containsAll(present) ? numbers : present;
      if (classes.size() != columns) {
        throw new InputException(
            "%s has %d columns, %s has labels of %d classes (%s); --class-names gives a name to each column, --multi-label names the separator of labels"
                .formatted(predictions, columns, source, classes.size(), Names.firstOf(classes)));
      }
      if (classes == present) {
        notes.add(
            "the columns of %s are taken to be the classes in this order: %s; --class-names gives another"
                .formatted(predictions, Names.firstOf(classes)));
      }
    }
    LabelSets sets = new LabelSets(separator, requireColumns(classes, columns, predictions));
    return new MultiLabels(sets, carried(source, cells, sets), notes);
  }

  /**
   * Reads labels from a table of zeros and ones, {@code [N,K]}.
   *
   * @param names of the K classes; if empty, those of the table's columns, or numbers
   * @throws InputException if the table holds another number, or its size or names do not fit
   */
  public static MultiLabels ofTable(
      NumberTable table, String separator, List<String> names, int columns, String predictions) {
    if (table.width() != columns) {
      throw new InputException(
          "%s has %d columns, %s has %d; each has a column for each class"
              .formatted(predictions, columns, table.source(), table.width()));
    }
    List<String> own = table.columns().orElse(List.of());
    if (!own.isEmpty() && !names.isEmpty() && !own.equals(names)) {
      throw new InputException(
          "the columns of %s are named %s, the classes %s; they must be the same, in the same order"
              .formatted(table.source(), Names.firstOf(own), Names.firstOf(names)));
    }
    List<String> classes =
        !names.isEmpty()
            ? names
            : !own.isEmpty()
                ? own
                : IntStream.range(0, columns).mapToObj(Integer::toString).toList();
    boolean[][] carried = new boolean[table.rows().length][columns];
    for (int i = 0; i < carried.length; i++) {
      for (int k = 0; k < columns; k++) {
        float value = table.rows()[i][k];
        if (value != 0 && value != 1) {
          throw new InputException(
              "%s holds %s in row %d; labels of several classes are 0 or 1"
                  .formatted(table.source(), value, i));
        }
        carried[i][k] = value == 1;
      }
    }
    LabelSets sets = new LabelSets(separator, requireColumns(classes, columns, predictions));
    return new MultiLabels(sets, carried, List.of());
  }

  private static List<String> requireColumns(List<String> names, int columns, String predictions) {
    if (names.size() != columns) {
      throw new InputException(
          "%s has %d classes; names given: %d".formatted(predictions, columns, names.size()));
    }
    return names;
  }

  /** Returns which labels cells name, by the position of the classes. */
  private static boolean[][] carried(String source, List<String> cells, LabelSets sets) {
    boolean[][] carried = new boolean[cells.size()][sets.classes().size()];
    Map<String, Integer> index = Classes.index(sets.classes());
    for (int i = 0; i < carried.length; i++) {
      for (String label : sets.labels(cells.get(i))) {
        Integer k = index.get(label);
        if (k == null) {
          throw new InputException(
              "%s: label '%s' of sample %d is none of the %d classes (%s)"
                  .formatted(
                      source, label, i, sets.classes().size(), Names.firstOf(sets.classes())));
        }
        carried[i][k] = true;
      }
    }
    return carried;
  }

  /**
   * Returns the answers that other cells of the same samples give, such as those of the original
   * labels, by question.
   *
   * @throws InputException if a cell names another class
   */
  public int[] answers(String source, List<String> cells) {
    return answers(carried(source, cells, sets));
  }

  /** Returns the observed answers, by question. */
  public int[] answers() {
    return answers(carried);
  }

  private static int[] answers(boolean[][] labels) {
    int classes = labels.length == 0 ? 0 : labels[0].length;
    int[] answers = new int[labels.length * classes];
    for (int q = 0; q < answers.length; q++) {
      int k = q % classes;
      answers[q] = 2 * k + (labels[q / classes][k] ? 1 : 0);
    }
    return answers;
  }

  /** Returns the number of samples, N. */
  public int size() {
    return carried.length;
  }

  /** Returns the number of classes, K. */
  public int classes() {
    return sets.classes().size();
  }

  /**
   * Returns the questions as samples of an audit: their ids are their positions.
   *
   * @param paths of the N samples
   * @param texts what a page shows of the N samples; it shows the labels of each as well
   */
  public AuditedSamples questions(Optional<List<String>> paths, Optional<List<String>> texts) {
    int classes = classes();
    return new AuditedSamples(
        IntStream.range(0, size() * classes).asLongStream().toArray(),
        answers(),
        sets.answers(),
        paths.map(
            all ->
                new View(size() * classes) {
                  @Override
                  public String get(int question) {
                    return all.get(question / classes);
                  }
                }),
        Optional.of(
            new View(size() * classes) {
              @Override
              public String get(int question) {
                int i = question / classes;
                return texts.map(all -> all.get(i) + "\n").orElse("") + inWords(i);
              }
            }),
        Optional.empty(),
        classes);
  }

  private String inWords(int sample) {
    List<String> labels =
        IntStream.range(0, classes())
            .filter(k -> carried[sample][k])
            .mapToObj(sets.classes()::get)
            .toList();
    return labels.isEmpty() ? "no label" : "labels: " + String.join(sets.separator() + " ", labels);
  }

  /** A list of what each question shares with the others about its sample. */
  private abstract static class View extends AbstractList<String> implements RandomAccess {
    private final int size;

    View(int size) {
      this.size = size;
    }

    @Override
    public int size() {
      return size;
    }
  }
}
