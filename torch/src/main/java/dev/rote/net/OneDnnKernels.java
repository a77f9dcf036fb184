package dev.rote.net;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;

/**
 * The kernels of one layer. Each is created when a new shape of activations occurs, and all are
 * freed with the network.
 */
final class OneDnnKernels<K extends OneDnnKernel> {
  private final Map<OneDnnKernel.Shape, Optional<K>> kernels = new HashMap<>();
  private final Function<OneDnnKernel.Shape, Optional<K>> create;
  private final boolean wanted;

  OneDnnKernels(Parameters parameters, Function<OneDnnKernel.Shape, Optional<K>> create) {
    this.create = create;
    this.wanted = parameters.kernels() == Kernels.OF_PROCESSORS;
    parameters.onClose(() -> kernels.values().forEach(k -> k.ifPresent(OneDnnKernel::close)));
  }

  /** Returns the kernel for such an input; empty where oneDNN does not compute it, as on a GPU. */
  Optional<K> of(Tensor input) {
    return wanted
        ? kernels.computeIfAbsent(OneDnnKernel.Shape.of(input), create)
        : Optional.empty();
  }
}
