package dev.rote.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An entrant in all rounds. */
record Outcome(Entrant entrant, int threads, List<Measurement> measurements) {
  Outcome {
    measurements = List.copyOf(measurements);
  }

  Rounds imagesPerSecond() {
    return new Rounds(measurements.stream().mapToDouble(Measurement::imagesPerSecond).toArray());
  }

  /** Milliseconds of a step by kind of primitive: medians over the rounds. */
  Map<String, Double> primitives() {
    Map<String, Double> medians = new TreeMap<>();
    for (String kind : measurements.get(0).primitives().keySet()) {
      double[] values =
          measurements.stream().mapToDouble(m -> m.primitives().getOrDefault(kind, 0.0)).toArray();
      medians.put(kind, new Rounds(values).median());
    }
    return medians;
  }
}
