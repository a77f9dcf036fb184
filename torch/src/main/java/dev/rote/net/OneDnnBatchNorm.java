package dev.rote.net;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_a;
import static org.bytedeco.dnnl.global.dnnl.dnnl_backward;
import static org.bytedeco.dnnl.global.dnnl.dnnl_batch_normalization_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_batch_normalization_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_fuse_norm_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_nchw;
import static org.bytedeco.dnnl.global.dnnl.dnnl_nhwc;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_workspace_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_scale;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_shift;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Batch norm in training as oneDNN computes it, with ReLU in the same pass over memory, for one
 * shape of activations. It takes between a half and a quarter of the time of libtorch's batch norm,
 * ReLU and their gradients, and computes bf16 activations with float32 statistics.
 *
 * <p>Not for concurrent use. A backward pass belongs to the last forward pass.
 */
final class OneDnnBatchNorm extends OneDnnKernel {
  private final Shape shape;
  private final Step forward;
  private final Step backward;
  private final dnnl_memory source;
  private final dnnl_memory destination;
  private final dnnl_memory scale;
  private final dnnl_memory shift;
  private final dnnl_memory sourceGradient;
  private final dnnl_memory destinationGradient;
  private final dnnl_memory scaleGradient;
  private final dnnl_memory shiftGradient;
  private final Tensor mean;
  private final Tensor variance;

  /**
   * Creates the kernel; empty if oneDNN is not available on this machine or does not support it.
   */
  static Optional<OneDnnBatchNorm> create(
      Shape shape, boolean scaled, boolean rectified, double epsilon) {
    return OneDnn.kernel(
        engine -> new OneDnnBatchNorm(engine, shape, scaled, rectified, (float) epsilon));
  }

  private OneDnnBatchNorm(
      dnnl_engine engine, Shape shape, boolean scaled, boolean rectified, float epsilon) {
    super(engine);
    this.shape = shape;
    int flags =
        dnnl_use_shift | (scaled ? dnnl_use_scale : 0) | (rectified ? dnnl_fuse_norm_relu : 0);
    dnnl_memory_desc activations =
        layout(
            shape.bf16() ? dnnl_bf16 : dnnl_f32,
            shape.channelsLast() ? dnnl_nhwc : dnnl_nchw,
            shape.n(),
            shape.c(),
            shape.h(),
            shape.w());
    dnnl_memory_desc channels = layout(dnnl_f32, dnnl_a, shape.c());
    dnnl_primitive_desc forth = new dnnl_primitive_desc();
    OneDnn.require(
        dnnl_batch_normalization_forward_primitive_desc_create(
            forth, engine, dnnl_forward_training, activations, activations, epsilon, flags, null));
    owned(forth);
    dnnl_primitive_desc back = new dnnl_primitive_desc();
    OneDnn.require(
        dnnl_batch_normalization_backward_primitive_desc_create(
            back,
            engine,
            dnnl_backward,
            activations,
            activations,
            activations,
            epsilon,
            flags,
            forth,
            null));
    owned(back);
    this.mean = hold(torch.zeros(shape.c()));
    this.variance = hold(torch.zeros(shape.c()));
    this.source = memory(activations);
    this.destination = memory(activations);
    this.sourceGradient = memory(activations);
    this.destinationGradient = memory(activations);
    this.scale = memory(channels);
    this.shift = memory(channels);
    this.scaleGradient = memory(channels);
    this.shiftGradient = memory(channels);
    Map<Integer, dnnl_memory> both =
        places(
            DNNL_ARG_SRC,
            source,
            DNNL_ARG_MEAN,
            at(memory(channels), mean),
            DNNL_ARG_VARIANCE,
            at(memory(channels), variance));
    if (scaled) {
      both.put(DNNL_ARG_SCALE, scale);
    }
    if (rectified) {
      // Which values the ReLU let through.
      both.put(
          DNNL_ARG_WORKSPACE,
          ownMemory(dnnl_primitive_desc_query_md(forth, dnnl_query_workspace_md, 0)));
    }
    Map<Integer, dnnl_memory> forwardOnly = new LinkedHashMap<>(both);
    forwardOnly.put(DNNL_ARG_SHIFT, shift);
    forwardOnly.put(DNNL_ARG_DST, destination);
    this.forward = new Step(forth, forwardOnly);
    Map<Integer, dnnl_memory> backwardOnly = new LinkedHashMap<>(both);
    backwardOnly.put(DNNL_ARG_DIFF_DST, destinationGradient);
    backwardOnly.put(DNNL_ARG_DIFF_SRC, sourceGradient);
    if (scaled) {
      backwardOnly.put(DNNL_ARG_DIFF_SCALE, scaleGradient);
    }
    backwardOnly.put(DNNL_ARG_DIFF_SHIFT, shiftGradient);
    this.backward = new Step(back, backwardOnly);
  }

  /** Returns the normalized batch, in the layout of the input. */
  Tensor forward(Tensor input, Tensor scale, Tensor shift) {
    Tensor output = torch.empty_like(input);
    at(source, input);
    at(destination, output);
    if (scale != null) {
      at(this.scale, scale);
    }
    at(this.shift, shift);
    forward.run();
    return output;
  }

  /** Writes the gradients of scale and shift, and returns that of the input. */
  Tensor backward(
      Tensor gradient, Tensor input, Tensor scale, Tensor scaleGradient, Tensor shiftGradient) {
    Tensor laidOut = shape.laidOut(gradient);
    Tensor result = torch.empty_like(input);
    at(source, input);
    at(destinationGradient, laidOut);
    at(sourceGradient, result);
    if (scale != null) {
      at(this.scale, scale);
      at(this.scaleGradient, scaleGradient);
    }
    at(this.shiftGradient, shiftGradient);
    backward.run();
    return result;
  }

  /** Returns the mean of the last batch, {@code [C]}. */
  Tensor mean() {
    return mean;
  }

  /** Returns the biased variance of the last batch, {@code [C]}. */
  Tensor variance() {
    return variance;
  }
}
