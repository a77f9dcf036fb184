package dev.rote.train;

import dev.rote.study.Device;
import dev.rote.study.Precision;
import dev.rote.text.InputException;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch_cuda;

/**
 * Settings of libtorch: arithmetic and repeatability, which hold for the whole process, and what
 * the thread that trains has to itself, which are its processor threads and its stream of a GPU.
 */
public final class LibtorchSettings {
  private LibtorchSettings() {}

  /**
   * Whether a GPU computes with algorithms that give the same bits each time: unless the system
   * property {@code rote.cuda.deterministic} is {@code false}.
   */
  public static boolean deterministic() {
    return !"false".equals(System.getProperty("rote.cuda.deterministic"));
  }

  /**
   * Whether steps are told to a GPU as a graph: unless the system property {@code rote.cuda.graphs}
   * is {@code false}.
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
    // cuDNN takes TF32 for float32 unless it is told not to.
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

  /** What threads tell a GPU on streams of their own, it may do side by side. */
  private static void takeOwnStream() {
    try (PointerScope scope = new PointerScope()) {
      // Kept from run to run, since libtorch keeps freed memory for each stream.
      if (torch_cuda.getCurrentCUDAStream().equals(torch_cuda.getDefaultCUDAStream())) {
        torch_cuda.setCurrentCUDAStream(torch_cuda.getStreamFromPool());
      }
    }
  }
}
