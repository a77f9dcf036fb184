package dev.rote.study;

import dev.rote.text.InputException;
import java.util.List;

/**
 * What a run does beside training and its usual measures. It changes no result, so it is no part of
 * a run's or a study's identity.
 *
 * @param keepWeights number of epochs after which weights are kept each time, for later evaluation;
 *     0: only the final ones
 * @param measures further measures of each epoch
 */
public record Extras(int keepWeights, List<ExtraMeasure> measures) {
  /** Nothing. */
  public static final Extras NONE = new Extras(0, List.of());

  public Extras {
    measures = List.copyOf(measures);
    if (keepWeights < 0) {
      throw new InputException(
          "weights of every "
              + keepWeights
              + " epochs cannot be kept; give a number from 1, or 0 for none");
    }
  }
}
