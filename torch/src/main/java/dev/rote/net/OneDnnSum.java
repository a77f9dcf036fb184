package dev.rote.net;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.dnnl_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_nhwc;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_append_eltwise;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_post_ops;

import java.util.Optional;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.pytorch.Tensor;

/** ReLU of a sum in one pass over memory, for activations of one shape in {@code channels_last}. */
final class OneDnnSum extends OneDnnKernel {
  private final dnnl_memory first;
  private final dnnl_memory second;
  private final Step step;

  /**
   * Creates the kernel; empty if oneDNN is not available on this machine or does not support it.
   */
  static Optional<OneDnnSum> create(Shape shape) {
    return shape.channelsLast()
        ? OneDnn.kernel(engine -> new OneDnnSum(engine, shape))
        : Optional.empty();
  }

  private OneDnnSum(dnnl_engine engine, Shape shape) {
    super(engine);
    dnnl_memory_desc layout =
        layout(
            shape.bf16() ? dnnl_bf16 : dnnl_f32,
            dnnl_nhwc,
            shape.n(),
            shape.c(),
            shape.h(),
            shape.w());
    dnnl_post_ops relu = new dnnl_post_ops();
    OneDnn.require(dnnl_post_ops_create(relu));
    dnnl_primitive_attr attributes = new dnnl_primitive_attr();
    OneDnn.require(dnnl_primitive_attr_create(attributes));
    dnnl_primitive_desc description = new dnnl_primitive_desc();
    try {
      OneDnn.require(dnnl_post_ops_append_eltwise(relu, dnnl_eltwise_relu, 0, 0));
      OneDnn.require(dnnl_primitive_attr_set_post_ops(attributes, relu));
      OneDnn.require(
          dnnl_binary_primitive_desc_create(
              description, engine, dnnl_binary_add, layout, layout, layout, attributes));
    } finally {
      dnnl_primitive_attr_destroy(attributes);
      dnnl_post_ops_destroy(relu);
    }
    owned(description);
    this.first = memory(layout);
    this.second = memory(layout);
    this.step =
        new Step(
            description,
            places(DNNL_ARG_SRC_0, first, DNNL_ARG_SRC_1, second, DNNL_ARG_DST, first));
  }

  /** Writes ReLU of the sum over the first, and returns it. */
  Tensor run(Tensor first, Tensor second) {
    at(this.first, first);
    at(this.second, second);
    step.run();
    return first;
  }
}
