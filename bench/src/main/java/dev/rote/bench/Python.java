package dev.rote.bench;

import dev.rote.study.OptimizerSpec;
import dev.rote.text.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** PyTorch in the Python of this machine: {@code $PYTHON}, or else {@code python3}. */
final class Python {
  /** Begins a program. A folder of the working directory, such as our torch, is no module. */
  private static final String BEGIN = "import sys; del sys.path[0]; import ";

  private Python() {}

  private static String interpreter() {
    return Objects.requireNonNullElse(System.getenv("PYTHON"), "python3");
  }

  /**
   * Returns what this machine's PyTorch can train: nothing without one, and no compiled code before
   * 2.0.
   */
  static List<Subject> subjects() throws InterruptedException {
    Optional<String> version = pyTorch();
    if (version.isEmpty()) {
      return List.of();
    }
    return compiles(version.get())
        ? List.of(Subject.PYTORCH, Subject.PYTORCH_COMPILE)
        : List.of(Subject.PYTORCH);
  }

  private static boolean compiles(String version) {
    return !version.startsWith("1.");
  }

  /** Returns the version of its PyTorch; empty if there is none. */
  static Optional<String> pyTorch() throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(interpreter(), "-c", BEGIN + "torch; print(torch.__version__)")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String printed =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? Optional.of(printed) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Refuses subjects that this machine has no PyTorch for.
   *
   * @throws InputException with the remedy
   */
  static void require(List<Subject> subjects) throws InterruptedException {
    if (subjects.stream().noneMatch(Subject::inPython)) {
      return;
    }
    Optional<String> version = pyTorch();
    if (version.isEmpty()) {
      throw new InputException(
          interpreter()
              + " has no PyTorch: name a Python that has in the environment variable PYTHON, or"
              + " leave pytorch out of --subjects");
    }
    if (subjects.contains(Subject.PYTORCH_COMPILE) && !compiles(version.get())) {
      throw new InputException(
          "PyTorch "
              + version.get()
              + " does not compile: take 2.0 or newer, or leave"
              + " pytorch-compile out of --subjects");
    }
  }

  /** Writes the program to a temporary file, and returns it. */
  static Path script() throws IOException {
    return script("pytorch.py");
  }

  private static Path script(String name) throws IOException {
    Path file = Files.createTempFile("rote-bench", ".py");
    try (InputStream in = Python.class.getResourceAsStream(name)) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }

  /** Returns whether this machine's Python has modules, as in {@code numpy, torch}. */
  static boolean has(String modules) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(interpreter(), "-c", BEGIN + modules)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the command that runs {@code results.py}, in a file that is left to the system. */
  static List<String> command(List<String> arguments) throws IOException {
    Path script = script("results.py");
    script.toFile().deleteOnExit();
    List<String> command = new ArrayList<>(List.of(interpreter(), script.toString()));
    command.addAll(arguments);
    return command;
  }

  static List<String> command(Path script, Task task) {
    RandomImages images = MeasuringProcess.images(task);
    Workload workload = task.workload();
    List<String> command = new ArrayList<>(List.of(interpreter(), script.toString()));
    command.addAll(task.arguments());
    command.add(Integer.toString(Workload.BATCH));
    command.add(Integer.toString(images.training()));
    command.add(Integer.toString(images.test()));
    OptimizerSpec optimizer = workload.optimizer();
    command.add(optimizer.name());
    command.add(Double.toString(optimizer.rate()));
    command.add(Double.toString(optimizer.momentum()));
    command.add(Double.toString(optimizer.weightDecay()));
    return command;
  }
}
