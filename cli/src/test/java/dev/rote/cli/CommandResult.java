package dev.rote.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/** What a command line, run in this process, ended with and printed. */
record CommandResult(int code, String out, String err) {
  static CommandResult of(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> args = Arrays.stream(arguments).map(String::valueOf).toList();
    CommandLine line = Main.commandLine(args);
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    int code = line.execute(args.toArray(String[]::new));
    return new CommandResult(code, out.toString(), err.toString());
  }

  /** Returns all that was printed. */
  String said() {
    return out + err;
  }
}
