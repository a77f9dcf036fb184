package dev.rote.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Work that can be stopped with Ctrl-C at any time. */
final class Interruptible {
  private static final int INTERRUPTED = 130;

  /** Longest wait for workers to stop. */
  private static final long PATIENCE_SECONDS = 20;

  private Interruptible() {}

  /** Work that stops when its thread is interrupted. */
  interface Work {
    /** Returns the exit code. */
    int call() throws IOException, InterruptedException;
  }

  /** Does the work; when the process is asked to end, interrupts it and says how to continue. */
  static int run(Work work, PrintWriter text) throws IOException {
    Thread worker = Thread.currentThread();
    CountDownLatch done = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              worker.interrupt();
              try {
                if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                  text.println("Workers did not stop within " + PATIENCE_SECONDS + " s.");
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              text.flush();
            });
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return work.call();
    } catch (InterruptedException | ClosedByInterruptException e) {
      text.println("Stopped. Run the same command again to continue from the last epochs.");
      text.flush();
      return INTERRUPTED;
    } finally {
      done.countDown();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The program is ending.
      }
    }
  }
}
