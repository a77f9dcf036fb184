package dev.rote.engine;

/**
 * Decides whether a run whose worker crashed is tried again, from its last epoch. A crash after
 * which at least one epoch was completed counts as the first, so that a long run survives any
 * number of crashes that are far apart.
 *
 * @param maxCrashes crashes without a completed epoch between them after which a run is given up;
 *     at least 1
 */
public record RetryPolicy(int maxCrashes) {
  /** Gives a run up after three crashes in a row. */
  public static final RetryPolicy DEFAULT = new RetryPolicy(3);

  /**
   * Checks the limit.
   *
   * @throws IllegalArgumentException if {@code maxCrashes} is below 1
   */
  public RetryPolicy {
    if (maxCrashes < 1) {
      throw new IllegalArgumentException("a limit of " + maxCrashes + " crashes is below 1");
    }
  }

  /** Starts to count the crashes of one run. */
  public Attempts newRun() {
    return new Attempts();
  }

  /** The crashes of one run. Not thread-safe. */
  public final class Attempts {
    private int crashes;

    private Attempts() {}

    /**
     * Notes a crash and returns whether the run should be tried again.
     *
     * @param epochCompleted whether the attempt completed an epoch before it crashed
     */
    public boolean retryAfterCrash(boolean epochCompleted) {
      crashes = epochCompleted ? 1 : crashes + 1;
      return crashes < maxCrashes;
    }
  }
}
