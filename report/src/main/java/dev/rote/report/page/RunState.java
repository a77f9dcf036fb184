package dev.rote.report.page;

import com.fasterxml.jackson.annotation.JsonValue;

/** State of a run. */
public enum RunState {
  WAITING("waiting"),
  RUNNING("running"),
  STOPPED("stopped"),
  DONE("done"),
  FAILED("failed"),
  DID_NOT_FIT("did not fit");

  private final String text;

  RunState(String text) {
    this.text = text;
  }

  @Override
  @JsonValue
  public String toString() {
    return text;
  }
}
