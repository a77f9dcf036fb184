package dev.rote.data;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How many samples each class has.
 *
 * @param counts K numbers, in label order, at least one of which is not 0
 */
public record ClassBalance(List<Integer> counts) {
  public ClassBalance {
    counts = List.copyOf(counts);
    if (counts.stream().anyMatch(n -> n < 0) || counts.stream().allMatch(n -> n == 0)) {
      throw new IllegalArgumentException("class counts " + counts + " are of no data set");
    }
  }

  /**
   * Counts labels.
   *
   * @param labels N of them, each in [0, {@code classes}); at least one
   */
  public static ClassBalance of(int[] labels, int classes) {
    int[] counts = new int[classes];
    for (int label : labels) {
      counts[label]++;
    }
    return new ClassBalance(Arrays.stream(counts).boxed().toList());
  }

  /** Returns the classes without a sample, ascending. */
  public List<Integer> empty() {
    return IntStream.range(0, counts.size()).filter(k -> counts.get(k) == 0).boxed().toList();
  }

  /** Returns the class with most samples; the first of several. */
  public int largest() {
    return IntStream.range(0, counts.size())
        .reduce((a, b) -> counts.get(b) > counts.get(a) ? b : a)
        .orElseThrow();
  }

  /** Returns the class with fewest samples of those that have any; the first of several. */
  public int smallest() {
    return IntStream.range(0, counts.size())
        .filter(k -> counts.get(k) > 0)
        .reduce((a, b) -> counts.get(b) < counts.get(a) ? b : a)
        .orElseThrow();
  }

  /** Returns the size of the largest class divided by that of the smallest; 1 in balance. */
  public double ratio() {
    return (double) counts.get(largest()) / counts.get(smallest());
  }
}
