package dev.rote.net;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * The trainable parameters and the buffers of a network.
 *
 * <p>All parameters lie one after another in one float32 tensor, and their gradients in another, so
 * that an optimizer step is a few operations on two large tensors. Each parameter is a leaf of
 * autograd whose storage and gradient are views of these: backward adds to the gradients in place.
 *
 * <p>A network declares its parameters by name while it is put together, then all are allocated at
 * once. What is held here outlives every {@code PointerScope}.
 */
public final class Parameters implements AutoCloseable {
  private final Map<String, Slot> slots = new LinkedHashMap<>();
  private final List<Pointer> held = new ArrayList<>();
  private Map<String, Tensor> named = Map.of();
  private long count;
  private Tensor flat;
  private Tensor flatGradient;

  Parameters() {}

  /** The place of one parameter or buffer, filled when all are allocated. */
  static final class Slot {
    private final Initializer initializer;
    private final boolean trainable;
    private final long[] shape;
    private Tensor tensor;
    private TensorOptional optional;

    private Slot(Initializer initializer, boolean trainable, long[] shape) {
      this.initializer = initializer;
      this.trainable = trainable;
      this.shape = shape;
    }

    Tensor tensor() {
      return tensor;
    }

    TensorOptional optional() {
      return optional;
    }

    private long size() {
      long size = 1;
      for (long length : shape) {
        size *= length;
      }
      return size;
    }

    private long[] strides(boolean channelsLast) {
      if (channelsLast && shape.length == 4) {
        return new long[] {
          shape[1] * shape[2] * shape[3], 1, shape[3] * shape[1], shape[1],
        };
      }
      long[] strides = new long[shape.length];
      long stride = 1;
      for (int i = shape.length - 1; i >= 0; i--) {
        strides[i] = stride;
        stride *= shape[i];
      }
      return strides;
    }
  }

  Slot parameter(String name, Initializer initializer, long... shape) {
    return declare(name, new Slot(initializer, true, shape));
  }

  Slot buffer(String name, double value, long... shape) {
    return declare(name, new Slot(Initializer.constant(value), false, shape));
  }

  private Slot declare(String name, Slot slot) {
    if (flat != null) {
      throw new IllegalStateException(name + " is declared after allocation");
    }
    if (slots.putIfAbsent(name, slot) != null) {
      throw new IllegalStateException(name + " is declared twice");
    }
    return slot;
  }

  /**
   * Allocates all that was declared, and draws the initial values in order of declaration.
   *
   * @param channelsLast whether the weights of convolutions are stored as [out,h,w,in]; the values
   *     drawn do not depend on it
   */
  void allocate(boolean channelsLast, long seed) {
    count = slots.values().stream().filter(slot -> slot.trainable).mapToLong(Slot::size).sum();
    try (PointerScope scope = new PointerScope();
        AutoGradMode noGradient = new AutoGradMode(false)) {
      flat = hold(torch.zeros(count));
      flatGradient = hold(torch.zeros(count));
      // The engine behind the generator takes 32 bits of a seed: fold the upper half in.
      GeneratorOptional generator =
          new GeneratorOptional(torch.make_generator_cpu((seed ^ (seed >>> 32)) & 0xffffffffL));
      Map<String, Tensor> parameters = new LinkedHashMap<>();
      Map<String, Tensor> buffers = new LinkedHashMap<>();
      long offset = 0;
      for (Map.Entry<String, Slot> entry : slots.entrySet()) {
        Slot slot = entry.getValue();
        if (slot.trainable) {
          long[] strides = slot.strides(channelsLast);
          LongOptional from = new LongOptional(offset);
          slot.tensor = hold(flat.as_strided(slot.shape, strides, from).detach());
          slot.tensor.requires_grad_(true);
          slot.tensor.mutable_grad().put(flatGradient.as_strided(slot.shape, strides, from));
          parameters.put(entry.getKey(), slot.tensor);
          offset += slot.size();
        } else {
          slot.tensor = hold(torch.zeros(slot.shape));
          buffers.put(entry.getKey(), slot.tensor);
        }
        slot.optional = hold(new TensorOptional(slot.tensor));
        // Drawn in the order of the logical shape, whatever the layout.
        Tensor drawn = torch.empty(slot.shape);
        slot.initializer.fill(drawn, generator);
        slot.tensor.copy_(drawn);
      }
      parameters.putAll(buffers);
      named = Collections.unmodifiableMap(parameters);
    }
  }

  private <P extends Pointer> P hold(P pointer) {
    pointer.retainReference();
    held.add(pointer);
    return pointer;
  }

  /** All parameters, {@code [P]} float32. */
  public Tensor flat() {
    return flat;
  }

  /** Gradients of all parameters, {@code [P]} float32; backward adds to it. */
  public Tensor flatGradient() {
    return flatGradient;
  }

  /** Sets all gradients to 0, to be called before each backward. */
  public void zeroGradients() {
    flatGradient.zero_();
  }

  /** Number of trainable scalars, P. */
  public long count() {
    return count;
  }

  /**
   * Parameters then buffers by name, in order of creation: views of live storage, as in a PyTorch
   * state dict. Weights of convolutions have the logical shape {@code [out,in,h,w]}, but may be
   * strided: take {@code contiguous()} before reading their memory. To write, use {@code copy_}
   * with autograd off.
   */
  public Map<String, Tensor> named() {
    return named;
  }

  /** Frees the native memory at once; without it, the garbage collector does so some day. */
  @Override
  public void close() {
    held.forEach(Pointer::releaseReference);
    held.clear();
  }
}
