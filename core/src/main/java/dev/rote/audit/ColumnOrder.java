package dev.rote.audit;

import dev.rote.text.Names;
import dev.rote.text.ShellWords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether the columns of predictions stand in the order of the classes. A class counts as moved
 * where more than half of the samples with its label are predicted as one other class, at least
 * three times as many as are predicted as the label says, and no further label is predicted mostly
 * as that class. So neither networks that prefer a few classes nor wrong labels raise a doubt: of a
 * class whose labels are mostly right, no other class gets three times as many predictions.
 */
final class ColumnOrder {
  /** Share of all samples by which another order must agree better with the labels. */
  private static final double FAR_BETTER = 0.1;

  private static final int TIMES_THE_OWN = 3;
  private static final int FEWEST_MOVED = 2;

  /** With more classes, an order is too long for a line. */
  private static final int MOST_NAMED = 20;

  private final List<String> classNames;
  private final int samples;

  /** The class that most samples of each label are predicted as. */
  private final int[] favourite;

  /** The labels that count as moved, to the columns of their favourites. */
  private final List<Integer> moved = new ArrayList<>();

  private int agree;
  private int more;

  private ColumnOrder(HeldOut heldOut) {
    classNames = heldOut.classNames();
    samples = heldOut.size();
    int classes = heldOut.classes();
    favourite = new int[classes];
    boolean[] clear = new boolean[classes];
    int[] gain = new int[classes];
    int[] claims = new int[classes];
    int[][] byLabel = predicted(heldOut);
    int[] counts = new int[classes];
    for (int label = 0; label < classes; label++) {
      int[] predicted = byLabel[label];
      favourite[label] = label;
      for (int column : predicted) {
        counts[column]++;
        if (counts[column] > counts[favourite[label]]) {
          favourite[label] = column;
        }
      }
      int most = counts[favourite[label]];
      int own = counts[label];
      agree += own;
      gain[label] = most - own;
      clear[label] = 2 * most > predicted.length && most >= TIMES_THE_OWN * own;
      claims[favourite[label]] += predicted.length == 0 ? 0 : 1;
      for (int column : predicted) {
        counts[column] = 0;
      }
    }
    for (int label = 0; label < classes; label++) {
      if (favourite[label] != label && clear[label] && claims[favourite[label]] == 1) {
        moved.add(label);
        more += gain[label];
      }
    }
  }

  /** Returns the classes that the samples of each label are predicted as. */
  private static int[][] predicted(HeldOut heldOut) {
    int[] counts = heldOut.counts();
    int[][] byLabel = new int[counts.length][];
    for (int label = 0; label < counts.length; label++) {
      byLabel[label] = new int[counts[label]];
    }
    for (int i = 0; i < heldOut.size(); i++) {
      int label = heldOut.labels()[i];
      byLabel[label][--counts[label]] = heldOut.predicted(i);
    }
    return byLabel;
  }

  /**
   * Returns a line that says so, with the remedy, if another order of the columns explains the
   * labels far better than the given one.
   *
   * @param predictions what the line calls the predictions
   */
  static Optional<String> doubt(HeldOut heldOut, String predictions) {
    ColumnOrder order = new ColumnOrder(heldOut);
    return order.moved.size() >= FEWEST_MOVED && order.more >= FAR_BETTER * order.samples
        ? Optional.of(order.line(predictions))
        : Optional.empty();
  }

  private String line(String predictions) {
    int first = moved.get(0);
    return String.format(
        Locale.ROOT,
        "the columns of %s are probably in another order than the classes: most samples labelled"
            + " '%s' are predicted as '%s'%s; in another order the predictions agree with %.0f%% of"
            + " the labels, in this one with %.0f%%; if so, %s",
        predictions,
        classNames.get(first),
        classNames.get(favourite[first]),
        moved.size() > 1 ? " (and " + (moved.size() - 1) + " more classes as others)" : "",
        100.0 * (agree + more) / samples,
        100.0 * agree / samples,
        remedy());
  }

  private String remedy() {
    if (classNames.size() <= MOST_NAMED && classNames.stream().noneMatch(n -> n.contains(","))) {
      List<String> columns = columns();
      if (!columns.contains(null)) {
        return "repeat with "
            + ShellWords.line(List.of("--class-names", String.join(",", columns)));
      }
    }
    return "give --class-names in the order of the columns; here it is "
        + Names.firstOf(classNames);
  }

  /** Returns the class of each column; null where it is open. */
  private List<String> columns() {
    String[] columns = new String[classNames.size()];
    moved.forEach(label -> columns[favourite[label]] = classNames.get(label));
    List<String> open = new ArrayList<>();
    for (int label = 0; label < columns.length; label++) {
      if (!moved.contains(label)) {
        if (columns[label] == null) {
          columns[label] = classNames.get(label);
        } else {
          open.add(classNames.get(label));
        }
      }
    }
    List<String> all = Arrays.asList(columns);
    if (open.size() == 1) { // the one class without a column has the one that is open
      all.replaceAll(name -> name == null ? open.get(0) : name);
    }
    return all;
  }
}
