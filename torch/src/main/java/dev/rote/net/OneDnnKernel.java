package dev.rote.net;

import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_strides;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_tag;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_set_data_handle;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_destroy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Primitives of oneDNN with the memory that they read and write, for one shape of their arguments.
 * {@link #close} frees them.
 */
abstract class OneDnnKernel implements AutoCloseable {
  private final List<Runnable> frees = new ArrayList<>();
  private final dnnl_engine engine;
  private final dnnl_stream stream;

  /** What determines a kernel: the shape, layout and type of the input. */
  record Shape(long n, long c, long h, long w, boolean channelsLast, boolean bf16) {
    /** Returns the shape of activations {@code [N,C,H,W]} or {@code [N,C]}. */
    static Shape of(Tensor input) {
      boolean flat = input.dim() == 2;
      return new Shape(
          input.size(0),
          input.size(1),
          flat ? 1 : input.size(2),
          flat ? 1 : input.size(3),
          flat || input.is_contiguous(MemoryFormat.ChannelsLast),
          input.scalar_type().intern() == ScalarType.BFloat16);
    }

    /** Returns a tensor of this shape in this layout. */
    Tensor laidOut(Tensor tensor) {
      return tensor.contiguous(
          channelsLast && tensor.dim() == 4 ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous);
    }
  }

  OneDnnKernel(dnnl_engine engine) {
    this.engine = engine;
    this.stream = OneDnn.stream(engine);
    frees.add(() -> dnnl_stream_destroy(stream));
  }

  /** A primitive and its arguments. */
  final class Step {
    private final dnnl_primitive primitive = new dnnl_primitive();
    private final dnnl_exec_arg_t arguments;
    private final int count;

    /** Prepares a call with arguments by their number in oneDNN. */
    Step(dnnl_primitive_desc description, Map<Integer, dnnl_memory> places) {
      OneDnn.require(dnnl_primitive_create(primitive, description));
      frees.add(() -> dnnl_primitive_destroy(primitive));
      count = places.size();
      arguments = hold(new dnnl_exec_arg_t(count));
      int i = 0;
      for (Map.Entry<Integer, dnnl_memory> place : places.entrySet()) {
        arguments.position(i++).arg(place.getKey()).memory(place.getValue());
      }
      arguments.position(0);
    }

    void run() {
      OneDnn.require(dnnl_primitive_execute(primitive, stream, count, arguments));
    }
  }

  final dnnl_engine engine() {
    return engine;
  }

  /** Frees a description with this. */
  final dnnl_primitive_desc owned(dnnl_primitive_desc description) {
    frees.add(() -> dnnl_primitive_desc_destroy(description));
    return description;
  }

  /** Returns a layout in one of oneDNN's orders of the axes. */
  final dnnl_memory_desc layout(int type, int order, long... lengths) {
    dnnl_memory_desc layout = new dnnl_memory_desc();
    OneDnn.require(dnnl_memory_desc_create_with_tag(layout, lengths.length, lengths, type, order));
    frees.add(() -> dnnl_memory_desc_destroy(layout));
    return layout;
  }

  /** Returns the layout that a tensor has. */
  final dnnl_memory_desc layoutOf(Tensor tensor, int type) {
    return layout(type, tensor.sizes().vec().get(), tensor.strides().vec().get());
  }

  /** Returns a layout with these distances, in values, between neighbours along each axis. */
  final dnnl_memory_desc layout(int type, long[] lengths, long[] strides) {
    dnnl_memory_desc layout = new dnnl_memory_desc();
    OneDnn.require(
        dnnl_memory_desc_create_with_strides(layout, lengths.length, lengths, type, strides));
    frees.add(() -> dnnl_memory_desc_destroy(layout));
    return layout;
  }

  /** Returns a place of this layout that is yet nowhere. */
  final dnnl_memory memory(dnnl_memory_desc layout) {
    dnnl_memory memory = new dnnl_memory();
    OneDnn.require(dnnl_memory_create(memory, layout, engine, new Pointer((Pointer) null)));
    frees.add(() -> dnnl_memory_destroy(memory));
    return memory;
  }

  /** Returns memory of this layout, allocated by this kernel. */
  final dnnl_memory ownMemory(dnnl_memory_desc layout) {
    long bytes = Math.max(1, dnnl_memory_desc_get_size(layout));
    return at(
        memory(layout),
        hold(torch.empty(new long[] {bytes}, new TensorOptions(ScalarType.Byte), null)));
  }

  /** Puts a place where a tensor is. */
  static dnnl_memory at(dnnl_memory memory, Tensor tensor) {
    OneDnn.require(dnnl_memory_set_data_handle(memory, tensor.data_ptr()));
    return memory;
  }

  static Map<Integer, dnnl_memory> places(Object... numbersAndPlaces) {
    Map<Integer, dnnl_memory> places = new LinkedHashMap<>();
    for (int i = 0; i < numbersAndPlaces.length; i += 2) {
      places.put((Integer) numbersAndPlaces[i], (dnnl_memory) numbersAndPlaces[i + 1]);
    }
    return places;
  }

  /** Keeps what would go with the scope that it is made in. */
  final <P extends Pointer> P hold(P pointer) {
    pointer.retainReference();
    frees.add(pointer::releaseReference);
    return pointer;
  }

  /** Frees the native memory. */
  @Override
  public final void close() {
    Collections.reverse(frees);
    frees.forEach(Runnable::run);
    frees.clear();
  }
}
