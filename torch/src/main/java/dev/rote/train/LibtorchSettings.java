package dev.rote.train;

import dev.rote.study.Device;
import dev.rote.study.Precision;
import dev.rote.text.InputException;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch_cuda;

/**
 * Settings of libtorch: arithmetic and determinism for the whole process, and CPU threads and GPU
 * stream for the thread that trains.
 */
public final class LibtorchSettings {
  private LibtorchSettings() {}

  /**
   * Returns whether a GPU computes with algorithms that give the same bits each time: unless the
   * system property {@code rote.cuda.deterministic} is {@code false}.
   */
  public static boolean deterministic() {
    return !"false".equals(System.getProperty("rote.cuda.deterministic"));
  }

  /**
   * Returns whether steps on a GPU are recorded as a graph: unless the system property {@code
   * rote.cuda.graphs} is {@code false}.
   */
  static boolean graphs() {
    return !"false".equals(System.getProperty("rote.cuda.graphs"));
  }

  /**
   * Makes them for what this thread trains next.
   *
   * @throws InputException if the device has no such arithmetic
   */
  public static void apply(Device device, Precision precision, int threads) {
    boolean tf32 = precision == Precision.TF32;
    if (tf32 && device == Device.CPU) {
      throw new InputException("precision tf32 is for GPUs; on the CPU take float32 or bf16");
    }
    torch.set_num_threads(threads);
    Context context = torch.globalContext();
    // cuDNN computes float32 with TF32 by default.
    context.setAllowTF32CuDNN(tf32);
    context.setAllowTF32CuBLAS(tf32);
    if (device == Device.CUDA) {
      context.setDeterministicCuDNN(deterministic());
      context.setBenchmarkCuDNN(!deterministic());
      // Warns, and does not refuse, where an operation has no repeatable form on GPUs.
      context.setDeterministicAlgorithms(deterministic(), true);
      context.setDeterministicFillUninitializedMemory(false);
      takeOwnStream();
    }
  }

  /**
   * Gives this thread a GPU stream of its own, so that its work can run beside that of other
   * threads.
   */
  private static void takeOwnStream() {
    try (PointerScope scope = new PointerScope()) {
      // Kept from run to run, since libtorch keeps freed memory for each stream.
      if (torch_cuda.getCurrentCUDAStream().equals(torch_cuda.getDefaultCUDAStream())) {
        torch_cuda.setCurrentCUDAStream(torch_cuda.getStreamFromPool());
      }
    }
  }
}
