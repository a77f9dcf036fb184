package dev.rote.cli;

import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rote completion}: prints a completion script for a shell. */
@Command(
    name = "completion",
    description = {
      "Prints a completion script for a shell.",
      "bash and zsh: source <(rote completion bash); fish: rote completion fish | source"
    },
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
  private static final List<String> SHELLS = List.of("bash", "zsh", "fish");

  @Spec private CommandSpec command;

  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish")
  private String shell;

  @Override
  public Integer call() {
    if (!SHELLS.contains(shell)) {
      throw new InputException(Names.unknown("shell", shell, SHELLS));
    }
    PrintWriter out = command.commandLine().getOut();
    out.print(
        switch (shell) {
          case "bash" -> AutoComplete.bash("rote", Main.commandLine());
          // Works as a file named _rote on zsh's fpath, and sourced.
          case "zsh" -> "#compdef rote\n" + AutoComplete.bash("rote", Main.commandLine());
          default -> fish(Main.commandLine());
        });
    out.flush();
    return 0;
  }

  /** Returns one {@code complete} line for every command and option. */
  static String fish(CommandLine rote) {
    StringBuilder script = new StringBuilder("complete -c rote -e\n");
    for (Map.Entry<String, CommandLine> entry : rote.getSubcommands().entrySet()) {
      CommandSpec spec = entry.getValue().getCommandSpec();
      script
          .append("complete -c rote -f -n __fish_use_subcommand -a ")
          .append(entry.getKey())
          .append(" -d ")
          .append(quoted(first(spec.usageMessage().description())))
          .append("\n");
      String condition = "'__fish_seen_subcommand_from " + entry.getKey() + "'";
      for (Map.Entry<String, CommandLine> inner : entry.getValue().getSubcommands().entrySet()) {
        CommandSpec innerSpec = inner.getValue().getCommandSpec();
        script
            .append("complete -c rote -n ")
            .append(condition)
            .append(" -a ")
            .append(inner.getKey())
            .append(" -d ")
            .append(quoted(first(innerSpec.usageMessage().description())))
            .append("\n");
        innerSpec.options().forEach(option -> append(script, condition, option));
      }
      spec.options().forEach(option -> append(script, condition, option));
    }
    return script.toString();
  }

  private static void append(StringBuilder script, String condition, OptionSpec option) {
    script.append("complete -c rote -n ").append(condition);
    for (String name : option.names()) {
      script.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^--?", ""));
    }
    if (option.arity().max() > 0) {
      script.append(" -r");
    }
    script.append(" -d ").append(quoted(first(option.description()))).append("\n");
  }

  private static String first(String[] description) {
    return description.length == 0 ? "" : description[0];
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
