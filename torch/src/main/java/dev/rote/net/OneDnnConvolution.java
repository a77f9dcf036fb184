package dev.rote.net;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_backward_data_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_backward_weights_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_format_tag_any;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_nhwc;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_next_impl;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_diff_weights_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_impl_info_str;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_weights_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_reorder_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;

import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A convolution without bias as oneDNN computes it, forward and backward, for one shape of
 * activations in {@code channels_last} order. Weights and their gradients are float32 in the layout
 * of the network; oneDNN converts them to and from the layout and precision that it computes
 * fastest with.
 *
 * <p>libtorch calls the same primitives. Called directly, they need none of its searches and
 * allocations, and gradients of weights stay float32 in bf16.
 */
final class OneDnnConvolution extends OneDnnKernel {
  /**
   * Names of kernels made of matrix products for AVX-512; AMX has instructions of its own for
   * these.
   */
  private static final Pattern PRODUCTS = Pattern.compile("brg(?!.*amx).*avx512_core.*");

  private static final Pattern DIRECT = Pattern.compile("jit.*avx512_core.*");

  private final Shape shape;
  private final long[] outputShape;
  private final Step forwardWeights;
  private final Step forward;
  private final Step backwardWeights;
  private final Step toInput;
  private final Step toWeights;
  private final Step gradientsOut;
  private final dnnl_memory weights;
  private final dnnl_memory weightsGradient;
  private final dnnl_memory source;
  private final dnnl_memory destination;
  private final dnnl_memory sourceGradient;
  private final dnnl_memory destinationGradient;

  /**
   * Creates the kernel; empty if oneDNN is not available on this machine or does not support it.
   *
   * @param weight {@code [out,in,h,w]}, float32, in any memory layout
   * @param gradient of the same shape and layout
   */
  static Optional<OneDnnConvolution> create(
      Shape shape, Tensor weight, Tensor gradient, long[] stride, long[] padding) {
    return shape.channelsLast()
        ? OneDnn.kernel(
            engine -> new OneDnnConvolution(engine, shape, weight, gradient, stride, padding))
        : Optional.empty();
  }

  private OneDnnConvolution(
      dnnl_engine engine,
      Shape shape,
      Tensor weight,
      Tensor gradient,
      long[] stride,
      long[] padding) {
    super(engine);
    this.shape = shape;
    int type = shape.bf16() ? dnnl_bf16 : dnnl_f32;
    long[] none = {0, 0};
    long[] kernel = weight.sizes().vec().get();
    long rows = (shape.h() + 2 * padding[0] - kernel[2]) / stride[0] + 1;
    long columns = (shape.w() + 2 * padding[1] - kernel[3]) / stride[1] + 1;
    dnnl_memory_desc input = layout(type, dnnl_nhwc, shape.n(), shape.c(), shape.h(), shape.w());
    dnnl_memory_desc output = layout(type, dnnl_nhwc, shape.n(), kernel[0], rows, columns);
    dnnl_memory_desc any = layout(type, dnnl_format_tag_any, kernel);
    dnnl_memory_desc anyFloat = layout(dnnl_f32, dnnl_format_tag_any, kernel);
    Faster faster = new Faster(shape, kernel, stride[0], rows);
    dnnl_primitive_desc forwardDescription =
        described(
            faster.directForward(),
            description ->
                dnnl_convolution_forward_primitive_desc_create(
                    description,
                    engine,
                    dnnl_forward_training,
                    dnnl_convolution_direct,
                    input,
                    any,
                    null,
                    output,
                    stride,
                    none,
                    padding,
                    padding,
                    null));
    dnnl_primitive_desc backwardDescription =
        described(
            faster.directBackward(),
            description ->
                dnnl_convolution_backward_data_primitive_desc_create(
                    description,
                    engine,
                    dnnl_convolution_direct,
                    input,
                    any,
                    output,
                    stride,
                    none,
                    padding,
                    padding,
                    forwardDescription,
                    null));
    dnnl_primitive_desc gradientDescription =
        described(
            false,
            description ->
                dnnl_convolution_backward_weights_primitive_desc_create(
                    description,
                    engine,
                    dnnl_convolution_direct,
                    input,
                    anyFloat,
                    null,
                    output,
                    stride,
                    none,
                    padding,
                    padding,
                    forwardDescription,
                    null));
    this.source = memory(input);
    this.destination = memory(output);
    this.sourceGradient = memory(input);
    this.destinationGradient = memory(output);
    dnnl_memory_desc given = layoutOf(weight, dnnl_f32);
    this.weights = at(memory(given), weight);
    this.weightsGradient = at(memory(layoutOf(gradient, dnnl_f32)), gradient);

    dnnl_memory_desc forwardOrder =
        dnnl_primitive_desc_query_md(forwardDescription, dnnl_query_weights_md, 0);
    dnnl_memory orderedForward = ownMemory(forwardOrder);
    this.forwardWeights = reorder(given, weights, forwardOrder, orderedForward);
    this.forward =
        new Step(
            forwardDescription,
            places(
                DNNL_ARG_SRC, source, DNNL_ARG_WEIGHTS, orderedForward, DNNL_ARG_DST, destination));
    dnnl_memory_desc backwardOrder =
        dnnl_primitive_desc_query_md(backwardDescription, dnnl_query_weights_md, 0);
    dnnl_memory orderedBackward = ownMemory(backwardOrder);
    this.backwardWeights = reorder(given, weights, backwardOrder, orderedBackward);
    this.toInput =
        new Step(
            backwardDescription,
            places(
                DNNL_ARG_DIFF_DST,
                destinationGradient,
                DNNL_ARG_WEIGHTS,
                orderedBackward,
                DNNL_ARG_DIFF_SRC,
                sourceGradient));
    dnnl_memory_desc weightGradientOrder =
        dnnl_primitive_desc_query_md(gradientDescription, dnnl_query_diff_weights_md, 0);
    dnnl_memory orderedGradient = ownMemory(weightGradientOrder);
    this.toWeights =
        new Step(
            gradientDescription,
            places(
                DNNL_ARG_SRC,
                source,
                DNNL_ARG_DIFF_DST,
                destinationGradient,
                DNNL_ARG_DIFF_WEIGHTS,
                orderedGradient));
    this.gradientsOut =
        reorder(
            weightGradientOrder, orderedGradient, layoutOf(gradient, dnnl_f32), weightsGradient);
    this.outputShape = new long[] {shape.n(), kernel[0], rows, columns};
  }

