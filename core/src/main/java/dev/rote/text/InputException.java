package dev.rote.text;

/**
 * Input from outside that cannot be used. The message is one line for the person who gave it: it
 * names the value, the allowed range and the remedy. The command line prints it as it is and exits
 * with 2.
 */
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public InputException(String message) {
    super(message);
  }

  public InputException(String message, Throwable cause) {
    super(message, cause);
  }
}
