package dev.rote.cli;

import dev.rote.engine.PlannedRun;
import dev.rote.engine.SingleRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rote run}: trains exactly one planned run; the unit that schedulers start. */
@Command(
    name = "run",
    description = {
      "Trains one run of a planned study to its end, from its last epoch if it has begun.",
      "Exit codes: 0: the run is finished; 1: it failed; 2: its input cannot be used; 75: it was"
          + " interrupted, or another process is training it: try again later."
    },
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  /** Longest wait for the worker to stop. */
  private static final long PATIENCE_SECONDS = 20;

  @Spec private CommandSpec command;

  @Parameters(paramLabel = "DIR", description = "directory of the run: STUDY/runs/ID")
  private Path directory;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "directory or file of the data set on this machine (default: where it was when the study"
              + " was planned)")
  private String data;

  @Mixin private Output output;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PlannedRun planned = SingleRun.read(directory, Optional.ofNullable(data));
    SingleRun.Outcome outcome;
    CountDownLatch done = new CountDownLatch(1);
    try (ProgressDisplay progress = ProgressDisplay.on(output);
        SingleRun run = new SingleRun(planned)) {
      Thread hook = new Thread(() -> stop(run, done));
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        outcome = run.train(progress);
      } finally {
        done.countDown();
        unlessEnding(hook);
      }
    }
    if (outcome.ending() != SingleRun.Ending.FINISHED) {
      command.commandLine().getErr().println("rote: " + outcome.reason());
    } else if (planned.finished()) {
      output.notice(planned.label() + ": finished before");
    }
    return outcome.ending().exitCode();
  }

  /** Stops the worker when this process is told to end, as a scheduler does. */
  private void stop(SingleRun run, CountDownLatch done) {
    run.close();
    try {
      done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    output.notice("Stopped. The run keeps its last epoch; 'rote run' continues from there.");
    Runtime.getRuntime().halt(SingleRun.Ending.INTERRUPTED.exitCode());
  }

  private static void unlessEnding(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The shutdown hook ends the process.
    }
  }
}
