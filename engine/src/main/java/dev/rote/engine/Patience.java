package dev.rote.engine;

import java.time.Duration;

/**
 * How long a worker process may be silent before it counts as dead.
 *
 * @param connecting from its start to its first message
 * @param heartbeat between two messages of the process, which sends one every {@link #BEAT} from a
 *     separate thread: longer silence means that the process is stopped or out of memory
 * @param step between two reports of a run that is training: longer silence means that its thread
 *     hangs
 */
record Patience(Duration connecting, Duration heartbeat, Duration step) {
  /** Interval of the heartbeat. */
  static final Duration BEAT = Duration.ofSeconds(2);

  static final Patience DEFAULT =
      new Patience(Duration.ofMinutes(2), Duration.ofMinutes(2), Duration.ofMinutes(30));
}
