package dev.rote.engine;

import dev.rote.run.Json;
import dev.rote.study.Device;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A worker process as the study sees it: a child process with some lanes, which work side by side,
 * each on a job at a time.
 */
final class WorkerProcess implements AutoCloseable {
  private final Process process;
  private final BufferedWriter jobs;
  private final List<Lane> lanes = new ArrayList<>();
  private final Path log;

  /**
   * Starts a worker.
   *
   * @param device where it computes
   * @param lanes jobs that it works on at once
   * @param threads threads that each computes with
   * @param log file that takes what it and the native code print
   */
  WorkerProcess(Device device, int lanes, int threads, Path log) throws IOException {
    this.log = log;
    ProcessBuilder builder = WorkerSettings.process(device, threads, Worker.class);
    builder.redirectError(Redirect.appendTo(log.toFile()));
    process = builder.start();
    jobs =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    for (int i = 0; i < lanes; i++) {
      this.lanes.add(new Lane(i));
    }
    Thread reader = new Thread(this::distribute, "reports");
    reader.setDaemon(true);
    reader.start();
  }

  private void distribute() {
    try (BufferedReader reports =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reports.readLine(); line != null; line = reports.readLine()) {
        Message.Report.of(line).ifPresent(report -> lanes.get(report.lane()).take(report));
      }
    } catch (IOException e) {
      // as good as the end
    } finally {
      lanes.forEach(Lane::end);
    }
  }

  /** What works on one job at a time. */
  final class Lane {
    private final int number;
    private final BlockingQueue<Optional<Message.Report>> reports = new LinkedBlockingQueue<>();

    private Lane(int number) {
      this.number = number;
    }

    private void take(Message.Report report) {
      reports.add(Optional.of(report));
    }

    private void end() {
      reports.add(Optional.empty());
    }

    /** Where it cannot be sent, the process is ended, and there will be no report. */
    void send(Message.Job job) {
      synchronized (jobs) {
        try {
          jobs.write(Json.LINE.writeValueAsString(job.on(number)));
          jobs.newLine();
          jobs.flush();
        } catch (IOException e) {
          close();
        }
      }
    }

    /** The next report; empty when the process has ended, and then not to be asked again. */
    Optional<Message.Report> receive() throws InterruptedException {
      return reports.take();
    }

    /** How the process ended, in words; waits for the end. */
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
    int status = process.waitFor();
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
  }
}
