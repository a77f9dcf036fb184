package dev.rote.cli;

import dev.rote.engine.Machine;
import dev.rote.study.Device;
import dev.rote.text.InputException;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that limit which resources of this machine are used. */
final class MachineOptions {
  private static final String AUTO = "auto";

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = AUTO,
      description = "cpu, cuda or auto: a GPU where one can be used (default: auto)")
  private String device = AUTO;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = AUTO,
      description = "runs at once (default: auto, the fastest in short trials)")
  private String workers = AUTO;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "threads of each run (default: processors / workers)")
  private String threads;

  Machine machine() {
    return new Machine(
        device.equals(AUTO) ? Optional.empty() : Optional.of(device(device)),
        workers.equals(AUTO)
            ? Optional.empty()
            : Optional.of(positive("--workers", workers, " or 'auto'")),
        Optional.ofNullable(threads).map(n -> positive("--threads", n, "")));
  }

  private static Device device(String name) {
    try {
      return Device.parse(name);
    } catch (InputException e) {
      throw new InputException("unknown device '" + name + "'; known: auto, cpu, cuda", e);
    }
  }

  private static int positive(String option, String value, String otherwise) {
    try {
      int number = Integer.parseInt(value);
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The message below says what is expected.
    }
    throw new InputException(
        option + " " + value + ": expected an integer of at least 1" + otherwise);
  }
}
