package dev.rote.study;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.rote.text.InputException;

/**
 * The name of a network, as options and files use it. {@code dev.rote.net.Networks} knows the
 * networks that can be trained; records of runs may name others.
 *
 * @param text the name, such as {@code resnet32}
 */
public record NetworkName(@JsonValue String text) {
  @JsonCreator
  public NetworkName {
    if (text.isBlank()) {
      throw new InputException("the name of a network is empty");
    }
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return text;
  }
}
