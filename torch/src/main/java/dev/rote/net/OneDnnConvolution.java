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

import java.util.ArrayList;
import java.util.List;
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

  private static final Pattern DIRECT_WITH_AMX = Pattern.compile("jit.*amx.*");

  private final Shape shape;
  private final long[] outputShape;
  private final Step forwardWeights;
  private final Step forward;
  private final Step backwardWeights;
  private final Step toInput;
  private final List<Step> toWeights;
  private final dnnl_memory weights;
  private final dnnl_memory source;
  private final dnnl_memory destination;
  private final dnnl_memory sourceGradient;
  private final dnnl_memory destinationGradient;

  /** Everything that reads the input, and everything that reads the gradient of the output. */
  private final List<dnnl_memory> ofInput = new ArrayList<>();

  private final List<dnnl_memory> ofGradient = new ArrayList<>();

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
            faster.directForward(), forwardOf(input, any, output, stride, none, padding, padding));
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
    this.source = memory(input);
    this.destination = memory(output);
    this.sourceGradient = memory(input);
    this.destinationGradient = memory(output);
    ofInput.add(source);
    ofGradient.add(destinationGradient);
    dnnl_memory_desc given = layoutOf(weight, dnnl_f32);
    this.weights = at(memory(given), weight);

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
    this.toWeights =
        faster.forwardForWeights(name(gradientDescription))
            ? productsOfMaps(kernel, stride, padding, new long[] {rows, columns}, gradient)
            : backwardOfWeights(gradientDescription, gradient);
    this.outputShape = new long[] {shape.n(), kernel[0], rows, columns};
  }

  /** Returns what creates a forward convolution, with padding before and after the maps. */
  private ToIntFunction<dnnl_primitive_desc> forwardOf(
      dnnl_memory_desc input,
      dnnl_memory_desc weights,
      dnnl_memory_desc output,
      long[] stride,
      long[] dilation,
      long[] before,
      long[] after) {
    return description ->
        dnnl_convolution_forward_primitive_desc_create(
            description,
            engine(),
            dnnl_forward_training,
            dnnl_convolution_direct,
            input,
            weights,
            null,
            output,
            stride,
            dilation,
            before,
            after,
            null);
  }

  /** Returns the steps of oneDNN's own kernel for the gradient of the weights. */
  private List<Step> backwardOfWeights(dnnl_primitive_desc description, Tensor gradient) {
    dnnl_memory_desc order =
        dnnl_primitive_desc_query_md(description, dnnl_query_diff_weights_md, 0);
    dnnl_memory ordered = ownMemory(order);
    dnnl_memory_desc target = layoutOf(gradient, dnnl_f32);
    return List.of(
        new Step(
            description,
            places(
                DNNL_ARG_SRC,
                source,
                DNNL_ARG_DIFF_DST,
                destinationGradient,
                DNNL_ARG_DIFF_WEIGHTS,
                ordered)),
        reorder(order, ordered, target, at(memory(target), gradient)));
  }

  /**
   * Returns the steps of a forward convolution that is the gradient of the weights,
   *
   * <pre>∂L/∂w_ocyx = Σ_nij ∂L/∂out_noij · in_n,c,si+y−p,sj+x−p,</pre>
   *
   * with stride s and padding p. Its batch are the input channels c, its channels the samples n,
   * and its kernel the gradient of the output, dilated by s.
   */
  private List<Step> productsOfMaps(
      long[] kernel, long[] stride, long[] padding, long[] map, Tensor gradient) {
    long[] dilation = {map[0] > 1 ? stride[0] - 1 : 0, map[1] > 1 ? stride[1] - 1 : 0};
    long[] reach = {(map[0] - 1) * stride[0] + kernel[2], (map[1] - 1) * stride[1] + kernel[3]};
    // with a stride, the last rows or columns may meet no tap of the kernel
    long h = Math.min(shape.h(), reach[0] - padding[0]);
    long w = Math.min(shape.w(), reach[1] - padding[1]);
    long[] end = {reach[0] - h - padding[0], reach[1] - w - padding[1]};
    dnnl_memory_desc input = layout(dnnl_bf16, dnnl_nhwc, shape.c(), shape.n(), h, w);
    dnnl_memory_desc maps =
        layout(dnnl_bf16, dnnl_format_tag_any, kernel[0], shape.n(), map[0], map[1]);
    dnnl_memory_desc output =
        layout(dnnl_f32, dnnl_nhwc, shape.c(), kernel[0], kernel[2], kernel[3]);
    ToIntFunction<dnnl_primitive_desc> create =
        forwardOf(input, maps, output, new long[] {1, 1}, dilation, padding, end);
    dnnl_primitive_desc description = firstOf(DIRECT_WITH_AMX, owned(create), create);
    dnnl_memory_desc mapsOrder =
        dnnl_primitive_desc_query_md(description, dnnl_query_weights_md, 0);
    dnnl_memory orderedInput = ownMemory(input);
    dnnl_memory orderedMaps = ownMemory(mapsOrder);
    dnnl_memory result = ownMemory(output);
    dnnl_memory_desc inputByChannel =
        byChannel(dnnl_bf16, shape.n(), shape.c(), new long[] {h, w}, shape.h(), shape.w());
    dnnl_memory_desc mapsByChannel =
        byChannel(dnnl_bf16, shape.n(), kernel[0], map, map[0], map[1]);
    dnnl_memory_desc resultByChannel =
        byChannel(
            dnnl_f32,
            shape.c(),
            kernel[0],
            new long[] {kernel[2], kernel[3]},
            kernel[2],
            kernel[3]);
    dnnl_memory inputPlace = memory(inputByChannel);
    dnnl_memory mapsPlace = memory(mapsByChannel);
    ofInput.add(inputPlace);
    ofGradient.add(mapsPlace);
    dnnl_memory_desc target = layoutOf(gradient, dnnl_f32);
    return List.of(
        reorder(inputByChannel, inputPlace, input, orderedInput),
        reorder(mapsByChannel, mapsPlace, mapsOrder, orderedMaps),
        new Step(
            description,
            places(
                DNNL_ARG_SRC, orderedInput, DNNL_ARG_WEIGHTS, orderedMaps, DNNL_ARG_DST, result)),
        reorder(resultByChannel, result, target, at(memory(target), gradient)));
  }

  /**
   * Returns {@code channels_last} values {@code [N,C,H,W]} seen as {@code [C,N,h,w]}, with the
   * first h rows and w columns of each map.
   */
  private dnnl_memory_desc byChannel(
      int type, long n, long c, long[] part, long height, long width) {
    return layout(
        type,
        new long[] {c, n, part[0], part[1]},
        new long[] {1, height * width * c, width * c, c});
  }

  /**
   * Returns the kernel that oneDNN prefers, or the next direct one if {@code direct} asks for it.
   */
  private dnnl_primitive_desc described(boolean direct, ToIntFunction<dnnl_primitive_desc> create) {
    dnnl_primitive_desc own = owned(create);
    return direct && PRODUCTS.matcher(name(own)).matches() ? firstOf(DIRECT, own, create) : own;
  }

  /** Returns the first kernel of this kind, or {@code otherwise}. */
  private dnnl_primitive_desc firstOf(
      Pattern kind, dnnl_primitive_desc otherwise, ToIntFunction<dnnl_primitive_desc> create) {
    dnnl_primitive_desc description = owned(create);
    do {
      if (kind.matcher(name(description)).matches()) {
        return description;
      }
    } while (dnnl_primitive_desc_next_impl(description) == dnnl_success);
    return otherwise;
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

    /**
     * Returns whether a forward convolution computes the gradient of the weights faster than the
     * kernel that is meant for it: with AMX on small feature maps, by 1.3 to 25 times.
     */
    boolean forwardForWeights(String kernelForWeights) {
      boolean fewWeights = shape.c() * kernel[0] <= 128 * 128;
      return kernelForWeights.contains("amx") && (small() || rows <= 7 && fewWeights);
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
    ofInput.forEach(place -> at(place, input));
    ofGradient.forEach(place -> at(place, laidOut));
    toWeights.forEach(Step::run);
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
