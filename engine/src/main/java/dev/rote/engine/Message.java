package dev.rote.engine;

import dev.rote.run.EpochRecord;
import dev.rote.run.RunRecord;
import dev.rote.study.Extras;

/** The messages between a study and a worker over their {@link WorkerChannel}. */
final class Message {
  private Message() {}

  /** The tasks of a worker. */
  enum Task {
    /** Train the run in its directory. */
    TRAIN,
    /** Prepare to measure how fast a run like this is; {@link Kind#STARTED} reports readiness. */
    PREPARE_TRIAL,
    /** Run the prepared trial. */
    RUN_TRIAL
  }

  /** A task for a lane; a trial has no directory. */
  record Job(int lane, Task task, String directory, RunRecord record, Extras extras) {
    static Job train(String directory, RunRecord record, Extras extras) {
      return new Job(0, Task.TRAIN, directory, record, extras);
    }

    static Job prepareTrial(RunRecord record) {
      return new Job(0, Task.PREPARE_TRIAL, null, record, Extras.NONE);
    }

    static Job runTrial() {
      return new Job(0, Task.RUN_TRIAL, null, null, Extras.NONE);
    }

    Job on(int newLane) {
      return new Job(newLane, task, directory, record, extras);
    }
  }

  /** The kinds of reports. */
  enum Kind {
    /**
     * A file of the run is damaged, as {@code text} says, and training continues from an earlier
     * epoch.
     */
    DAMAGED,
    /** The run has begun after {@code epoch} epochs that were done before. */
    STARTED,
    /** {@code fraction} of {@code epoch} is done. */
    PROGRESS,
    /** An epoch has ended and is on disk. */
    EPOCH,
    /** The run is complete on disk. */
    FINISHED,
    /** What a trial showed. */
    TRIED,
    /** The input cannot be read or the output cannot be written, as {@code text} says. */
    REFUSED,
    /** Another process trains the run, as {@code text} says. */
    BUSY,
    /** The device's memory is full, as {@code text} says, possibly of other runs. */
    FULL,
    /** The run cannot continue, for the reason in {@code text}; the worker can take another. */
    FAILED,
    /** The process is alive. */
    ALIVE;

    boolean isLast() {
      return switch (this) {
        case FINISHED, TRIED, REFUSED, BUSY, FULL, FAILED -> true;
        case DAMAGED, STARTED, PROGRESS, EPOCH, ALIVE -> false;
      };
    }
  }

  /**
   * Speed and memory of a worker.
   *
   * @param memoryBytes peak memory; 0 if the system does not say
   */
  record Trial(double trainingSeconds, double measuringSeconds, long memoryBytes) {}

  /** A report of a lane; the fields that its kind does not use are 0 or null. */
  record Report(
      int lane,
      Kind kind,
      int epoch,
      double fraction,
      EpochRecord record,
      Trial trial,
      String text) {
    static Report damaged(String text) {
      return new Report(0, Kind.DAMAGED, 0, 0, null, null, text);
    }

    static Report started(int epochsDone) {
      return new Report(0, Kind.STARTED, epochsDone, 0, null, null, null);
    }

    static Report progress(int epoch, double fraction) {
      return new Report(0, Kind.PROGRESS, epoch, fraction, null, null, null);
    }

    static Report epoch(EpochRecord record) {
      return new Report(0, Kind.EPOCH, record.epoch(), 1, record, null, null);
    }

    static Report finished() {
      return new Report(0, Kind.FINISHED, 0, 1, null, null, null);
    }

    static Report tried(Trial trial) {
      return new Report(0, Kind.TRIED, 0, 1, null, trial, null);
    }

    static Report alive() {
      return new Report(0, Kind.ALIVE, 0, 0, null, null, null);
    }

    static Report refused(String text) {
      return new Report(0, Kind.REFUSED, 0, 0, null, null, text);
    }

    static Report busy(String text) {
      return new Report(0, Kind.BUSY, 0, 0, null, null, text);
    }

    static Report full(String text) {
      return new Report(0, Kind.FULL, 0, 0, null, null, text);
    }

    static Report failed(String text) {
      return new Report(0, Kind.FAILED, 0, 0, null, null, text);
    }

    Report from(int newLane) {
      return new Report(newLane, kind, epoch, fraction, record, trial, text);
    }
  }
}
