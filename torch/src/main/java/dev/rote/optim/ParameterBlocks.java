package dev.rote.optim;

import dev.rote.net.Parameters;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Divides the flat tensors of parameters into blocks. An optimizer performs all operations of a
 * step on one block, which stays in the cache, before it continues to the next. The operations work
 * element by element, so the result is the same to the bit as on the whole tensors.
 */
final class ParameterBlocks {
  /**
   * Floats of a block for each thread. Five tensors of this length take 5 MiB: blocks of 1 << 15,
   * which would fit the second cache, cost more in calls than they save in memory traffic.
   */
  private static final long PER_THREAD = 1 << 18;

  private ParameterBlocks() {}

  /** Returns the length of a block; a GPU takes everything at once. */
  static long length(Parameters parameters) {
    return parameters.flat().is_cuda() || parameters.count() == 0
        ? Math.max(1, parameters.count())
        : Math.min(parameters.count(), PER_THREAD * torch.get_num_threads());
  }

  /**
   * Returns the blocks that a step has to change. Where no gradient ever arrives, momentum and
   * moments stay 0, and only weight decay changes a parameter.
   */
  static List<Parameters.Range> of(Parameters parameters, double weightDecay) {
    List<Parameters.Range> ranges =
        weightDecay == 0
            ? parameters.reached()
            : List.of(new Parameters.Range(0, parameters.count()));
    long most = length(parameters);
    List<Parameters.Range> blocks = new ArrayList<>();
    for (Parameters.Range range : ranges) {
      long end = range.start() + range.length();
      for (long start = range.start(); start < end; start += most) {
        blocks.add(new Parameters.Range(start, Math.min(most, end - start)));
      }
    }
    return blocks;
  }

  /** Returns a view of one block that outlives the caller's scope. */
  static Tensor view(Parameters.Range block, Tensor flat) {
    Tensor view = block.of(flat);
    view.retainReference();
    return view;
  }
}
