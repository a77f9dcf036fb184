package dev.rote.text;

/** How this program was started, for the commands that messages and pages name. */
public final class Program {
  private Program() {}

  /**
   * Returns the command that starts Rote as the user typed it, such as {@code ./rote} or {@code
   * rote}. The launcher sets it ({@code rote.command}); it is {@code ./rote} otherwise.
   */
  public static String command() {
    return System.getProperty("rote.command", "./rote");
  }
}
