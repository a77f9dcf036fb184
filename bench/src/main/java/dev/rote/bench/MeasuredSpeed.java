package dev.rote.bench;

import dev.rote.study.Device;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The speed of one entrant in one round.
 *
 * @param imagesPerSecond of all its runs together
 * @param measuringShare part of an epoch that is not training; 0 where steps are measured
 * @param writingSeconds to write Rote's files of an epoch; 0 for other subjects, and for steps
 * @param library the library that it computes with
 * @param oneDnn version of oneDNN, where its log was read
 * @param primitives milliseconds of a step by kind of primitive, where the log was read
 */
record MeasuredSpeed(
    double imagesPerSecond,
    double measuringShare,
    double writingSeconds,
    String library,
    Optional<String> oneDnn,
    Map<String, Double> primitives) {

  /**
   * Measures, in fresh processes that begin at the same moment.
   *
   * @param threads of each
   */
  static MeasuredSpeed take(
      Entrant entrant, int threads, Device device, boolean epochs, double seconds)
      throws IOException, InterruptedException {
    Task task =
        new Task(
            entrant.subject(),
            entrant.workload(),
            entrant.precision(),
            threads,
            device,
            epochs,
            seconds,
            entrant.runs() / entrant.processes(device));
    List<ChildProcess> children = new ArrayList<>();
    try {
      for (int i = 0; i < entrant.processes(device); i++) {
        children.add(new ChildProcess(task));
      }
      for (ChildProcess child : children) {
        child.awaitReady();
      }
      for (ChildProcess child : children) {
        child.go();
      }
      double rate = 0;
      double measuring = 0;
      double writing = 0;
      String library = "";
      for (ChildProcess child : children) {
        ProcessReport.Result result = child.result();
        entrant.workload().requireParameters(entrant.name(), result.parameters());
        library = result.library();
        measuring += result.measuringSeconds() / result.seconds() / children.size();
        writing += result.writingSeconds() / result.laps() / children.size();
        rate += MeasuringProcess.imagesPerLap(epochs, device) * result.laps() / result.seconds();
      }
      ChildProcess first = children.get(0);
      if (entrant.subject() == Subject.LIMIT) {
        rate = limit(first.primitives());
      }
      return new MeasuredSpeed(
          rate, measuring, writing, library, first.oneDnn(), first.primitives().perStep());
    } finally {
      for (ChildProcess child : children) {
        child.close();
      }
    }
  }

  private static double limit(PrimitiveTimes times) throws IOException {
    if (times.steps() == 0 || times.perStep().isEmpty()) {
      throw new IOException("oneDNN logged no primitive: this processor is not one of its own");
    }
    return 1000 * Workload.BATCH / times.millisecondsPerStep();
  }
}