  /**
   * Returns the kernel that oneDNN prefers, or the next direct one if {@code direct} asks for it.
   */
  private dnnl_primitive_desc described(boolean direct, ToIntFunction<dnnl_primitive_desc> create) {
    dnnl_primitive_desc own = owned(create);
    if (direct && PRODUCTS.matcher(name(own)).matches()) {
      dnnl_primitive_desc other = owned(create);
      while (dnnl_primitive_desc_next_impl(other) == dnnl_success) {
        if (DIRECT.matcher(name(other)).matches()) {
          return other;
        }
      }
    }
    return own;
  }

  private dnnl_primitive_desc owned(ToIntFunction<dnnl_primitive_desc> create) {
    dnnl_primitive_desc description = new dnnl_primitive_desc();
    OneDnn.require(create.applyAsInt(description));
    return owned(description);
  }

  /** Returns the name of the kernel as in oneDNN's log. */
  private static String name(dnnl_primitive_desc description) {
    PointerPointer<BytePointer> name = new PointerPointer<>(1);
    OneDnn.require(dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, name));
    return name.get(BytePointer.class).getString();
  }

  /**
   * Decides where oneDNN's direct kernels are faster than those made of products of small matrices,
   * which it prefers everywhere on AVX-512. The rules come from measurements, since timing at each
   * start would make results depend on the load of the machine. Elsewhere the products are faster,
   * by up to a fifth.
   */
  private record Faster(Shape shape, long[] kernel, long stride, long rows) {
    /** Returns whether the kernel is 1×1. */
    private boolean pointwise() {
      return kernel[2] == 1 && kernel[3] == 1;
    }

    /**
     * Returns whether feature maps are so small that padding, which slows products down, is
     * everywhere.
     */
    private boolean small() {
      return rows <= 4;
    }

    private boolean fewChannels() {
      return shape.c() <= 32;
    }

    boolean directForward() {
      boolean oneBlockOfOutputs = kernel[0] <= 16 && !shape.bf16();
      return pointwise() || small() || fewChannels() && !oneBlockOfOutputs;
    }

    boolean directBackward() {
      return pointwise() || small() || fewChannels() || stride > 1;
    }
  }

  private Step reorder(
      dnnl_memory_desc from, dnnl_memory source, dnnl_memory_desc to, dnnl_memory target) {
    dnnl_primitive_desc description = new dnnl_primitive_desc();
    OneDnn.require(
        dnnl_reorder_primitive_desc_create(description, from, engine(), to, engine(), null));
    owned(description);
    return new Step(description, places(DNNL_ARG_FROM, source, DNNL_ARG_TO, target));
  }

  /** Returns {@code [N,out,H',W']} for an input of the shape and layout of this kernel. */
  Tensor forward(Tensor input) {
    Tensor output =
        torch.empty(
            outputShape,
            new TensorOptions(shape.bf16() ? ScalarType.BFloat16 : ScalarType.Float),
            new MemoryFormatOptional(MemoryFormat.ChannelsLast));
    forwardWeights.run();
    at(source, input);
    at(destination, output);
    forward.run();
    return output;
  }

  /**
   * Writes the gradient of the weights, and returns that of the input, or null if it is not wanted.
   */
  Tensor backward(Tensor gradient, Tensor input, boolean inputGradient) {
    Tensor laidOut = gradient.contiguous(MemoryFormat.ChannelsLast);
    at(source, input);
    at(destinationGradient, laidOut);
    toWeights.run();
    gradientsOut.run();
    if (!inputGradient) {
      return null;
    }
    Tensor result = torch.empty_like(input);
    at(sourceGradient, result);
    backwardWeights.run();
    toInput.run();
    return result;
  }
}
