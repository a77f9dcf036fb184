package dev.rote.run;

import dev.rote.data.ImageShape;
import dev.rote.study.Device;
import dev.rote.study.RunSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * What {@code run.json} holds: all that a run depends on.
 *
 * @param format version of the run directory's format
 * @param id name of the run, a hash of what it depends on
 * @param spec the resolved specification
 * @param data the images as they were read
 * @param noise the draw
 * @param execution where it is trained, from the first epoch to the last
 * @param parameters number of trainable parameters of the network
 * @param provenance software and hardware
 */
public record RunRecord(
    int format,
    String id,
    RunSpec spec,
    Data data,
    Noise noise,
    Execution execution,
    long parameters,
    Provenance provenance) {

  /** Version of the format that this code writes. */
  public static final int FORMAT = 1;

  public RunRecord {
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "its format is %d, and this version reads format %d".formatted(format, FORMAT));
    }
  }

  /** Returns this record for a worker: where, and on how many threads. */
  public RunRecord on(Execution there) {
    return new RunRecord(format, id, spec, data, noise, there, parameters, provenance);
  }

  /** Returns this record with images at another place, or at one that is not stated. */
  public RunRecord withDataAt(Optional<String> path) {
    return new RunRecord(
        format, id, spec.withDataAt(path), data, noise, execution, parameters, provenance);
  }

  /** Returns this record with what is known once the worker is up. */
  public RunRecord with(long newParameters, String preprocessing, String libtorch) {
    return new RunRecord(
        format,
        id,
        spec,
        data.with(preprocessing),
        noise,
        execution,
        newParameters,
        provenance.with(libtorch));
  }

  /** Returns this record as that of a run with another name and specification. */
  RunRecord as(String newId, RunSpec newSpec) {
    return new RunRecord(format, newId, newSpec, data, noise, execution, parameters, provenance);
  }

  /**
   * Where a run is trained.
   *
   * @param threads threads that libtorch computes with
   */
  public record Execution(Device device, int threads) {}

  /**
   * The images of a run.
   *
   * @param digest SHA-256 over all that was read
   * @param preprocessing what the network is given of each image, in words; empty until the run
   *     begins
   */
  public record Data(
      String digest,
      int samples,
      int testSamples,
      ImageShape shape,
      List<String> classNames,
      String preprocessing) {
    public Data {
      preprocessing = preprocessing == null ? "" : preprocessing;
      if (samples < 1 || classNames.size() < 1) {
        throw new IllegalArgumentException("it has no samples or no classes");
      }
    }

    /** Describes images before a network is chosen. */
    public Data(
        String digest, int samples, int testSamples, ImageShape shape, List<String> classNames) {
      this(digest, samples, testSamples, shape, classNames, "");
    }

    Data with(String newPreprocessing) {
      return new Data(digest, samples, testSamples, shape, classNames, newPreprocessing);
    }
  }

  /**
   * The noise that was drawn.
   *
   * @param fingerprint the noise with a digest of its file, if it has one
   * @param realizedRate share of the labels that are altered
   * @param realizedMatrix K×K; row: original class, column: observed class; a row sums to 1, or to
   *     0 if the class has no samples
   */
  public record Noise(String fingerprint, double realizedRate, double[][] realizedMatrix) {
    public Noise {
      if (!(realizedRate >= 0 && realizedRate <= 1)) {
        throw new IllegalArgumentException(
            "its realized noise rate %s is outside [0, 1]".formatted(realizedRate));
      }
    }
  }

  /** Software and hardware that a run was begun with, and when (ISO 8601). */
  public record Provenance(
      String rote,
      String libtorch,
      String java,
      String system,
      String processor,
      int processors,
      String started) {

    /** Returns what can be told of this process without libtorch, which its worker adds. */
    public static Provenance here() {
      return new Provenance(
          version(),
          "",
          System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
          System.getProperty("os.name")
              + " "
              + System.getProperty("os.version")
              + " "
              + System.getProperty("os.arch"),
          cpuModel(),
          Runtime.getRuntime().availableProcessors(),
          Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /**
     * Returns the version of this build and, where it was built from a git checkout, the commit:
     * 0.1.0 (0123456789).
     */
    public static String version() {
      Properties properties = new Properties();
      try (InputStream in = RunRecord.class.getResourceAsStream("version.properties")) {
        properties.load(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      String version = properties.getProperty("version");
      String commit = properties.getProperty("commit");
      if (commit.startsWith("$")) {
        return version;
      }
      boolean changed = properties.getProperty("dirty").equals("true");
      return version + " (" + commit + (changed ? ", changed since)" : ")");
    }

    private static String cpuModel() {
      try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse("unknown");
      } catch (IOException | UncheckedIOException e) {
        String windows = System.getenv("PROCESSOR_IDENTIFIER");
        return windows == null ? "unknown" : windows;
      }
    }

    Provenance with(String newLibtorch) {
      return new Provenance(rote, newLibtorch, java, system, processor, processors, started);
    }
  }
}
