package dev.rote.cli;

import java.util.List;
import java.util.stream.Collectors;

/** Words of a command as a person would type them. */
final class ShellWords {
  private ShellWords() {}

  /** One line for a POSIX shell; words with signs that mean something to it stand in quotes. */
  static String line(List<String> words) {
    return words.stream().map(ShellWords::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return word.matches("[\\p{L}\\p{N}_./:=,@%+-]+")
        ? word
        : "'" + word.replace("'", "'\\''") + "'";
  }
}
