package dev.rote.bench;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The measurements of one entrant in all rounds.
 *
 * @param flops floating-point operations to train on one image, including those of the evaluation
 *     if epochs are measured
 */
record Outcome(Entrant entrant, int threads, List<MeasuredSpeed> measurements, double flops) {
  Outcome {
    measurements = List.copyOf(measurements);
  }

  Rounds imagesPerSecond() {
    return new Rounds(measurements.stream().map(MeasuredSpeed::imagesPerSecond).toList());
  }

  /** Returns floating-point operations per second. */
  Rounds flopsPerSecond() {
    return new Rounds(measurements.stream().map(m -> flops * m.imagesPerSecond()).toList());
  }

  /** Returns the part of an epoch that is not training. */
  Rounds measuringShare() {
    return new Rounds(measurements.stream().map(MeasuredSpeed::measuringShare).toList());
  }

  /**
   * Returns the share of the paper's epoch, of the whole data set, that goes into writing what is
   * kept of it; empty where nothing is written.
   */
  Optional<Rounds> writingShare() {
    if (measurements.get(0).writingSeconds() == 0) {
      return Optional.empty();
    }
    // Each process trains an epoch of its own, at its part of the speed.
    double images = (double) entrant.workload().trainingImages() * entrant.runs();
    return Optional.of(
        new Rounds(
            measurements.stream()
                .map(m -> m.writingSeconds() / (m.writingSeconds() + images / m.imagesPerSecond()))
                .toList()));
  }

  /** Milliseconds of a step by kind of primitive: medians over the rounds. */
  Map<String, Double> primitives() {
    Map<String, Double> medians = new TreeMap<>();
    for (String kind : measurements.get(0).primitives().keySet()) {
      List<Double> values =
          measurements.stream().map(m -> m.primitives().getOrDefault(kind, 0.0)).toList();
      medians.put(kind, new Rounds(values).median());
    }
    return medians;
  }
}
