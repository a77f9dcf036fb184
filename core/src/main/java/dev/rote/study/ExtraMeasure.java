package dev.rote.study;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Measures of an epoch that cost extra time, and are taken only if they are asked for. */
public enum ExtraMeasure {
  /** Response to one step on randomly labelled samples (Forouzesh et al. 2023). */
  SUSCEPTIBILITY,
  /** Share of samples whose class changes within a small ball (Arpit et al. 2017). */
  CRITICAL_SAMPLES,
  /** Gradient of the loss by the image, and how evenly it is spread (Arpit et al. 2017). */
  LOSS_SENSITIVITY;

  /** Returns the names of all. */
  public static List<String> names() {
    return Arrays.stream(values()).map(ExtraMeasure::toString).toList();
  }

  /**
   * Reads the text form.
   *
   * @throws InputException if it names none, with the nearest name
   */
  @JsonCreator
  public static ExtraMeasure parse(String text) {
    return Arrays.stream(values())
        .filter(measure -> measure.toString().equals(text.strip()))
        .findFirst()
        .orElseThrow(() -> new InputException(Names.unknown("measure", text.strip(), names())));
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
