package dev.rote.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Reports the capabilities of this machine's processor, as far as the system states them. */
public final class Processor {
  private static final Path INFO = Path.of("/proc/cpuinfo");

  private Processor() {}

  /**
   * Returns the instruction sets by their names on Linux; empty if the system does not list them.
   */
  public static List<String> features() {
    if (!Files.exists(INFO)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(INFO)) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(line -> List.of(line.split("\\s+")))
          .orElse(List.of());
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Returns whether bf16 is faster than float32. */
  public static boolean fastWithBf16() {
    List<String> features = features();
    return features.contains("avx512_bf16") || features.contains("amx_bf16");
  }
}
