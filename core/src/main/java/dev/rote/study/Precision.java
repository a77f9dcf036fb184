package dev.rote.study;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.rote.text.Names;

/** Arithmetic of the forward and backward pass. Weights, loss and optimizer are float32 in each. */
public enum Precision {
  FLOAT32,
  /** Products of float32 numbers rounded to 10 bits of fraction, as GPUs of NVIDIA have them. */
  TF32,
  BF16;

  /**
   * Returns the precision that {@code text} names: {@code float32}, {@code tf32} or {@code bf16}.
   */
  @JsonCreator
  public static Precision parse(String text) {
    return Names.parse("precision", Precision.class, text);
  }

  @JsonValue
  @Override
  public String toString() {
    return Names.of(this);
  }
}
