package dev.rote.net;

import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_engine_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_default_flags;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;
import static org.bytedeco.dnnl.global.dnnl.dnnl_unimplemented;

import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.javacpp.PointerScope;

/**
 * The library oneDNN. It is loaded in addition to the copy inside libtorch, whose functions
 * libtorch does not export.
 */
final class OneDnn {
  private static final Optional<dnnl_engine> ENGINE = start();

  private OneDnn() {}

  static boolean isThere() {
    return ENGINE.isPresent();
  }

  /** Returns what {@code create} makes; empty where oneDNN is not there, or does not compute it. */
  static <K extends OneDnnKernel> Optional<K> kernel(Function<dnnl_engine, K> create) {
    if (ENGINE.isEmpty()) {
      return Optional.empty();
    }
    try (PointerScope scope = new PointerScope()) {
      return Optional.of(create.apply(ENGINE.get()));
    } catch (UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private static Optional<dnnl_engine> start() {
    try {
      dnnl_engine engine = new dnnl_engine();
      require(dnnl_engine_create(engine, dnnl_cpu, 0));
      return Optional.of(engine);
    } catch (LinkageError e) {
      return Optional.empty();
    }
  }

  static dnnl_stream stream(dnnl_engine engine) {
    dnnl_stream stream = new dnnl_stream();
    require(dnnl_stream_create(stream, engine, dnnl_stream_default_flags));
    return stream;
  }

  /** Checks the status that every function of oneDNN returns. */
  static void require(int status) {
    if (status == dnnl_unimplemented) {
      throw new UnsupportedOperationException("oneDNN does not compute this");
    }
    if (status != dnnl_success) {
      throw new IllegalStateException("oneDNN failed with status " + status);
    }
  }
}
