package dev.rote.engine;

import dev.rote.study.Device;
import dev.rote.text.InputException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Whether runs can be trained on a GPU here.
 *
 * @param natives whether this build has libtorch for GPUs
 * @param gpu the GPU that would be used
 * @param failure why a process could not compute on it, or why the driver names none; empty if it
 *     could, or if something else is missing
 */
public record GpuState(
    boolean natives, Optional<Gpu> gpu, CudaLibraries libraries, Optional<String> failure) {
  private static final String NATIVES = "/org/bytedeco/pytorch/linux-x86_64-gpu/libtorch_cuda.so";

  /** Looks for a GPU and its libraries and, if nothing is missing, tries them. */
  public static GpuState ofThisMachine() throws InterruptedException {
    boolean natives = GpuState.class.getResource(NATIVES) != null;
    Gpu.Look look = Gpu.look();
    Optional<Gpu> gpu = look.gpu();
    CudaLibraries libraries = CudaLibraries.ofThisMachine();
    GpuState state = new GpuState(natives, gpu, libraries, look.complaint());
    if (state.obstacle().isPresent()) {
      return state;
    }
    LibtorchProbe.Outcome outcome = LibtorchProbe.run(Device.CUDA);
    return outcome.works()
        ? state
        : new GpuState(natives, gpu, libraries, Optional.of(outcome.text()));
  }

  /** Returns the first thing that is missing, with the remedy; empty where a GPU can be used. */
  public Optional<String> obstacle() {
    if (gpu.isEmpty()) {
      return Optional.of(
          "no GPU of NVIDIA is seen here (" + failure.orElse("nvidia-smi names none") + ")");
    }
    if (!natives) {
      return Optional.of(
          "this build is without libtorch for GPUs; set ROTE_CUDA=1, and ./rote builds it with");
    }
    if (!libraries.missing().isEmpty()) {
      return Optional.of(
          "%s %s not found; install %s, or name the directory in LD_LIBRARY_PATH"
              .formatted(
                  String.join(", ", libraries.missing()),
                  libraries.missing().size() == 1 ? "is" : "are",
                  enumeration(libraries.toInstall())));
    }
    return failure.map(text -> "libtorch does not compute on the GPU: " + text);
  }

  /** Joins words: {@code a}, {@code a and b}, {@code a, b and c}. */
  private static String enumeration(List<String> things) {
    int last = things.size() - 1;
    return last == 0
        ? things.get(0)
        : String.join(", ", things.subList(0, last)) + " and " + things.get(last);
  }

  /**
   * Chooses the device: the requested one, else a GPU if one can be used.
   *
   * @param notice receives which GPU is used, or why an existing one is not
   * @throws InputException if a GPU is requested that cannot be used
   */
  public static Device choose(Optional<Device> asked, Consumer<String> notice)
      throws InterruptedException {
    return asked.equals(Optional.of(Device.CPU))
        ? Device.CPU
        : ofThisMachine().choose(asked.isPresent(), notice);
  }

  /** Chooses between this GPU and the processors. */
  Device choose(boolean wanted, Consumer<String> notice) {
    Optional<String> obstacle = obstacle();
    if (obstacle.isEmpty()) {
      notice.accept("on the GPU: " + gpu.orElseThrow().description());
      return Device.CUDA;
    }
    if (wanted) {
      throw new InputException("--device cuda: " + obstacle.get());
    }
    gpu.ifPresent(present -> notice.accept(present.name() + " is not used: " + obstacle.get()));
    return Device.CPU;
  }
}
