package dev.rote.engine;

import dev.rote.study.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A worker process as the study sees it: a child process with some lanes, which work side by side,
 * each on one job at a time.
 */
final class WorkerProcess implements AutoCloseable {
  private static final Duration TO_DIE = Duration.ofSeconds(30);

  private final Process process;
  private final WorkerChannel.Door door;
  private final CompletableFuture<WorkerChannel> channel = new CompletableFuture<>();
  private final List<Lane> lanes = new ArrayList<>();
  private final Path log;
  private final Patience patience;
  private volatile String silence;

  /**
   * Starts a worker.
   *
   * @param device where it computes
   * @param lanes number of jobs that it works on at once
   * @param threads threads that each computes with
   * @param log file that takes what the worker and its native code print
   */
  WorkerProcess(
      Device device, int lanes, int threads, Path log, Patience patience, WorkerPlace place)
      throws IOException {
    this.log = log;
    this.patience = patience;
    door = new WorkerChannel.Door();
    ProcessBuilder builder = WorkerSettings.process(device, threads, place, Worker.class);
    door.announce(builder);
    builder.redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile()));
    try {
      process = builder.start();
    } catch (IOException e) {
      door.close();
      throw e;
    }
    for (int i = 0; i < lanes; i++) {
      this.lanes.add(new Lane(i));
    }
    Thread reader = new Thread(this::distribute, "reports");
    reader.setDaemon(true);
    reader.start();
  }

  /** Passes reports to their lanes until the process ends or falls silent. */
  private void distribute() {
    try (door;
        WorkerChannel reports = door.accept(process, patience.connecting())) {
      reports.expectMessagesWithin(patience.heartbeat());
      channel.complete(reports);
      for (Optional<Message.Report> report = reports.receive(Message.Report.class);
          report.isPresent();
          report = reports.receive(Message.Report.class)) {
        if (report.get().kind() != Message.Kind.ALIVE) {
          lanes.get(report.get().lane()).take(report.get());
        }
      }
    } catch (SocketTimeoutException e) {
      silence = "worker gave no sign of life for " + patience.heartbeat().toSeconds() + " s";
    } catch (IOException e) {
      if (!channel.isDone() && process.isAlive()) {
        silence = String.valueOf(e.getMessage());
      }
    } catch (RuntimeException e) {
      silence = "worker sent a message that cannot be read: " + e.getMessage();
    } finally {
      channel.completeExceptionally(new IOException("no connection to the worker"));
      close();
      lanes.forEach(Lane::end);
    }
  }

  /** Works on one job at a time. */
  final class Lane {
    private final int number;
    private final BlockingQueue<Optional<Message.Report>> reports = new LinkedBlockingQueue<>();
    private boolean training;

    private Lane(int number) {
      this.number = number;
    }

    private void take(Message.Report report) {
      reports.add(Optional.of(report));
    }

    private void end() {
      reports.add(Optional.empty());
    }

    /** Sends a job; if that is impossible the process is ended, and no report will come. */
    void send(Message.Job job) throws InterruptedException {
      training = false;
      try {
        channel.get().send(job.on(number));
      } catch (IOException | ExecutionException e) {
        close();
      }
    }

    /**
     * Returns the next report; empty when the process has ended, and then not to be called again. A
     * run that is training and makes no step for too long ends its process.
     */
    Optional<Message.Report> receive() throws InterruptedException {
      Optional<Message.Report> report =
          training
              ? reports.poll(patience.step().toMillis(), TimeUnit.MILLISECONDS)
              : reports.take();
      if (report == null) {
        silence = "training made no step for " + patience.step().toSeconds() + " s";
        close();
        report = Optional.empty();
      }
      training = report.isPresent() && !report.get().kind().isLast();
      return report;
    }

    /** Returns in words how the process ended; waits for the end. */
    String death() throws InterruptedException {
      return WorkerProcess.this.death();
    }
  }

  Lane lane(int number) {
    return lanes.get(number);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  private String death() throws InterruptedException {
    boolean ended = process.waitFor(TO_DIE.toSeconds(), TimeUnit.SECONDS);
    if (silence != null) {
      return silence + "; see " + log;
    }
    if (!ended) {
      return "worker closed its connection and does not end; see " + log;
    }
    int status = process.exitValue();
    if (status == Worker.OUT_OF_MEMORY) {
      return "worker ran out of Java memory";
    }
    if (status == Worker.GPU_LOST) {
      return "the GPU failed; see " + log;
    }
    // 128+n: ended by signal n
    return status == 137
        ? "worker was killed (signal 9; out of memory?)"
        : "worker ended with status " + status + "; see " + log;
  }

  /** Ends the process at once. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
