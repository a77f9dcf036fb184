package dev.rote.cli;

import dev.rote.run.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Map;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Output options of all commands: results go to standard output, progress and notices to standard
 * error.
 */
class Output {
  private static final int NARROWEST = 40;

  /** When to use colors. */
  enum Color {
    AUTO,
    ALWAYS,
    NEVER
  }

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = {"-q", "--quiet"},
      order = 100,
      description = "print no progress and no notices, only results and errors")
  private boolean quiet;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      order = 101,
      defaultValue = "auto",
      description =
          "use colors: auto, always or never; auto (the default) means on a terminal, unless"
              + " NO_COLOR is set")
  private Color color = Color.AUTO;

  /** The options of a command that can also print its result as JSON. */
  static final class WithJson extends Output {
    @Option(
        names = "--json",
        order = 102,
        description = "print the result as one JSON document on standard output, nothing else")
    private boolean json;

    @Override
    boolean json() {
      return json;
    }
  }

  /** Returns whether the result is wanted as JSON. */
  boolean json() {
    return false;
  }

  /** Returns whether progress and notices are suppressed. */
  boolean quiet() {
    return quiet;
  }

  /** Returns the writer for results as text: standard output, or nothing if JSON is wanted. */
  PrintWriter results() {
    return json() ? nowhere() : command.commandLine().getOut();
  }

  /**
   * Returns the writer for progress and notices: standard error, or nothing if they are suppressed.
   */
  PrintWriter notices() {
    return quiet ? nowhere() : command.commandLine().getErr();
  }

  /** Prints one line of progress or advice on standard error, unless {@code --quiet} is given. */
  void notice(String line) {
    PrintWriter out = notices();
    out.println(line);
    out.flush();
  }

  /** Prints a warning on standard error, even if {@code --quiet} is given. */
  void warn(String line) {
    PrintWriter err = command.commandLine().getErr();
    err.println(styled("fg(yellow)", "Warning:") + " " + line);
    err.flush();
  }

  /** Prints the result as JSON if that is wanted; NaN and infinities become null. */
  void json(Map<String, ?> result) {
    if (json()) {
      PrintWriter out = command.commandLine().getOut();
      out.println(Json.WITHOUT_NAN.writeValueAsString(result));
      out.flush();
    }
  }

  /**
   * Returns the text in a picocli style such as {@code bold} or {@code fg(red)}, if colors are on.
   */
  String styled(String style, String text) {
    return ansi() == Ansi.ON ? Ansi.ON.string("@|" + style + " " + text + "|@") : text;
  }

  /**
   * Returns how many columns a line of results may have: those of {@code COLUMNS} or of the
   * terminal; without either, any number.
   */
  static int width() {
    String columns = System.getenv("COLUMNS");
    if (columns != null && columns.matches("[1-9][0-9]{0,4}")) {
      return Math.max(NARROWEST, Integer.parseInt(columns));
    }
    if (System.console() == null) {
      return Integer.MAX_VALUE;
    }
    try (Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build()) {
      return terminal.getWidth() <= 0 ? 80 : Math.max(NARROWEST, terminal.getWidth());
    } catch (IOException e) {
      return 80;
    }
  }

  private Ansi ansi() {
    return switch (color) {
      case ALWAYS -> Ansi.ON;
      case NEVER -> Ansi.OFF;
      case AUTO -> Ansi.AUTO.enabled() ? Ansi.ON : Ansi.OFF;
    };
  }

  private static PrintWriter nowhere() {
    return new PrintWriter(Writer.nullWriter());
  }
}
