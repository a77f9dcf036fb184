package dev.rote.bench;

import java.util.Arrays;

/** The same thing measured once in each round. */
record Rounds(double... values) {
  Rounds {
    if (values.length == 0) {
      throw new IllegalArgumentException("no round");
    }
    values = values.clone();
  }

  @Override
  public double[] values() {
    return values.clone();
  }

  /** The middle value; of an even number, the mean of the two in the middle. */
  double median() {
    double[] sorted = sorted();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  double min() {
    return sorted()[0];
  }

  double max() {
    double[] sorted = sorted();
    return sorted[sorted.length - 1];
  }

  /** (max − min)/median. */
  double spread() {
    return (max() - min()) / median();
  }

  /** Round by round, this over other: what drifts over the rounds drifts out. */
  Rounds over(Rounds other) {
    if (other.values.length != values.length) {
      throw new IllegalArgumentException(values.length + " rounds and " + other.values.length);
    }
    double[] ratios = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      ratios[i] = values[i] / other.values[i];
    }
    return new Rounds(ratios);
  }

  private double[] sorted() {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Rounds rounds && Arrays.equals(values, rounds.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
