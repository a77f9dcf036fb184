package dev.rote.engine;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Main memory of this machine or, where it has less, of the container that this process runs in.
 *
 * @param totalBytes all of it
 * @param freeBytes what programs can take: what is unused, and what the system uses to cache files
 */
public record MainMemory(long totalBytes, long freeBytes) {
  private static final Path MACHINE = Path.of("/proc/meminfo");

  /** Statistics of this container's memory, by version 2 and 1 of Linux's control groups. */
  private static final List<Path> CONTAINER =
      List.of(Path.of("/sys/fs/cgroup/memory.stat"), Path.of("/sys/fs/cgroup/memory/memory.stat"));

  /** Asks the system. */
  public static MainMemory here() {
    // Every JDK has this bean; it knows the limits of containers.
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return of(
        system.getTotalMemorySize(),
        system.getFreeMemorySize(),
        lines(MACHINE),
        CONTAINER.stream().flatMap(file -> lines(file).stream()).toList());
  }

  /**
   * Combines what the system says.
   *
   * @param total bytes of the machine or container
   * @param unused bytes of it that are used for nothing
   * @param machine lines of {@code /proc/meminfo}; none on other systems
   * @param container lines of the container's {@code memory.stat}; none without one
   */
  static MainMemory of(long total, long unused, List<String> machine, List<String> container) {
    long machineTotal = 1024 * value(machine, "MemTotal:", total / 1024);
    long available = 1024 * value(machine, "MemAvailable:", unused / 1024);
    if (total >= machineTotal) {
      return new MainMemory(total, available);
    }
    // What the machine has beyond the limit is out of reach.
    long cached = value(container, "total_inactive_file ", value(container, "inactive_file ", 0));
    return new MainMemory(total, Math.min(available, Math.min(total, unused + cached)));
  }

  private static long value(List<String> lines, String name, long otherwise) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.replaceAll("\\D", ""))
        .filter(digits -> !digits.isEmpty())
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(otherwise);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }
}
