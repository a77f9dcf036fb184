package dev.rote.cli;

import dev.rote.engine.IncompleteException;
import dev.rote.engine.RunFailure;
import dev.rote.run.RunRecord;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import dev.rote.text.Program;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code rote}. Exit codes: 0 success; 1 a run failed; 2 unusable input; 75 from {@code
 * rote run}: interrupted, try again; 130 interrupted.
 */
@Command(
    name = "rote",
    description =
        "Measures how much of its labels a neural network memorizes, and finds wrong labels in your"
            + " data.",
    versionProvider = Main.Version.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
  private static final List<Class<?>> COMMANDS =
      List.of(
          StudyCommand.class,
          PlanCommand.class,
          RunCommand.class,
          ImportCommand.class,
          ReportCommand.class,
          ServeCommand.class,
          AuditCommand.class,
          TheoryCommand.class,
          ListCommand.class,
          ShowCommand.class,
          DoctorCommand.class,
          DataCommand.class,
          PredictCommand.class,
          LossesCommand.class,
          CompletionCommand.class,
          CommandLine.HelpCommand.class);

  static final double GIB = 1L << 30;

  static final int FAILED = 1;
  static final int BAD_INPUT = 2;

  @Spec private CommandSpec spec;

  /** Runs the command line and exits. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs the command line; memory that runs out is one line, and not a defect. */
  private static int run(String[] args) {
    try {
      return commandLine(List.of(args)).execute(args);
    } catch (OutOfMemoryError e) {
      System.err.printf(
          "rote: too much for %.1f GiB of Java memory (%s); ROTE_JAVA_OPTS=-Xmx16g gives it more%n",
          Runtime.getRuntime().maxMemory() / GIB, e.getMessage());
      return FAILED;
    }
  }

  /** Returns the command line with the options of all commands. */
  static CommandLine commandLine() {
    return commandLine(
        COMMANDS.stream().map(command -> command.getAnnotation(Command.class).name()).toList());
  }

  /**
   * Returns the command line for {@code args}. Commands that these do not name have a name and a
   * description only: to read the options of all takes as long as all else at the start. An
   * argument {@code @file} may name any command.
   */
  static CommandLine commandLine(List<String> args) {
    Program.writeNumbersAlike();
    boolean any = args.stream().anyMatch(argument -> argument.startsWith("@"));
    CommandLine line = new CommandLine(new Main());
    for (Class<?> command : COMMANDS) {
      Command described = command.getAnnotation(Command.class);
      if (any || args.contains(described.name())) {
        line.addSubcommand(command);
      } else {
        CommandSpec named = CommandSpec.create();
        named.updateCommandAttributes(described, line.getFactory());
        line.addSubcommand(described.name(), named);
      }
    }
    line.setUsageHelpAutoWidth(true);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler((e, unused) -> badInput(e));
    line.setExecutionExceptionHandler((e, command, parsed) -> failure(e, command));
    return line;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Returns one line: what is wrong, with the nearest known name. */
  private static int badInput(ParameterException e) {
    PrintWriter err = e.getCommandLine().getErr();
    String message = e.getMessage().lines().findFirst().orElse("unusable arguments");
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String given = unmatched.getUnmatched().get(0).split("=", 2)[0];
      message =
          Names.unknown(
              given.startsWith("-") ? "option" : "argument",
              given,
              names(e.getCommandLine(), given));
    }
    err.println("rote: " + message);
    return BAD_INPUT;
  }

  private static List<String> names(CommandLine command, String given) {
    List<String> names = new ArrayList<>();
    if (given.startsWith("-")) {
      command.getCommandSpec().options().forEach(option -> names.addAll(List.of(option.names())));
    } else {
      names.addAll(command.getSubcommands().keySet());
    }
    return names;
  }

  /** Says which of the planned runs are missing, and returns the exit code that follows. */
  static int exitCode(List<RunFailure> missing, int planned, CommandLine command) {
    if (missing.isEmpty()) {
      return 0;
    }
    String more = missing.size() == 1 ? "" : " (and %d more)".formatted(missing.size() - 1);
    command
        .getErr()
        .printf(
            "rote: %d of %d run%s not finished: %s: %s%s; remove the cause and run the same command"
                + " again%n",
            missing.size(),
            planned,
            planned == 1 ? "" : "s",
            missing.get(0).run().label(),
            missing.get(0).reason(),
            more);
    return RunFailure.exitCode(missing);
  }

  private static int failure(Exception e, CommandLine command) {
    PrintWriter err = command.getErr();
    if (e instanceof InputException) {
      err.println("rote: " + e.getMessage());
      return BAD_INPUT;
    }
    if (e instanceof IncompleteException incomplete) {
      return exitCode(incomplete.missing(), incomplete.planned(), command);
    }
    err.println("rote: " + (e.getMessage() == null ? e : e.getMessage()));
    if (System.getenv("ROTE_DEBUG") == null) {
      err.println("      (set ROTE_DEBUG=1 for the stack trace)");
    } else {
      e.printStackTrace(err);
    }
    return FAILED;
  }

  /** The version of this build. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"rote " + RunRecord.Provenance.here().rote()};
    }
  }
}
