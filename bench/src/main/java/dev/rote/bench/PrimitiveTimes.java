package dev.rote.bench;

import java.util.Map;
import java.util.TreeMap;

/** Times of oneDNN's primitives, summed over the measured steps. */
final class PrimitiveTimes {
  private final Map<String, Double> pending = new TreeMap<>();
  private final Map<String, Double> sums = new TreeMap<>();
  private long steps;

  /** Takes up an execution of the step under way. */
  void add(Primitive primitive) {
    pending.merge(primitive.name(), primitive.milliseconds(), Double::sum);
  }

  /** Counts the step that has just ended. */
  void step() {
    pending.forEach((name, time) -> sums.merge(name, time, Double::sum));
    pending.clear();
    steps++;
  }

  /** Drops what was executed since the last step. */
  void skip() {
    pending.clear();
  }

  /** Returns the mean milliseconds of a step, by kind of primitive. */
  Map<String, Double> perStep() {
    Map<String, Double> means = new TreeMap<>();
    sums.forEach((name, sum) -> means.put(name, sum / steps));
    return means;
  }

  /** Returns the mean milliseconds of all primitives of a step. */
  double millisecondsPerStep() {
    return sums.values().stream().mapToDouble(Double::doubleValue).sum() / steps;
  }

  long steps() {
    return steps;
  }
}
