package dev.rote.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A GPU as NVIDIA's driver tells of it.
 *
 * @param driver version of the driver
 * @param freeBytes memory that nobody holds
 */
public record Gpu(String name, String driver, long totalBytes, long freeBytes) {
  private static final long MIB = 1L << 20;

  /**
   * The GPU that libtorch takes: the first of those that are visible. Empty where there is none, or
   * no {@code nvidia-smi} that tells.
   */
  public static Optional<Gpu> first() {
    try {
      Process process =
          new ProcessBuilder(
                  "nvidia-smi",
                  "--query-gpu=name,driver_version,memory.total,memory.free",
                  "--format=csv,noheader,nounits")
              .redirectErrorStream(true)
              .start();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0
          ? visible(printed.lines().toList(), System.getenv("CUDA_VISIBLE_DEVICES"))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /**
   * The first of the GPUs that a process sees.
   *
   * @param lines what the driver says, a line for each
   * @param visible indices that the environment allows, separated by commas; null: all
   */
  static Optional<Gpu> visible(List<String> lines, String visible) {
    if (visible == null) {
      return lines.stream().findFirst().flatMap(Gpu::parse);
    }
    try {
      int index = Integer.parseInt(visible.split(",", 2)[0].strip());
      return index >= 0 && index < lines.size() ? parse(lines.get(index)) : Optional.empty();
    } catch (NumberFormatException e) {
      // A name instead of an index, or nothing at all, which hides all.
      return visible.isBlank() ? Optional.empty() : lines.stream().findFirst().flatMap(Gpu::parse);
    }
  }

  /** {@code NVIDIA H100 80GB HBM3, 580.65.06, 81559, 81008}: MiB. */
  private static Optional<Gpu> parse(String line) {
    String[] parts = line.split(",");
    try {
      return parts.length == 4
          ? Optional.of(
              new Gpu(
                  parts[0].strip(),
                  parts[1].strip(),
                  MIB * Long.parseLong(parts[2].strip()),
                  MIB * Long.parseLong(parts[3].strip())))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Name and memory, for people. */
  public String description() {
    return "%s, %.0f of %.0f GiB free"
        .formatted(name, freeBytes / 1024.0 / MIB, totalBytes / 1024.0 / MIB);
  }
}
