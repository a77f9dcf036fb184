package dev.rote.bench;

import dev.rote.study.Device;
import dev.rote.study.Precision;
import java.util.List;

/**
 * The task of a measuring process, from its command line.
 *
 * @param device where
 * @param epochs whether whole epochs are measured, and not steps
 * @param seconds to measure for; the current lap is then finished
 * @param runs trainings at once in this process
 */
record Task(
    Subject subject,
    Workload workload,
    Precision precision,
    int threads,
    Device device,
    boolean epochs,
    double seconds,
    int runs) {

  List<String> arguments() {
    return List.of(
        subject.toString(),
        workload.network().toString(),
        precision.toString(),
        Integer.toString(threads),
        device.toString(),
        Boolean.toString(epochs),
        Double.toString(seconds),
        Integer.toString(runs));
  }

  static Task parse(String[] arguments) {
    return new Task(
        Subject.parse(arguments[0]),
        Workload.of(arguments[1]),
        Precision.parse(arguments[2]),
        Integer.parseInt(arguments[3]),
        Device.parse(arguments[4]),
        Boolean.parseBoolean(arguments[5]),
        Double.parseDouble(arguments[6]),
        Integer.parseInt(arguments[7]));
  }
}
