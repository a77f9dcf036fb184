package dev.rote.cli;

import java.util.HashMap;
import java.util.Map;

/**
 * Estimates the time that a number of runs still take together, from the share of their epochs that
 * has been trained and the time that it took.
 *
 * @param <R> what tells a run from another
 */
final class TimeLeft<R> {
  /** Smallest share of all epochs from which the rest is estimated. */
  private static final double ENOUGH = 0.01;

  private final Map<R, Double> epochsLeft = new HashMap<>();
  private double planned;

  /** Adds a run with the epochs that it has left. */
  void add(R run, double epochs) {
    epochsLeft.put(run, epochs);
    planned += epochs;
  }

  /** Sets how many epochs a run has left now. */
  void set(R run, double epochs) {
    epochsLeft.replace(run, epochs);
  }

  /** Removes a run that will not finish. */
  void remove(R run) {
    Double left = epochsLeft.remove(run);
    planned -= left == null ? 0 : left;
  }

  /**
   * Returns the seconds left, or -1 if too little has been trained to tell.
   *
   * @param elapsed seconds since the first run was added
   */
  long seconds(double elapsed) {
    double left = epochsLeft.values().stream().mapToDouble(Double::doubleValue).sum();
    double done = planned - left;
    return done <= 0 || done < ENOUGH * planned ? -1 : Math.round(elapsed / done * left);
  }
}
