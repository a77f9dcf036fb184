package dev.rote.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import picocli.CommandLine;

/**
 * Loads the classes that commands and workers need, for an archive of classes that the launcher
 * makes from the list of {@code -XX:DumpLoadedClassList}. Prints nothing.
 */
final class Warmup {
  private Warmup() {}

  /** Runs commands that write nothing. */
  public static void main(String[] args) {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    for (List<String> command :
        List.of(
            List.of("losses"),
            List.of("help", "study"),
            List.of("study", "--dry-run", "--subset", "100", "--test-subset", "10"))) {
      CommandLine line = Main.commandLine(command);
      line.setOut(nowhere);
      line.setErr(nowhere);
      line.execute(command.toArray(String[]::new));
    }
  }
}
