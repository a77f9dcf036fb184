package dev.rote.optim;

import dev.rote.net.Parameters;
import java.util.List;

/** What of the flat tensors a step has to walk. */
final class Stretches {
  private Stretches() {}

  /**
   * Where no gradient ever comes, momentum and moments stay 0, and only weight decay moves a
   * parameter.
   */
  static List<Parameters.Range> of(Parameters parameters, double weightDecay) {
    return weightDecay == 0
        ? parameters.reached()
        : List.of(new Parameters.Range(0, parameters.count()));
  }
}
