package dev.rote.net;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The trainable parameters and the buffers of a network.
 *
 * <p>All parameters are stored one after another in one float32 tensor, and their gradients in
 * another, so that an optimizer step is a few operations on two large tensors. Each parameter is a
 * view of the first, and its gradient of the second.
 *
 * <p>A network declares its parameters by name while it is built; then all are allocated at once.
 * They outlive every {@code PointerScope}, until {@link #close}.
 */
public final class Parameters implements AutoCloseable {
  private final Map<String, ParameterSlot> slots = new LinkedHashMap<>();
  private final List<Tensor> held = new ArrayList<>();
  private Map<String, Tensor> named = Map.of();
  private final List<Range> reached = new ArrayList<>();
  private final Map<String, Range> ranges = new LinkedHashMap<>();
  private final Map<String, Tensor> gradients = new LinkedHashMap<>();
  private final List<Runnable> onClose = new ArrayList<>();
  private final Kernels kernels;
  private final Copies newGradients = new Copies();
  private final double dropout;
  private final List<Dropout> dropouts = new ArrayList<>();
  private long count;
  private ScalarType precision;
  private Tensor flat;
  private Tensor flatGradient;
  private Tensor flatComputing;

  /** Collects parameters of layers that compute with oneDNN's kernels. */
  Parameters() {
    this(Kernels.OF_PROCESSORS, 0);
  }

  /**
   * Collects parameters.
   *
   * @param dropout probability with which layers of dropout set an activation to 0; 0: there are no
   *     such layers
   */
  Parameters(Kernels kernels, double dropout) {
    this.kernels = kernels;
    this.dropout = dropout;
  }

  /**
   * Declares a layer of dropout for activations {@code [N,units]}; it passes them on unchanged if
   * there is to be no dropout.
   */
  Layer dropout(int units) {
    if (dropout == 0) {
      return Layer.identity();
    }
    Dropout layer = new Dropout(this, dropout, units);
    dropouts.add(layer);
    return layer;
  }

  /** Returns the probability with which layers of dropout set an activation to 0. */
  double dropoutRate() {
    return dropout;
  }

  /** Returns whether a layer of dropout was declared. */
  public boolean hasDropout() {
    return !dropouts.isEmpty();
  }

  /** Draws what layers of dropout set to 0 in a batch of {@code samples}, before its pass. */
  public void drawDropout(UniformRandomProvider random, long samples) {
    dropouts.forEach(layer -> layer.draw(random, samples));
  }

  /** Returns the kernels that layers with these parameters compute with. */
  Kernels kernels() {
    return kernels;
  }

  /** A range of the flat tensors. */
  public record Range(long start, long length) {
    /** Returns this range of a tensor {@code [P]}, as a view. */
    public Tensor of(Tensor tensor) {
      return tensor.narrow(0, start, length);
    }
  }

  /** Declares a trainable parameter. */
  ParameterSlot parameter(String name, Initializer initializer, long... shape) {
    return declare(name, ParameterSlot.parameter(initializer, shape));
  }

  /** Declares a tensor that is not trained. */
  ParameterSlot buffer(String name, double value, long... shape) {
    return declare(name, ParameterSlot.buffer(value, shape));
  }

  ParameterSlot declare(String name, ParameterSlot slot) {
    if (flat != null) {
      throw new IllegalStateException(name + " is declared after allocation");
    }
    if (slots.putIfAbsent(name, slot) != null) {
      throw new IllegalStateException(name + " is declared twice");
    }
    return slot;
  }

  /**
   * Allocates what was declared, and draws the initial values in order of declaration.
   *
   * @param channelsLast whether the weights of convolutions are stored as [out,h,w,in]; the values
   *     drawn do not depend on it
   * @param precision that the network computes in
   * @param device device of all tensors; the values are drawn on the CPU, so that they are the same
   *     on every device
   */
  void allocate(boolean channelsLast, ScalarType precision, DeviceType device, long seed) {
    this.precision = precision;
    count =
        slots.values().stream()
            .filter(ParameterSlot::trainable)
            .mapToLong(ParameterSlot::size)
            .sum();
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
      for (Map.Entry<String, ParameterSlot> entry : slots.entrySet()) {
        String name = entry.getKey();
        ParameterSlot slot = entry.getValue();
        if (slot.trainable()) {
          slot.placeParameter(this, offset, channelsLast);
          gradients.put(name, hold(slot.wholeGradient(this, offset, channelsLast)));
          slot.ranges(offset).forEach(this::addReached);
          ranges.put(name, new Range(offset, slot.size()));
          parameters.put(name, slot.whole());
          offset += slot.size();
        } else {
          slot.placeBuffer(this);
          buffers.put(name, slot.whole());
        }
        slot.initialize(generator);
      }
      parameters.putAll(buffers);
      named = Collections.unmodifiableMap(parameters);
    }
  }

  /** Returns whether a convolution is among the layers that declared them. */
  boolean ofConvolutions() {
    return slots.values().stream().anyMatch(ParameterSlot::ofConvolution);
  }

  /** Returns how many layers with weights declared them. */
  int layers() {
    return (int) slots.values().stream().filter(ParameterSlot::isWeight).count();
  }

  /** Keeps a tensor until this is closed. */
  Tensor hold(Tensor tensor) {
    tensor.retainReference();
    held.add(tensor);
    return tensor;
  }

  /** Adds a range to those that backward reaches, and merges it with an adjacent one. */
  private void addReached(Range next) {
    int last = reached.size() - 1;
    if (last >= 0 && reached.get(last).start + reached.get(last).length == next.start) {
      Range before = reached.get(last);
      reached.set(last, new Range(before.start, before.length + next.length));
    } else {
      reached.add(next);
    }
  }

  /** Returns where gradients are collected that are copied together; null to copy each at once. */
  Copies newGradients() {
    return kernels == Kernels.OF_GPUS ? newGradients : null;
  }

  /** Returns a copy of {@link #flat} in the computing precision; null if none is kept. */
  Tensor flatComputing() {
    return flatComputing;
  }

  /** Prepares for a pass with weights that may have changed. */
  void beginPass() {
    if (flatComputing != null) {
      flatComputing.copy_(flat);
    }
  }

  /** Ends a backward pass: all gradients have been set. */
  void endBackward() {
    newGradients.make();
  }

  /** Returns the precision that the network computes in: float32 or bf16. */
  ScalarType precision() {
    return precision;
  }

  /** Runs {@code action} when this is closed. */
  void onClose(Runnable action) {
    onClose.add(action);
  }

  /** Returns all parameters, {@code [P]} float32. */
  public Tensor flat() {
    return flat;
  }

  /** Returns the gradients of all parameters, {@code [P]} float32; a backward pass sets them. */
  public Tensor flatGradient() {
    return flatGradient;
  }

  /**
   * Returns the ranges of {@link #flat} that a backward pass can reach. Taps of a kernel that meet
   * only padding at the size of the images are outside: their gradient is always 0, so that an
   * optimizer without weight decay may skip them.
   */
  public List<Range> reached() {
    return Collections.unmodifiableList(reached);
  }

  /**
   * Scales the gradient of all parameters together down to the Euclidean norm {@code most} if it is
   * longer.
   */
  public void clipGradient(double most) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode noGradient = new AutoGradMode(false)) {
      // Reading the norm's value would make the host wait for a GPU.
      flatGradient.mul_(
          flatGradient.norm().reciprocal_().mul_(new Scalar(most)).clamp_max_(new Scalar(1.0)));
    }
  }

  /** Returns the gradient of a parameter: a view of {@link #flatGradient}. */
  public Tensor gradient(String name) {
    return gradients.get(name);
  }

  /** Returns the range of each trainable parameter in {@link #flat}, by name. */
  public Map<String, Range> ranges() {
    return Collections.unmodifiableMap(ranges);
  }

  /**
   * Returns the factor of the learning rate that a network declares for a parameter; 1 by default.
   * {@link dev.rote.optim.Muon} applies it.
   */
  public double rateFactor(String name) {
    return slots.get(name).rateFactor();
  }

  /** Returns the number of trainable scalars, P. */
  public long count() {
    return count;
  }

  /**
   * Returns parameters, then buffers, by name in order of declaration: views of live storage, as in
   * a PyTorch state dict. Weights of convolutions have the logical shape {@code [out,in,h,w]}, but
   * may be strided: take {@code contiguous()} before reading their memory. To write, use {@code
   * copy_} with autograd off.
   */
  public Map<String, Tensor> named() {
    return named;
  }

  /** Frees the native memory at once instead of at some garbage collection. */
  @Override
  public void close() {
    newGradients.close();
    onClose.forEach(Runnable::run);
    onClose.clear();
    held.forEach(Tensor::releaseReference);
    held.clear();
  }
}
