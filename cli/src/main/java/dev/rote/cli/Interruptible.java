package dev.rote.cli;

import dev.rote.engine.Allocation;
import dev.rote.engine.PlannedRun;
import dev.rote.engine.StudyRunner;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** Training that a person may stop at any time. */
final class Interruptible {
  private Interruptible() {}

  /** Trains what is unfinished; when the program is told to end, says how to go on. */
  static void train(
      List<PlannedRun> unfinished,
      Path logs,
      Allocation allocation,
      Progress progress,
      PrintWriter text)
      throws InterruptedException {
    StudyRunner runner = new StudyRunner(logs, allocation, progress);
    Thread hook =
        new Thread(
            () -> {
              runner.stop();
              progress.close();
              text.println("Stopped. The same command goes on from the last finished epochs.");
              text.flush();
            });
    Runtime.getRuntime().addShutdownHook(hook);
    runner.run(unfinished);
    Runtime.getRuntime().removeShutdownHook(hook);
    progress.close();
  }
}
