package dev.rote.study;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.rote.text.InputException;
import dev.rote.text.Names;

/** Where a run is trained. */
public enum Device {
  CPU,
  /** A GPU of NVIDIA. */
  CUDA;

  /** Returns the device that {@code text} names: {@code cpu} or {@code cuda}. */
  @JsonCreator
  public static Device parse(String text) {
    for (Device device : values()) {
      if (device.toString().equals(text)) {
        return device;
      }
    }
    throw new InputException("unknown device '" + text + "'; known: cpu, cuda");
  }

  @JsonValue
  @Override
  public String toString() {
    return Names.of(this);
  }
}
