package dev.rote.worker;

import dev.rote.run.EpochRecord;
import dev.rote.run.Json;
import dev.rote.run.RunRecord;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * What a study runner and a worker say to each other, a line of JSON each. A job goes down the
 * worker's standard input; reports come up its standard output, marked so that whatever native code
 * prints there is not taken for one.
 */
final class Message {
  private static final String MARK = "rote:";

  private Message() {}

  /** Train this run in this directory. */
  record Job(String directory, RunRecord record) {}

  /** The kinds of reports. */
  enum Kind {
    /** The run has begun after {@code epoch} epochs that were done before. */
    STARTED,
    /** {@code fraction} of {@code epoch} is done. */
    PROGRESS,
    /** An epoch has ended and is on disk. */
    EPOCH,
    /** The run is complete on disk. */
    FINISHED,
    /** The input cannot be read or the output cannot be written, as {@code text} says. */
    REFUSED,
    /** The run cannot go on, for the reason in {@code text}; the worker can take another. */
    FAILED;

    boolean isLast() {
      return this == FINISHED || this == REFUSED || this == FAILED;
    }
  }

  /** A report; the fields that its kind does not use are 0 or null. */
  record Report(Kind kind, int epoch, double fraction, EpochRecord record, String text) {
    static Report started(int epochsDone) {
      return new Report(Kind.STARTED, epochsDone, 0, null, null);
    }

    static Report progress(int epoch, double fraction) {
      return new Report(Kind.PROGRESS, epoch, fraction, null, null);
    }

    static Report epoch(EpochRecord record) {
      return new Report(Kind.EPOCH, record.epoch(), 1, record, null);
    }

    static Report finished() {
      return new Report(Kind.FINISHED, 0, 1, null, null);
    }

    static Report refused(String text) {
      return new Report(Kind.REFUSED, 0, 0, null, text);
    }

    static Report failed(String text) {
      return new Report(Kind.FAILED, 0, 0, null, text);
    }

    String line() {
      return MARK + Json.LINE.writeValueAsString(this);
    }

    /** The report in a line of a worker's output, if it is one. */
    static Optional<Report> of(String line) {
      if (!line.startsWith(MARK)) {
        return Optional.empty();
      }
      try {
        return Optional.of(Json.LINE.readValue(line.substring(MARK.length()), Report.class));
      } catch (JacksonException e) {
        return Optional.empty(); // a line that native output cut in two
      }
    }
  }
}
