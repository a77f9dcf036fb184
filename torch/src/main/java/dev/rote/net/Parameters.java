package dev.rote.net;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The trainable parameters and the buffers of a network.
 *
 * <p>All parameters lie one after another in one float32 tensor, and their gradients in another, so
 * that an optimizer step is a few operations on two large tensors. Each parameter is a view of the
 * one, and its gradient of the other.
 *
 * <p>A network declares its parameters by name while it is put together, then all are allocated at
 * once. What is held here outlives every {@code PointerScope}.
 */
public final class Parameters implements AutoCloseable {
  private final Map<String, Slot> slots = new LinkedHashMap<>();
  private final List<Pointer> held = new ArrayList<>();
  private Map<String, Tensor> named = Map.of();
  private final List<Range> reached = new ArrayList<>();
  private final Map<String, Range> ranges = new LinkedHashMap<>();
  private final Map<String, Tensor> gradients = new LinkedHashMap<>();
  private final List<Runnable> onClose = new ArrayList<>();
  private final Kernels kernels;
  private final Copies newGradients = new Copies();
  private long count;
  private ScalarType precision;
  private Tensor flat;
  private Tensor flatGradient;
  private Tensor flatComputing;

  /** For layers that compute with oneDNN's kernels. */
  Parameters() {
    this(Kernels.OF_PROCESSORS);
  }

  Parameters(Kernels kernels) {
    this.kernels = kernels;
  }

  /** What layers that use these parameters compute with. */
  Kernels kernels() {
    return kernels;
  }

  /** A stretch of the flat tensors. */
  public record Range(long start, long length) {
    /** This stretch of a tensor {@code [P]}, as a view. */
    public Tensor of(Tensor tensor) {
      return tensor.narrow(0, start, length);
    }
  }

  /** The taps of a kernel along one axis that ever meet the image, not only its margin. */
  record Taps(int first, int count) {}

  /** The place of one parameter or buffer, filled when all are allocated. */
  static final class Slot {
    private final Initializer initializer;
    private final boolean trainable;
    private final long[] shape;
    private final Taps rows;
    private final Taps columns;
    private Tensor tensor;
    private Tensor used;
    private Tensor computing;
    private Tensor gradient;
    private Copies newGradients;
    private ScalarType precision;
    private double rateFactor = 1;

    private Slot(Initializer initializer, boolean trainable, long[] shape) {
      this(initializer, trainable, shape, null, null);
    }

    private Slot(
        Initializer initializer, boolean trainable, long[] shape, Taps rows, Taps columns) {
      this.initializer = initializer;
      this.trainable = trainable;
      this.shape = shape;
      this.rows = rows;
      this.columns = columns;
    }

    /** Sets by what factor the learning rate of this parameter exceeds that of the run. */
    Slot withRate(double factor) {
      rateFactor = factor;
      return this;
    }

    /** In float32, the part that is in use; all of it except where some taps are unused. */
    Tensor tensor() {
      return used;
    }

    /** The same in the precision that the network computes in; valid until the next pass begins. */
    Tensor computing() {
      return computing == null ? inComputingPrecision(used) : computing;
    }

    /** The gradient of {@link #tensor}, to be written to, float32. */
    Tensor gradient() {
      return gradient;
    }

    /** Sets {@link #gradient}, at the latest when the backward pass ends. */
    void setGradient(Tensor value) {
      if (newGradients == null || partlyUsed()) {
        gradient.copy_(value);
      } else {
        newGradients.add(gradient, value);
      }
    }

    /** Any tensor in the precision that the network computes in. */
    Tensor inComputingPrecision(Tensor any) {
      return any.to(precision);
    }

    private long size() {
      long size = 1;
      for (long length : shape) {
        size *= length;
      }
      return size;
    }

    private boolean partlyUsed() {
      return rows != null && (rows.count < shape[2] || columns.count < shape[3]);
    }

    /** One tap of a kernel: [out,in]. */
    private long tapSize() {
      return shape[0] * shape[1];
    }

    private long[] strides(boolean channelsLast) {
      if (partlyUsed()) {
        // Tap after tap, so that those in use are few stretches of memory.
        return new long[] {shape[1], 1, shape[3] * tapSize(), tapSize()};
      }
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

    private Tensor inUse(Tensor whole) {
      if (!partlyUsed()) {
        return whole;
      }
      return whole.narrow(2, rows.first, rows.count).narrow(3, columns.first, columns.count);
    }

    private void addReached(long offset, List<Range> ranges) {
      if (!partlyUsed()) {
        add(new Range(offset, size()), ranges);
        return;
      }
      for (int row = rows.first; row < rows.first + rows.count; row++) {
        long from = offset + (row * shape[3] + columns.first) * tapSize();
        add(new Range(from, columns.count * tapSize()), ranges);
      }
    }

    private static void add(Range next, List<Range> ranges) {
      int last = ranges.size() - 1;
      if (last >= 0 && ranges.get(last).start + ranges.get(last).length == next.start) {
        Range before = ranges.get(last);
        ranges.set(last, new Range(before.start, before.length + next.length));
      } else {
        ranges.add(next);
      }
    }
  }

