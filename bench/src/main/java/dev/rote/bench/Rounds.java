package dev.rote.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The values of one quantity, measured once in each round. */
record Rounds(List<Double> values) {
  Rounds {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no round");
    }
    values = List.copyOf(values);
  }

  static Rounds of(double... values) {
    return new Rounds(Arrays.stream(values).boxed().toList());
  }

  /** Returns the middle value; of an even number, the mean of the two in the middle. */
  double median() {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  double min() {
    return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  double max() {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  /** Returns (max − min)/median. */
  double spread() {
    return (max() - min()) / median();
  }

  /** Returns this over other, round by round, so that drift over the rounds cancels. */
  Rounds over(Rounds other) {
    if (other.values.size() != values.size()) {
      throw new IllegalArgumentException(values.size() + " rounds and " + other.values.size());
    }
    return new Rounds(
        IntStream.range(0, values.size())
            .mapToObj(i -> values.get(i) / other.values.get(i))
            .toList());
  }
}
