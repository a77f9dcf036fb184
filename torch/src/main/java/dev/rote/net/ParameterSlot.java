package dev.rote.net;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * One parameter or buffer of a network: its initial values, its layout and, once {@link Parameters}
 * has allocated it, its tensors.
 */
final class ParameterSlot {
  /** The taps of a kernel along one axis that meet more than padding at some position. */
  record Taps(int first, int count) {}

  private final Initializer initializer;
  private final boolean trainable;
  private final long[] shape;
  private final Taps rows;
  private final Taps columns;
  private Tensor whole;
  private Tensor used;
  private Tensor computing;
  private Tensor gradient;
  private Copies newGradients;
  private ScalarType precision;
  private double rateFactor = 1;

  private ParameterSlot(
      Initializer initializer, boolean trainable, long[] shape, Taps rows, Taps columns) {
    this.initializer = initializer;
    this.trainable = trainable;
    this.shape = shape;
    this.rows = rows;
    this.columns = columns;
  }

  /** Describes a trainable parameter. */
  static ParameterSlot parameter(Initializer initializer, long... shape) {
    return new ParameterSlot(initializer, true, shape, null, null);
  }

  /** Describes the weight of a convolution, [out,in,h,w], of which only some taps are used. */
  static ParameterSlot kernel(Initializer initializer, Taps rows, Taps columns, long... shape) {
    return new ParameterSlot(initializer, true, shape, rows, columns);
  }

  /** Describes a tensor that is not trained. */
  static ParameterSlot buffer(double value, long... shape) {
    return new ParameterSlot(Initializer.constant(value), false, shape, null, null);
  }

  /** Makes the learning rate of this parameter {@code factor} times that of the run. */
  ParameterSlot withRate(double factor) {
    rateFactor = factor;
    return this;
  }

  double rateFactor() {
    return rateFactor;
  }

  boolean trainable() {
    return trainable;
  }

  /** Returns whether this is the weight of a convolution or a linear layer, and not one of 1-D. */
  boolean isWeight() {
    return trainable && shape.length > 1;
  }

  /** Returns all of it, float32. */
  Tensor whole() {
    return whole;
  }

  /** Returns the part in use, float32: all of it unless some taps of a kernel are unused. */
  Tensor tensor() {
    return used;
  }

  /**
   * Returns the part in use in the precision that the network computes in; valid until the next
   * pass begins.
   */
  Tensor computing() {
    return computing == null ? inComputingPrecision(used) : computing;
  }

  /** Returns the gradient of {@link #tensor}, to be written to, float32. */
  Tensor gradient() {
    return gradient;
  }

  /** Sets {@link #gradient}, at the end of the backward pass at the latest. */
  void setGradient(Tensor value) {
    if (newGradients == null || partlyUsed()) {
      gradient.copy_(value);
    } else {
      newGradients.add(gradient, value);
    }
  }

  /** Returns any tensor in the precision that the network computes in. */
  Tensor inComputingPrecision(Tensor any) {
    return any.to(precision);
  }

  /** Takes memory of {@code parameters} at {@code offset}. */
  void placeParameter(Parameters parameters, long offset, boolean channelsLast) {
    long[] strides = strides(channelsLast);
    LongOptional from = new LongOptional(offset);
    precision = parameters.precision();
    whole = parameters.hold(parameters.flat().as_strided(shape, strides, from));
    used = parameters.hold(inUse(whole));
    gradient = parameters.hold(inUse(parameters.flatGradient().as_strided(shape, strides, from)));
    newGradients = parameters.newGradients();
    if (parameters.flatComputing() != null) {
      computing =
          parameters.hold(inUse(parameters.flatComputing().as_strided(shape, strides, from)));
    }
  }

  /** Takes memory of its own, which {@code parameters} frees. */
  void placeBuffer(Parameters parameters) {
    precision = parameters.precision();
    whole = parameters.hold(torch.zeros(shape, parameters.flat().options()));
    used = whole;
  }

  /** Draws the initial values in the order of the logical shape in any layout. */
  void initialize(GeneratorOptional generator) {
    Tensor drawn = torch.empty(shape);
    initializer.fill(drawn, generator);
    whole.copy_(drawn);
  }

  /** Returns the gradient of all of it, float32. */
  Tensor wholeGradient(Parameters parameters, long offset, boolean channelsLast) {
    return parameters
        .flatGradient()
        .as_strided(shape, strides(channelsLast), new LongOptional(offset));
  }

  /** Returns the ranges in use of the memory at {@code offset}. */
  List<Parameters.Range> ranges(long offset) {
    if (!partlyUsed()) {
      return List.of(new Parameters.Range(offset, size()));
    }
    List<Parameters.Range> ranges = new ArrayList<>();
    for (int row = rows.first; row < rows.first + rows.count; row++) {
      long from = offset + (row * shape[3] + columns.first) * tapSize();
      ranges.add(new Parameters.Range(from, columns.count * tapSize()));
    }
    return ranges;
  }

  /** Returns whether this is the kernel of a convolution. */
  boolean ofConvolution() {
    return shape.length == 4;
  }

  /** Returns the number of scalars, unused taps included. */
  long size() {
    long size = 1;
    for (long length : shape) {
      size *= length;
    }
    return size;
  }

  private boolean partlyUsed() {
    return rows != null && (rows.count < shape[2] || columns.count < shape[3]);
  }

  /** Returns the number of scalars of one tap of a kernel, [out,in]. */
  private long tapSize() {
    return shape[0] * shape[1];
  }

  private long[] strides(boolean channelsLast) {
    if (partlyUsed()) {
      // Tap after tap, so that those in use are few contiguous ranges.
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

  private Tensor inUse(Tensor tensor) {
    if (!partlyUsed()) {
      return tensor;
    }
    return tensor.narrow(2, rows.first, rows.count).narrow(3, columns.first, columns.count);
  }
}
