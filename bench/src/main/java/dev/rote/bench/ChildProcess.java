package dev.rote.bench;

import dev.rote.engine.WorkerSettings;
import dev.rote.study.Device;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A {@link MeasuringProcess} as the benchmark sees it. */
final class ChildProcess implements AutoCloseable {
  /** Variables that steer native libraries; those of the user's shell are not passed on. */
  private static final List<String> STEERING =
      List.of(
          "OMP_",
          "GOMP_",
          "KMP_",
          "MKL_",
          "OPENBLAS_",
          "ONEDNN_",
          "DNNL_",
          "MALLOC_",
          "LD_PRELOAD");

  private static final int LOG_LINES = 5;

  private final Task task;
  private final Path log;
  private final Path script;
  private final Process process;
  private final BufferedReader out;
  private final PrimitiveTimes primitives = new PrimitiveTimes();
  private Optional<String> oneDnn = Optional.empty();

  ChildProcess(Task task) throws IOException {
    this.task = task;
    this.log = Files.createTempFile("rote-bench", ".log");
    this.script = task.subject().inPython() ? Python.script() : null;
    ProcessBuilder builder =
        new ProcessBuilder(script == null ? java() : Python.command(script, task));
    builder.environment().keySet().removeIf(name -> STEERING.stream().anyMatch(name::startsWith));
    builder.environment().putAll(environment());
    builder.redirectError(Redirect.to(log.toFile()));
    this.process = builder.start();
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private List<String> java() {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    if (task.subject() == Subject.DJL) {
      // The JVM as it is without options; natives come with the class path.
      command.addAll(List.of("-Dai.djl.offline=true", "-DOPT_OUT_TRACKING=true"));
    } else {
      command.addAll(WorkerSettings.javaOptions(task.device()));
    }
    command.add("-cp");
    command.add(WorkerSettings.classPath(task.device(), System.getProperty("java.class.path")));
    command.add(MeasuringProcess.class.getName());
    command.addAll(task.arguments());
    return command;
  }

  private Map<String, String> environment() {
    String threads = Integer.toString(task.threads());
    Map<String, String> rote = WorkerSettings.environment(task.device(), task.threads());
    return switch (task.subject()) {
      // With its own thread pool OpenBLAS would hinder the baseline.
      case PLAIN -> {
        Map<String, String> plain =
            task.device() == Device.CUDA ? new HashMap<>(rote) : new HashMap<>();
        plain.put("OMP_NUM_THREADS", threads);
        plain.put("OPENBLAS_NUM_THREADS", "1");
        yield plain;
      }
      case DJL, PYTORCH, PYTORCH_COMPILE -> Map.of("OMP_NUM_THREADS", threads);
      case ROTE -> rote;
      case LIMIT -> {
        Map<String, String> verbose = new HashMap<>(rote);
        verbose.put("ONEDNN_VERBOSE", "1");
        yield verbose;
      }
    };
  }

  /** Waits until it is warm. */
  void awaitReady() throws IOException, InterruptedException {
    await(ProcessReport.Kind.READY);
  }

  /** Lets it begin to measure. */
  void go() throws IOException {
    OutputStream in = process.getOutputStream();
    in.write('\n');
    in.flush();
  }

  /** Waits for what came out. */
  ProcessReport.Result result() throws IOException, InterruptedException {
    return await(ProcessReport.Kind.RESULT).result();
  }

  /** Times of the primitives of the steps that counted, if it is the limit that is measured. */
  PrimitiveTimes primitives() {
    return primitives;
  }

  /** Returns oneDNN's version, if the process was asked to print it. */
  Optional<String> oneDnn() {
    return oneDnn;
  }

  private ProcessReport await(ProcessReport.Kind kind) throws IOException, InterruptedException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Optional<ProcessReport> message = ProcessReport.parse(line);
      if (message.isEmpty()) {
        Primitive.parse(line).ifPresent(primitives::add);
        if (oneDnn.isEmpty()) {
          oneDnn = Primitive.version(line);
        }
        continue;
      }
      switch (message.get().kind()) {
        case LAP -> primitives.step();
        case READY, SKIPPED -> primitives.skip();
        case RESULT -> {
          // the end
        }
      }
      if (message.get().kind() == kind) {
        return message.get();
      }
    }
    throw new IOException(
        "measuring %s on %s ended with status %d: %s"
            .formatted(task.subject(), task.workload().network(), process.waitFor(), lastWords()));
  }

  private String lastWords() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n  ", lines.subList(0, Math.min(LOG_LINES, lines.size())));
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    Files.deleteIfExists(log);
    if (script != null) {
      Files.deleteIfExists(script);
    }
  }
}
