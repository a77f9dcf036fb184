package dev.rote.engine;

import dev.rote.study.Device;
import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How the process of a worker is started. Libraries read these settings when they load, so that
 * only the starting process can make them.
 */
public final class WorkerSettings {
  private static final Pattern NATIVES =
      Pattern.compile("pytorch-[^/\\\\]*-(linux|macosx|windows)-[a-z0-9_]+\\.jar$");

  /** Prefixes of the system properties that a worker inherits from this process. */
  private static final List<String> INHERITED =
      List.of("rote.", "user.home", "org.bytedeco.javacpp.cachedir");

  private WorkerSettings() {}

  /**
   * Returns the process of {@code main} with these settings.
   *
   * @param device where it computes
   * @param threads threads that it computes with
   */
  static ProcessBuilder process(Device device, int threads, Class<?> main, String... arguments) {
    return process(device, threads, WorkerPlace.HERE, main, arguments);
  }

  /** Returns a process of {@code main} with a class path and an environment of its own. */
  static ProcessBuilder process(
      Device device, int threads, WorkerPlace place, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(javaOptions(device));
    command.add("-cp");
    command.add(classPath(device, place.classPath()));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment(device, threads));
    builder.environment().putAll(place.environment());
    return builder;
  }

  /**
   * Returns the class path of a worker. A process must load libtorch's natives either for CPUs or
   * for GPUs, since both together abort it.
   */
  public static String classPath(Device device, String all) {
    return Arrays.stream(all.split(File.pathSeparator))
        .filter(entry -> device == Device.CPU || !NATIVES.matcher(entry).find())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Returns the options of its JVM. */
  public static List<String> javaOptions(Device device) {
    List<String> options = new ArrayList<>(ofDevice(device));
    if (Runtime.version().feature() >= 22) {
      options.add("--enable-native-access=ALL-UNNAMED");
    }
    String classes = System.getProperty("rote.classes"); // set by the launcher
    if (classes != null && device == Device.CPU) {
      options.addAll(List.of("-XX:SharedArchiveFile=" + classes, "-Xlog:disable"));
    }
    for (String name : new TreeSet<>(System.getProperties().stringPropertyNames())) {
      if (INHERITED.stream().anyMatch(name::startsWith)) {
        options.add("-D" + name + "=" + System.getProperty(name));
      }
    }
    return options;
  }

  private static List<String> ofDevice(Device device) {
    return List.of(
        // All runs on a GPU share a process.
        device == Device.CUDA ? "-Xmx16g" : "-Xmx4g",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        // Which of libtorch's natives are loaded, where the build has both.
        "-Dorg.bytedeco.javacpp.platform.extension=" + (device == Device.CUDA ? "-gpu" : ""),
        // JavaCPP's own bound of native memory makes allocations sleep under a global lock.
        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
        "-Dorg.bytedeco.javacpp.maxBytes=0");
  }

  /**
   * Returns the additions to its environment.
   *
   * @param threads threads that it computes with
   */
  public static Map<String, String> environment(Device device, int threads) {
    Map<String, String> environment = new HashMap<>(ofProcessors(threads));
    if (device == Device.CUDA) {
      String before = System.getenv("LD_LIBRARY_PATH");
      environment.put("LD_LIBRARY_PATH", CudaLibraries.ofThisMachine().searchPath(before));
      // GPUs are counted as nvidia-smi counts them, and not the fastest first.
      environment.put("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
      // Streams beyond the number of connections, which is 8 by default, wait for each other.
      environment.put("CUDA_DEVICE_MAX_CONNECTIONS", "32");
      // Without a fixed workspace, the last bits of matrix products differ from call to call.
      environment.put("CUBLAS_WORKSPACE_CONFIG", ":4096:8");
    }
    return environment;
  }

  private static Map<String, String> ofProcessors(int threads) {
    return Map.of(
        "OMP_NUM_THREADS", Integer.toString(threads),
        // Waiting threads spin for some microseconds and then sleep. If they only span, other work
        // on the cores would cost a factor of ten, as each wait then lasts a time slice of the
        // system; if they slept at once, a quiet machine would lose a seventh of its speed.
        "GOMP_SPINCOUNT", "20000",
        // OpenBLAS has its own thread pool, which competes with OpenMP's.
        "OPENBLAS_NUM_THREADS", "1",
        // Keep freed memory: returning it costs page faults at every step.
        "MALLOC_TRIM_THRESHOLD_", "8000000000",
        "MALLOC_MMAP_THRESHOLD_", "8000000000",
        "MALLOC_TOP_PAD_", "268435456");
  }
}
