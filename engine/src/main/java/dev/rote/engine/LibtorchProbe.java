package dev.rote.engine;

import dev.rote.net.Networks;
import dev.rote.study.Device;
import dev.rote.study.Precision;
import dev.rote.train.LibtorchSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A process that loads libtorch and multiplies two matrices. This is tried in a child process,
 * since a failure may end the process.
 */
public final class LibtorchProbe {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String MARK = "probe: ";

  /** What precedes the words for people. */
  private static final String FRAME = "^(" + MARK + "|Exception in thread \"main\" [\\w.]+: )";

  /** An exception's line says what went wrong, and the JVM's remarks about libraries do not. */
  private static final String THROWN = "Exception in thread .*";

  private static final String REMARK =
      "OpenJDK.* warning: .*|Java HotSpot.* warning: .*|WARNING: .*";

  private LibtorchProbe() {}

  /**
   * The result.
   *
   * @param text versions and threads, or the first line of what went wrong
   */
  public record Outcome(boolean works, String text) {}

  /** Tries it on a device, with the settings of a worker. */
  public static Outcome run(Device device) throws InterruptedException {
    ProcessBuilder builder =
        WorkerSettings.process(
            device,
            Runtime.getRuntime().availableProcessors(),
            LibtorchProbe.class,
            device.toString());
    try {
      Subprocess child = Subprocess.run(builder, PATIENCE);
      boolean works = child.status() == 0;
      return new Outcome(works, text(works, child.output()));
    } catch (IOException | TimeoutException e) {
      return new Outcome(false, e.getMessage());
    }
  }

  /** Returns the line that says it. */
  static String text(boolean works, String printed) {
    Predicate<String> wanted = works ? line -> line.startsWith(MARK) : line -> line.matches(THROWN);
    return printed
        .lines()
        .filter(wanted)
        .findFirst()
        .or(() -> printed.lines().filter(l -> !l.isBlank() && !l.matches(REMARK)).findFirst())
        .orElse("no message")
        .replaceFirst(FRAME, "");
  }

  /** Prints a line, or dies. */
  public static void main(String[] args) {
    Device device = Device.parse(args[0]);
    // On a GPU this loads everything that a worker needs.
    LibtorchSettings.apply(device, Precision.FLOAT32, torch.get_num_threads());
    DeviceType type = device == Device.CUDA ? DeviceType.CUDA : DeviceType.CPU;
    try (PointerScope scope = new PointerScope()) {
      Tensor ones = torch.ones(64, 64).to(new org.bytedeco.pytorch.Device(type), ScalarType.Float);
      double sum = ones.mm(ones).mul_(new Scalar(1)).sum().item_double();
      if (sum != 64.0 * 64 * 64) {
        throw new IllegalStateException("a product of matrices came out as " + sum);
      }
    }
    System.out.println(
        MARK
            + RunTraining.libtorch()
            + ", computes with up to "
            + torch.get_num_threads()
            + " threads; convolutions and batch norm by "
            + (Networks.hasOneDnn() ? "oneDNN" : "libtorch, since oneDNN is missing"));
  }
}
