package dev.rote.study;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.rote.text.InputException;

/**
 * The name of a network, as options and files use it: {@code resnet32}, {@code mlp(hidden=64)}.
 * {@code dev.rote.net.Networks} knows the networks that can be trained; records of runs may name
 * others.
 *
 * @param text the name
 */
public record NetworkName(@JsonValue String text) {
  @JsonCreator
  public NetworkName {
    if (text.isBlank()) {
      throw new InputException("the name of a network is empty");
    }
  }

  /** Returns the name without its arguments: {@code mlp} of {@code mlp(hidden=64)}. */
  public String family() {
    int parenthesis = text.indexOf('(');
    return (parenthesis < 0 ? text : text.substring(0, parenthesis)).strip();
  }

  /** Returns the name as a part of a file's name: {@code mlp_hidden=64}. */
  public String fileName() {
    return text.replaceAll("[^A-Za-z0-9.=+-]+", "_").replaceAll("^_|_$", "");
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return text;
  }
}
