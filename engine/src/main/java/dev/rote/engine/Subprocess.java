package dev.rote.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that ended by itself.
 *
 * @param status its exit status
 * @param output what it printed to standard output and standard error
 */
record Subprocess(int status, String output) {
  /** What is read of the output at most. */
  private static final int LONGEST = 1 << 20;

  /**
   * Runs a process to its end.
   *
   * @throws IOException if it cannot be started
   * @throws TimeoutException if it does not end in time; it is killed then
   */
  static Subprocess run(ProcessBuilder builder, Duration patience)
      throws IOException, TimeoutException, InterruptedException {
    // A file cannot block the process, unlike a pipe that is not read.
    Path output = Files.createTempFile("rote", ".out");
    try {
      Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
      try {
        process.getOutputStream().close();
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new TimeoutException(
              "%s did not end within %d s"
                  .formatted(builder.command().get(0), patience.toSeconds()));
        }
      } finally {
        process.destroyForcibly();
      }
      try (var in = Files.newInputStream(output)) {
        String text = new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8);
        return new Subprocess(process.exitValue(), text);
      }
    } finally {
      Files.deleteIfExists(output);
    }
  }
}
