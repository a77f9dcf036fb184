package dev.rote.text;

import java.util.List;
import java.util.stream.Collectors;

/** Quotes words of a command for a shell. */
public final class ShellWords {
  private ShellWords() {}

  /** Returns one line for a POSIX shell, with quotes where words contain special characters. */
  public static String line(List<String> words) {
    return words.stream().map(ShellWords::quoted).collect(Collectors.joining(" "));
  }

  /** Returns a word for a POSIX shell, in quotes if it contains special characters. */
  public static String quoted(String word) {
    return word.matches("[\\p{L}\\p{N}_./:=,@%+-]+")
        ? word
        : "'" + word.replace("'", "'\\''") + "'";
  }
}
