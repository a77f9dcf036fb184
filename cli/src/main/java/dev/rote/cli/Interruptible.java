package dev.rote.cli;

import dev.rote.text.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Work that can be stopped with Ctrl-C at any time. */
final class Interruptible {
  private static final int INTERRUPTED = 130;

  /** Longest wait for workers to stop. */
  private static final long PATIENCE_SECONDS = 20;

  /** How long the thread may take to notice the interrupt. */
  private static final long NOTICE_SECONDS = 1;

  private static final String STOPPED =
      "Stopped. Run the same command again to continue from the last epochs.";

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
                if (!done.await(NOTICE_SECONDS, TimeUnit.SECONDS)) {
                  stop(worker, done, text);
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
      return stopped(text);
    } catch (InputException | UncheckedIOException e) {
      if (e.getCause() instanceof ClosedByInterruptException) {
        return stopped(text); // while a file was written
      }
      throw e;
    } finally {
      done.countDown();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The program is ending.
      }
    }
  }

  /** Waits for workers; a thread that only computes is cut off, since files appear whole. */
  private static void stop(Thread worker, CountDownLatch done, PrintWriter text)
      throws InterruptedException {
    boolean noticed = !worker.isInterrupted();
    if (!noticed && ProcessHandle.current().children().findAny().isEmpty()) {
      text.println(STOPPED);
    } else if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      text.println("Workers did not stop within " + PATIENCE_SECONDS + " s.");
    }
  }

  private static int stopped(PrintWriter text) {
    text.println(STOPPED);
    text.flush();
    return INTERRUPTED;
  }
}