  Slot parameter(String name, Initializer initializer, long... shape) {
    return declare(name, new Slot(initializer, true, shape));
  }

  /** The weight of a convolution, [out,in,h,w], of which only some taps are used. */
  Slot parameter(String name, Initializer initializer, Taps rows, Taps columns, long... shape) {
    return declare(name, new Slot(initializer, true, shape, rows, columns));
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
   * @param precision that the network computes in
   * @param device where all of it lies; the values are drawn on the CPU, so that they are the same
   *     on each
   */
  void allocate(boolean channelsLast, ScalarType precision, DeviceType device, long seed) {
    this.precision = precision;
    count = slots.values().stream().filter(slot -> slot.trainable).mapToLong(Slot::size).sum();
    try (PointerScope scope = new PointerScope();
        AutoGradMode noGradient = new AutoGradMode(false)) {
      flat = hold(torch.zeros(count).to(new Device(device), ScalarType.Float));
      flatGradient = hold(torch.zeros_like(flat));
      if (kernels == Kernels.OF_GPUS && precision != ScalarType.Float) {
        flatComputing = hold(flat.to(precision));
      }
      // The engine behind the generator takes 32 bits of a seed: fold the upper half in.
      GeneratorOptional generator =
          new GeneratorOptional(torch.make_generator_cpu((seed ^ (seed >>> 32)) & 0xffffffffL));
      Map<String, Tensor> parameters = new LinkedHashMap<>();
      Map<String, Tensor> buffers = new LinkedHashMap<>();
      long offset = 0;
      for (Map.Entry<String, Slot> entry : slots.entrySet()) {
        Slot slot = entry.getValue();
        slot.precision = precision;
        if (slot.trainable) {
          long[] strides = slot.strides(channelsLast);
          LongOptional from = new LongOptional(offset);
          slot.tensor = hold(flat.as_strided(slot.shape, strides, from));
          slot.used = hold(slot.inUse(slot.tensor));
          Tensor gradient = hold(flatGradient.as_strided(slot.shape, strides, from));
          slot.gradient = hold(slot.inUse(gradient));
          if (kernels == Kernels.OF_GPUS) {
            slot.newGradients = newGradients;
          }
          if (flatComputing != null) {
            Tensor whole = flatComputing.as_strided(slot.shape, strides, from);
            slot.computing = hold(slot.inUse(whole));
          }
          gradients.put(entry.getKey(), gradient);
          slot.addReached(offset, reached);
          ranges.put(entry.getKey(), new Range(offset, slot.size()));
          parameters.put(entry.getKey(), slot.tensor);
          offset += slot.size();
        } else {
          slot.tensor = hold(torch.zeros(slot.shape, flat.options()));
          slot.used = slot.tensor;
          buffers.put(entry.getKey(), slot.tensor);
        }
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

  /** To be called before weights are used that may have changed. */
  void beginPass() {
    if (flatComputing != null) {
      flatComputing.copy_(flat);
    }
  }

  /** To be called when all gradients have been set. */
  void endBackward() {
    newGradients.make();
  }

  /** What the network computes in: float32 or bf16. */
  ScalarType precision() {
    return precision;
  }

  /** To be done when this is closed. */
  void onClose(Runnable action) {
    onClose.add(action);
  }

  /** All parameters, {@code [P]} float32. */
  public Tensor flat() {
    return flat;
  }

  /** Gradients of all parameters, {@code [P]} float32; a backward pass sets them. */
  public Tensor flatGradient() {
    return flatGradient;
  }

  /**
   * The stretches of {@link #flat} that backward can reach. Taps of a kernel that, at the size of
   * the images, meet nothing but the zeros around them are outside: their gradient is 0 forever, so
   * that an optimizer without weight decay may pass them over.
   */
  public List<Range> reached() {
    return Collections.unmodifiableList(reached);
  }

  /**
   * Scales the gradient of all parameters together down to the Euclidean norm {@code most}, where
   * it is longer.
   */
  public void clipGradient(double most) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode noGradient = new AutoGradMode(false)) {
      // Not asking for the value of the norm spares a GPU the wait.
      flatGradient.mul_(
          flatGradient.norm().reciprocal_().mul_(new Scalar(most)).clamp_max_(new Scalar(1.0)));
    }
  }

  /** The gradient of the parameter of this name: a view of {@link #flatGradient}. */
  public Tensor gradient(String name) {
    return gradients.get(name);
  }

  /** Returns where each trainable parameter lies in {@link #flat}, by name. */
  public Map<String, Range> ranges() {
    return Collections.unmodifiableMap(ranges);
  }

  /**
   * Returns by what factor the learning rate of a parameter should exceed that of the run, as its
   * network states it: 1 unless it states another. {@link dev.rote.optim.Muon} follows it.
   */
  public double rateFactor(String name) {
    return slots.get(name).rateFactor;
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
    newGradients.close();
    onClose.forEach(Runnable::run);
    onClose.clear();
    held.forEach(Pointer::releaseReference);
    held.clear();
  }
}
