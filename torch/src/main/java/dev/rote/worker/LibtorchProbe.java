package dev.rote.worker;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A process that loads libtorch, multiplies two matrices and says so: whether it can is best tried
 * in a child.
 */
public final class LibtorchProbe {
  private LibtorchProbe() {}

  /** Prints one line, or dies. */
  public static void main(String[] args) {
    try (PointerScope scope = new PointerScope()) {
      Tensor ones = torch.ones(64, 64);
      double sum = ones.mm(ones).sum().item_double();
      if (sum != 64.0 * 64 * 64) {
        throw new IllegalStateException("a product of matrices came out as " + sum);
      }
    }
    System.out.println(
        Worker.libtorch() + ", computes with up to " + torch.get_num_threads() + " threads");
  }
}
