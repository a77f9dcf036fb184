package dev.rote.report.live;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Numbers the events since the server started, so that a page that reconnects receives exactly what
 * it missed.
 *
 * <p>The id of an event names the server too: a page that reconnects to another server, or too
 * late, is told to reload everything.
 */
final class EventLog {
  private static final int KEPT = 5_000;

  private final String server = Long.toHexString(new SecureRandom().nextLong());
  private final Deque<Event> events = new ArrayDeque<>();
  private long last;
  private boolean closed;

  /** An event: its number, its kind and its JSON. */
  record Event(long number, String kind, String data) {}

  synchronized void add(String kind, String data) {
    events.add(new Event(++last, kind, data));
    if (events.size() > KEPT) {
      events.remove();
    }
    notifyAll();
  }

  /** Ends the log: readers receive the remaining events and stop waiting. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  synchronized boolean closed() {
    return closed;
  }

  /** Returns the id of the newest event. */
  synchronized String position() {
    return id(last);
  }

  String id(long number) {
    return server + "-" + number;
  }

  /**
   * Returns the number in an id; -1 if the events after it are not known any more, or never were.
   *
   * @param id as {@link #position} gave it
   */
  synchronized long known(String id) {
    if (!id.matches(server + "-\\d{1,18}")) {
      return -1;
    }
    long number = Long.parseLong(id.substring(server.length() + 1));
    long oldest = events.isEmpty() ? last + 1 : events.peek().number();
    return number <= last && number >= oldest - 1 ? number : -1;
  }

  /**
   * Returns the events after {@code number}; waits for one if there is none.
   *
   * @param milliseconds the longest wait, after which the list is empty
   */
  synchronized List<Event> after(long number, long milliseconds) throws InterruptedException {
    long end = System.nanoTime() + milliseconds * 1_000_000;
    while (last <= number) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0 || closed) {
        return List.of();
      }
      wait(left);
    }
    List<Event> newer = new ArrayList<>();
    events.stream().filter(event -> event.number() > number).forEach(newer::add);
    return newer;
  }
}
