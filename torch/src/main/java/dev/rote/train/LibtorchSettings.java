package dev.rote.train;

import dev.rote.study.Device;
import dev.rote.study.Precision;
import dev.rote.text.InputException;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;

/** Settings of libtorch that hold for the whole process: threads, arithmetic, repeatability. */
public final class LibtorchSettings {
  private LibtorchSettings() {}

  /**
   * Makes them for what is trained next.
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
      context.setDeterministicCuDNN(true);
      context.setBenchmarkCuDNN(false);
      // Warns, and does not refuse, where an operation has no repeatable form on GPUs.
      context.setDeterministicAlgorithms(true, true);
      context.setDeterministicFillUninitializedMemory(false);
    }
  }
}
