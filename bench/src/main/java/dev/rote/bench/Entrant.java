package dev.rote.bench;

import dev.rote.study.Device;
import dev.rote.study.Precision;

/**
 * A row of the results.
 *
 * @param runs number of trainings at once, each on its share of the threads
 */
record Entrant(Workload workload, Subject subject, Precision precision, int runs) {
  /** Its name in the results: {@code rote}, or {@code rote x2} where two are at work at once. */
  String name() {
    return runs == 1 ? subject.toString() : subject + " x" + runs;
  }

  /** Returns the baseline of ratios: plain libtorch, one process on all threads. */
  Entrant plain() {
    return new Entrant(workload, Subject.PLAIN, Precision.FLOAT32, 1);
  }

  /** Returns this entrant with another subject. */
  Entrant with(Subject other) {
    return new Entrant(
        workload,
        other,
        other.precisions().contains(precision) ? precision : Precision.FLOAT32,
        runs);
  }

  /** Processes of these: as in a study, Rote's runs on a GPU share one. */
  int processes(Device device) {
    return subject == Subject.ROTE && device == Device.CUDA ? 1 : runs;
  }
}
