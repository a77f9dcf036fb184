package dev.rote.text;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;

/**
 * Input from outside that cannot be used. The message is one line for the person who gave it: it
 * names the value, the allowed range and the remedy. The command line prints it as it is and exits
 * with 2.
 */
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public InputException(String message) {
    super(oneLine(message));
  }

  public InputException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  /** Shows control characters, which a quoted value may have, as escapes. */
  private static String oneLine(String message) {
    if (message.chars().noneMatch(Character::isISOControl)) {
      return message;
    }
    StringBuilder line = new StringBuilder();
    for (char c : message.toCharArray()) {
      line.append(
          switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> Character.isISOControl(c) ? "\\u%04x".formatted((int) c) : c + "";
          });
    }
    return line.toString();
  }

  /**
   * Returns the error for results that cannot be written where they were wanted.
   *
   * @param what as in "results to"; the path follows it
   */
  public static InputException cannotWrite(String what, Path path, IOException cause) {
    return cannotWrite(what, path, "--out", cause);
  }

  /**
   * Returns the error for a file or directory that cannot be written.
   *
   * @param option that names another
   */
  public static InputException cannotWrite(
      String what, Path path, String option, IOException cause) {
    return new InputException(
        "cannot write "
            + what
            + " "
            + path
            + ": "
            + reason(cause, "there is no such directory")
            + "; choose another "
            + option,
        cause);
  }

  /** Returns the error for a given file or directory that cannot be read. */
  public static InputException cannotRead(Path path, IOException cause) {
    return new InputException(
        "cannot read " + path + ": " + reason(cause, "it does not exist"), cause);
  }

  /** Returns the error for a given file that should hold JSON and does not. */
  public static InputException notJson(Path path, JacksonException cause) {
    return new InputException(path + " is not JSON: " + cause.getOriginalMessage(), cause);
  }

  private static String reason(IOException e, String missing) {
    if (e instanceof AccessDeniedException) {
      return "no permission";
    }
    if (e instanceof NoSuchFileException || e instanceof NotDirectoryException) {
      return missing;
    }
    return e instanceof FileSystemException f && f.getReason() != null
        ? f.getReason()
        : String.valueOf(e.getMessage());
  }
}
