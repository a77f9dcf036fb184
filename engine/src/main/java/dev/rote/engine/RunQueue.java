package dev.rote.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Hands out runs to lanes. A lane that finds the device's memory full can put its run back and
 * retire, as long as others remain.
 */
final class RunQueue {
  private final Deque<PlannedRun> waiting;
  private int lanes;

  /** Starts with all {@code lanes} active. */
  RunQueue(List<PlannedRun> runs, int lanes) {
    this.waiting = new ArrayDeque<>(runs);
    this.lanes = lanes;
  }

  /** Returns the next run; without one, the calling lane retires. */
  synchronized Optional<PlannedRun> take() {
    Optional<PlannedRun> run = Optional.ofNullable(waiting.poll());
    if (run.isEmpty()) {
      lanes--;
    }
    return run;
  }

  /** Returns whether only one lane is active. */
  synchronized boolean onlyOneLane() {
    return lanes == 1;
  }

  /** Puts a run back and retires the calling lane; returns false if no other lane is active. */
  synchronized boolean leaveToOthers(PlannedRun run) {
    if (lanes == 1) {
      return false;
    }
    lanes--;
    waiting.addFirst(run);
    return true;
  }

  /** Removes all waiting runs, so that lanes retire after the run they have. */
  synchronized void clear() {
    waiting.clear();
  }
}
