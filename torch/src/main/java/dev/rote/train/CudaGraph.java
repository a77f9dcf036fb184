package dev.rote.train;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.cuda.CUDAStream;
import org.bytedeco.pytorch.cuda.DeviceAssertionsDataVectorCUDAKernelLaunchInfoVectorPair;
import org.bytedeco.pytorch.cuda.StreamFilter;
import org.bytedeco.pytorch.global.torch_cuda;

/**
 * Work for a GPU that is recorded once and then replayed by a single call, with the same kernels on
 * the same memory. Work of a few hundred small kernels otherwise leaves the GPU waiting for the
 * host.
 *
 * <p>It does what {@code at::cuda::CUDAGraph} does, which the binding lacks: while the current
 * stream is captured, libtorch's allocator gives out memory of a pool that belongs to the graph.
 */
final class CudaGraph implements AutoCloseable {
  /** Names of pools; libtorch's own begin at 1, and would take four billion graphs to get here. */
  private static final AtomicLong POOLS = new AtomicLong(1L << 32);

  private static final CapturedStream CAPTURED = new CapturedStream();

  static {
    CAPTURED.retainReference(); // beyond the PointerScope of whoever comes first
  }

  /**
   * Decides which stream's allocations come from the pool. libtorch asks it about every allocation
   * of every thread during a capture. The binding has room for only a few such callbacks, so there
   * is one, and one capture at a time.
   */
  private static final class CapturedStream extends StreamFilter {
    private volatile long address;

    @Override
    public boolean call(Pointer stream) {
      return stream != null && stream.address() == address;
    }
  }

  private final CUDAStream stream;
  private final DeviceAssertionsDataVectorCUDAKernelLaunchInfoVectorPair pool;
  private final CUgraphExec_st executable;

  private CudaGraph(
      CUDAStream stream,
      DeviceAssertionsDataVectorCUDAKernelLaunchInfoVectorPair pool,
      CUgraphExec_st executable) {
    this.stream = stream;
    this.pool = pool;
    this.executable = executable;
  }

  /**
   * Records work on the current stream, which must not be the default one; nothing is computed yet.
   * Tensors that the work leaves in the caller's PointerScope keep their places in the graph's
   * memory as long as the graph lives.
   *
   * @param work kernels only: work that waits for the GPU or copies from the host cannot be
   *     recorded; done some times before, so that libtorch has its handles and workspaces
   * @return empty, with a line on standard error, if recording fails
   */
  static synchronized Optional<CudaGraph> of(Runnable work) {
    CUDAStream stream = torch_cuda.getCurrentCUDAStream();
    byte device = stream.device_index();
    // Two 64-bit numbers; the binding has them under the name of another pair.
    DeviceAssertionsDataVectorCUDAKernelLaunchInfoVectorPair pool =
        new DeviceAssertionsDataVectorCUDAKernelLaunchInfoVectorPair(
            new LongPointer(POOLS.incrementAndGet(), 0));
    CAPTURED.address = stream.stream().address();
    torch_cuda.beginAllocateToPool(device, pool, CAPTURED);
    try {
      CUgraph_st graph = new CUgraph_st();
      try {
        capture(stream, graph, work);
      } finally {
        torch_cuda.endAllocateToPool(device, pool);
      }
      CUgraphExec_st executable = new CUgraphExec_st();
      check(cudart.cudaGraphInstantiate(executable, graph, 0));
      check(cudart.cudaGraphDestroy(graph));
      stream.retainReference();
      pool.retainReference();
      executable.retainReference();
      return Optional.of(new CudaGraph(stream, pool, executable));
    } catch (RuntimeException e) {
      cudart.cudaGetLastError(); // or the next call would report it as its own
      torch_cuda.getAllocator().releasePool(device, pool);
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      System.err.println("told to the GPU one by one: " + reason);
      return Optional.empty();
    }
  }

  private static void capture(CUDAStream stream, CUgraph_st graph, Runnable work) {
    // Other threads may do what they like to the GPU meanwhile.
    check(cudart.cudaStreamBeginCapture(stream.stream(), cudart.cudaStreamCaptureModeThreadLocal));
    RuntimeException failure = null;
    try {
      work.run();
    } catch (RuntimeException e) {
      failure = e;
    }
    int status = cudart.cudaStreamEndCapture(stream.stream(), graph);
    if (failure != null) {
      throw failure;
    }
    check(status);
  }

  private static void check(int status) {
    if (status != 0) {
      throw new IllegalStateException(
          "CUDA error: " + cudart.cudaGetErrorString(status).getString());
    }
  }

  /** Runs the recorded work once, after everything that was queued before. */
  void replay() {
    check(cudart.cudaGraphLaunch(executable, stream.stream()));
  }

  /** Frees the memory; work that was queued before still completes. */
  @Override
  public void close() {
    stream.synchronize();
    cudart.cudaGraphExecDestroy(executable);
    torch_cuda.getAllocator().releasePool(stream.device_index(), pool);
    executable.releaseReference();
    pool.releaseReference();
    stream.releaseReference();
  }
}
