package dev.rote.text;

import java.util.Locale;

/** This program: the command that starts it, and how it writes numbers. */
public final class Program {
  private Program() {}

  /**
   * Returns the command that starts Rote as the user typed it, such as {@code ./rote} or {@code
   * rote}. The launcher sets it ({@code rote.command}); it is {@code ./rote} otherwise.
   */
  public static String command() {
    return System.getProperty("rote.command", "./rote");
  }

  /**
   * Makes this process write numbers alike everywhere, with a decimal point: files, tables and
   * messages do not depend on the locale.
   */
  public static void writeNumbersAlike() {
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
  }
}
