package dev.rote.claim;

import com.fasterxml.jackson.annotation.JsonValue;

/** What the runs say of a claim. */
public enum Verdict {
  HOLDS("holds"),
  DOES_NOT_HOLD("does not hold"),
  NOT_ENOUGH_RUNS("not enough runs");

  private final String text;

  Verdict(String text) {
    this.text = text;
  }

  @Override
  @JsonValue
  public String toString() {
    return text;
  }
}
