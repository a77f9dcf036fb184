package dev.rote.worker;

import dev.rote.run.Json;
import dev.rote.study.Device;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A worker as the study sees it: a child process with a line to write jobs to and one to read
 * reports from.
 */
final class WorkerProcess implements AutoCloseable {
  private final Process process;
  private final BufferedWriter jobs;
  private final BufferedReader reports;
  private final Path log;

  /**
   * Starts a worker.
   *
   * @param device where it computes
   * @param threads threads that it computes with
   * @param log file that takes what it and the native code print
   */
  WorkerProcess(Device device, int threads, Path log) throws IOException {
    this.log = log;
    ProcessBuilder builder = WorkerSettings.process(device, threads, Worker.class);
    builder.redirectError(Redirect.appendTo(log.toFile()));
    process = builder.start();
    jobs =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    reports =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  void send(Message.Job job) throws IOException {
    jobs.write(Json.LINE.writeValueAsString(job));
    jobs.newLine();
    jobs.flush();
  }

  /** The next report; empty when the process has ended. */
  Optional<Message.Report> receive() throws IOException {
    for (String line = reports.readLine(); line != null; line = reports.readLine()) {
      Optional<Message.Report> report = Message.Report.of(line);
      if (report.isPresent()) {
        return report;
      }
    }
    return Optional.empty();
  }

  /** How the process ended, in words; waits for the end. */
  String death() throws InterruptedException {
    int status = process.waitFor();
    if (status == Worker.OUT_OF_MEMORY) {
      return "worker ran out of Java memory";
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

  /** Removes an empty log. */
  static void discardEmpty(Path log) throws IOException {
    if (Files.exists(log) && Files.size(log) == 0) {
      Files.delete(log);
    }
  }
}
