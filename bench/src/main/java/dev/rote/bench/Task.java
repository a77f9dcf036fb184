package dev.rote.bench;

import dev.rote.study.Precision;
import java.util.List;

/**
 * What a measuring process is to do, as its command line has it.
 *
 * @param epochs whether whole epochs are measured, and not steps
 * @param seconds to measure for; what is under way then is finished
 */
record Task(
    Subject subject,
    Workload workload,
    Precision precision,
    int threads,
    boolean epochs,
    double seconds) {

  List<String> arguments() {
    return List.of(
        subject.toString(),
        workload.network(),
        precision.toString(),
        Integer.toString(threads),
        Boolean.toString(epochs),
        Double.toString(seconds));
  }

  static Task parse(String[] arguments) {
    return new Task(
        Subject.parse(arguments[0]),
        Workload.of(arguments[1]),
        Precision.parse(arguments[2]),
        Integer.parseInt(arguments[3]),
        Boolean.parseBoolean(arguments[4]),
        Double.parseDouble(arguments[5]));
  }
}
