package dev.rote.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a command takes.
 *
 * @param seconds from its start to its end
 * @param megabytes largest sum of the resident sets of its processes, looked at every 50 ms; memory
 *     that they share counts for each; NaN where there is no /proc
 */
record Cost(double seconds, double megabytes) {
  private static final int LOOK_MILLIS = 50;
  private static final int LAST_LINES = 5;

  /**
   * Runs a command to its end.
   *
   * @param directory where its output goes
   * @throws IOException if it fails, with its last lines
   */
  static Cost of(List<String> command, Path directory) throws IOException, InterruptedException {
    Path log = directory.resolve("output.log");
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(log.toFile()))
            .start();
    double most = Double.NaN;
    try {
      while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        double now =
            Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .mapToDouble(one -> resident(one.pid()))
                .sum();
        most = Double.isNaN(most) ? now : Math.max(most, now);
      }
    } finally {
      process.destroy();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (process.exitValue() != 0) {
      List<String> lines = Files.readAllLines(log);
      throw new IOException(
          "%s ended with status %d: %s"
              .formatted(
                  String.join(" ", command),
                  process.exitValue(),
                  String.join(
                      "\n  ",
                      lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()))));
    }
    return new Cost(seconds, most);
  }

  /** Returns the megabytes that a process has in memory; 0 if it has ended. */
  private static double resident(long pid) {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    if (!Files.exists(Path.of("/proc/self/status"))) {
      return Double.NaN;
    }
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) * 1024 / 1e6)
          .sum();
    } catch (IOException e) {
      return 0; // it has ended
    }
  }
}
