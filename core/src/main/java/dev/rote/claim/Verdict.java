package dev.rote.claim;

import com.fasterxml.jackson.annotation.JsonValue;

/** What the runs say of a claim, or one number of one part of it. */
public enum Verdict {
  /** The interval lies where the claim puts it, and the curve is flat. */
  HOLDS("holds"),
  /** The interval lies elsewhere, and the curve does not move towards the claim. */
  DOES_NOT_HOLD("does not hold"),
  /** Enough runs, but their curves still move, so that more epochs could change the answer. */
  STILL_CHANGING("still changing"),
  /** Too few seeds or epochs, an interval that covers both answers, or no run at all. */
  NOT_ENOUGH("not enough evidence");

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
