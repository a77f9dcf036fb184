package dev.rote.bench;

import dev.rote.run.Json;
import java.util.List;
import java.util.Optional;

/** A line of a measuring process, which must be told from the output of native code. */
record ProcessReport(Kind kind, Result result) {
  private static final String PREFIX = "bench ";

  enum Kind {
    READY,
    LAP,
    SKIPPED,
    RESULT
  }

  /**
   * What came out.
   *
   * @param laps steps or epochs
   * @param seconds that they took
   * @param measuringSeconds the part of epochs that is not training
   * @param writingSeconds in addition, to write the files of the epochs
   */
  record Result(
      long parameters,
      String library,
      long laps,
      double seconds,
      double measuringSeconds,
      double writingSeconds) {

    /**
     * Returns the result of simultaneous runs: their laps in the mean of their times, so that rates
     * add up.
     */
    static Result together(List<Result> runs) {
      double rate = runs.stream().mapToDouble(run -> run.laps / run.seconds).sum();
      long laps = runs.stream().mapToLong(Result::laps).sum();
      double seconds = laps / rate;
      double measuring = runs.stream().mapToDouble(run -> run.measuringSeconds / run.seconds).sum();
      double writing = runs.stream().mapToDouble(run -> run.writingSeconds / run.laps).sum();
      return new Result(
          runs.get(0).parameters,
          runs.get(0).library,
          laps,
          seconds,
          seconds * measuring / runs.size(),
          laps * writing / runs.size());
    }
  }

  static String line(Kind kind) {
    return PREFIX + kind;
  }

  static String line(Result result) {
    return PREFIX + Kind.RESULT + " " + Json.LINE.writeValueAsString(result);
  }

  static Optional<ProcessReport> parse(String line) {
    if (!line.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String[] words = line.split(" ", 3);
    Kind kind = Kind.valueOf(words[1]);
    Result result = kind == Kind.RESULT ? Json.LINE.readValue(words[2], Result.class) : null;
    return Optional.of(new ProcessReport(kind, result));
  }
}
