package dev.rote.study;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.rote.text.InputException;
import dev.rote.text.Names;

/** Measures of an epoch that cost extra time, and are taken on request only. */
public enum ExtraMeasure {
  /** Response to one step on randomly labelled samples (Forouzesh et al. 2023). */
  SUSCEPTIBILITY(0),
  /** Share of samples whose class changes within a small ball (Arpit et al. 2017). */
  CRITICAL_SAMPLES(10),
  /** Gradient of the loss by the image, and how evenly it is spread (Arpit et al. 2017). */
  LOSS_SENSITIVITY(1);

  /** Most samples on which the last two are measured. */
  public static final int MOST_SAMPLES = 1000;

  private final int passes;

  /** {@code passes}: how often training on a sample costs as much as measuring it. */
  ExtraMeasure(int passes) {
    this.passes = passes;
  }

  /**
   * Estimates what the measure costs in an epoch.
   *
   * @param trained number of samples that the run trains on
   * @return the number of samples on which training takes as long
   */
  public int cost(int trained) {
    return passes * Math.min(MOST_SAMPLES, trained);
  }

  /**
   * Reads the text form.
   *
   * @throws InputException if it names none, with the nearest name
   */
  @JsonCreator
  public static ExtraMeasure parse(String text) {
    return Names.parse("measure", ExtraMeasure.class, text);
  }

  @Override
  @JsonValue
  public String toString() {
    return Names.of(this);
  }
}
