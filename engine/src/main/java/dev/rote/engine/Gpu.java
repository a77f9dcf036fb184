package dev.rote.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * A GPU as NVIDIA's driver describes it.
 *
 * @param driver version of the driver
 * @param freeBytes free memory in bytes
 */
public record Gpu(String name, String driver, long totalBytes, long freeBytes) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long MIB = 1L << 20;

  /**
   * Returns the GPU that libtorch uses: the first visible one. Empty if there is none, or no {@code
   * nvidia-smi}.
   */
  public static Optional<Gpu> first() {
    return look().gpu;
  }

  /**
   * The result of a search for GPUs.
   *
   * @param gpu the one that libtorch uses
   * @param complaint why there is none although there is a driver; empty without a driver
   */
  record Look(Optional<Gpu> gpu, Optional<String> complaint) {
    static Look complaint(String text) {
      return new Look(Optional.empty(), Optional.of(text));
    }
  }

  static Look look() {
    ProcessBuilder query =
        new ProcessBuilder(
            "nvidia-smi",
            "--query-gpu=name,driver_version,memory.total,memory.free",
            "--format=csv,noheader,nounits");
    try {
      Subprocess answer = Subprocess.run(query, PATIENCE);
      return look(
          answer.status() == 0,
          answer.output().lines().toList(),
          System.getenv("CUDA_VISIBLE_DEVICES"));
    } catch (TimeoutException e) {
      return Look.complaint(e.getMessage());
    } catch (IOException e) {
      return new Look(Optional.empty(), Optional.empty()); // there is no driver
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Look(Optional.empty(), Optional.empty());
    }
  }

  /**
   * Interprets the answer of the driver.
   *
   * @param told whether it listed GPUs
   */
  static Look look(boolean told, List<String> lines, String visible) {
    if (!told) {
      String said = lines.stream().filter(line -> !line.isBlank()).findFirst().orElse("nothing");
      return Look.complaint("nvidia-smi fails: " + said.strip());
    }
    Optional<Gpu> gpu = visible(lines, visible);
    return gpu.isEmpty() && visible(lines, null).isPresent()
        ? Look.complaint("CUDA_VISIBLE_DEVICES='" + visible + "' hides what there is")
        : new Look(gpu, Optional.empty());
  }

  /**
   * Returns the first of the GPUs that a process sees.
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

  /** Parses {@code NVIDIA H100 80GB HBM3, 580.65.06, 81559, 81008}, memory in MiB. */
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

  /** Returns the name and memory, for people. */
  public String description() {
    return "%s, %.0f of %.0f GiB free"
        .formatted(name, freeBytes / 1024.0 / MIB, totalBytes / 1024.0 / MIB);
  }
}
