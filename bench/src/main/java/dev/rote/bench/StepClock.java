package dev.rote.bench;

import java.util.function.LongSupplier;

/**
 * Times laps: first some that do not count, until caches and allocators are warm; then it waits for
 * the start signal; then it counts.
 */
final class StepClock {
  /** Receives the events. */
  interface Listener {
    /** Is called when warm; returns at the signal to start. */
    void ready();

    /** Is called after each lap that counts. */
    void lap();

    /** Is called when the time since the last lap does not count. */
    void skipped();
  }

  private static final double NANOS = 1e9;

  private final LongSupplier nanoTime;
  private final Listener listener;
  private final Limit warmUp;
  private final Limit measured;
  private boolean counting;
  private long last;
  private long nanos;
  private long laps;
  private long trained;
  private long measuringNanos;
  private long asideNanos;

  /**
   * When to stop.
   *
   * @param seconds least time
   * @param laps least number of laps
   */
  record Limit(double seconds, int laps) {
    boolean reached(long nanos, long doneLaps) {
      return nanos >= seconds * NANOS && doneLaps >= laps;
    }
  }

  StepClock(LongSupplier nanoTime, Limit warmUp, Limit measured, Listener listener) {
    this.nanoTime = nanoTime;
    this.warmUp = warmUp;
    this.measured = measured;
    this.listener = listener;
  }

  /** Begins the first lap. */
  void start() {
    if (warmUp.reached(0, 0)) {
      count();
    }
    last = nanoTime.getAsLong();
  }

  /**
   * Ends a lap and begins the next.
   *
   * @return whether there shall be another
   */
  boolean lap() {
    long now = nanoTime.getAsLong();
    nanos += now - last;
    measuringNanos += trained == 0 ? 0 : now - trained;
    trained = 0;
    laps++;
    if (counting) {
      listener.lap();
      if (measured.reached(nanos, laps)) {
        return false;
      }
    } else if (warmUp.reached(nanos, laps)) {
      count();
    }
    last = nanoTime.getAsLong();
    return true;
  }

  /** Drops the time since the last lap ended. */
  void skip() {
    if (counting) {
      listener.skipped();
    }
    last = nanoTime.getAsLong();
  }

  /** Does something that belongs to no lap, but whose time is to be known. */
  void aside(Runnable work) {
    long start = nanoTime.getAsLong();
    work.run();
    last = nanoTime.getAsLong();
    asideNanos += counting ? last - start : 0;
  }

  /** Marks the end of an epoch's training: the rest of this lap is measuring. */
  void trained() {
    trained = nanoTime.getAsLong();
  }

  private void count() {
    listener.ready();
    counting = true;
    nanos = 0;
    measuringNanos = 0;
    laps = 0;
  }

  /** Laps that counted. */
  long laps() {
    return laps;
  }

  /** Returns the time of the laps. */
  double seconds() {
    return nanos / NANOS;
  }

  /** Returns the time spent {@link #aside}. */
  double asideSeconds() {
    return asideNanos / NANOS;
  }

  /** Returns the time of the laps after {@link #trained}. */
  double measuringSeconds() {
    return measuringNanos / NANOS;
  }
}
