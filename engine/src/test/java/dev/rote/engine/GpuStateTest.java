package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.study.Device;
import dev.rote.text.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GpuStateTest {
  private static final List<String> LINES =
      List.of(
          "NVIDIA H100 80GB HBM3, 580.65.06, 81559, 81008", "NVIDIA L4, 580.65.06, 23034, 22563");
  private static final CudaLibraries ALL =
      new CudaLibraries(Map.of("libcuda.so.1", Path.of("/usr/lib64")), List.of());
  private static final CudaLibraries SOME =
      new CudaLibraries(Map.of(), List.of("libcudnn.so.9", "libnccl.so.2"));

  private static GpuState state(boolean natives, CudaLibraries libraries, String failure) {
    return new GpuState(natives, Gpu.visible(LINES, null), libraries, Optional.ofNullable(failure));
  }

  @Test
  void theDriverTellsNameAndMemory() {
    Gpu gpu = Gpu.visible(LINES, null).orElseThrow();
    assertThat(gpu)
        .isEqualTo(new Gpu("NVIDIA H100 80GB HBM3", "580.65.06", 81559L << 20, 81008L << 20));
    assertThat(gpu.description()).isEqualTo("NVIDIA H100 80GB HBM3, 79 of 80 GiB free");
  }

  @Test
  void theEnvironmentChoosesAmongSeveral() {
    assertThat(Gpu.visible(LINES, "1,0")).map(Gpu::name).contains("NVIDIA L4");
    assertThat(Gpu.visible(LINES, "GPU-8f1c")).map(Gpu::name).contains("NVIDIA H100 80GB HBM3");
    assertThat(Gpu.visible(LINES, "7")).isEmpty();
    assertThat(Gpu.visible(LINES, "-1")).isEmpty();
    assertThat(Gpu.visible(LINES, "")).isEmpty();
    assertThat(Gpu.visible(List.of(), null)).isEmpty();
    assertThat(Gpu.visible(List.of("No devices were found"), null)).isEmpty();
  }

  @Test
  void whyADriverNamesNoneIsSaid() {
    assertThat(Gpu.look(true, LINES, null).gpu()).map(Gpu::name).contains("NVIDIA H100 80GB HBM3");
    assertThat(Gpu.look(true, List.of(), null).complaint()).isEmpty();
    Gpu.Look hidden = Gpu.look(true, LINES, "7");
    assertThat(hidden.gpu()).isEmpty();
    assertThat(hidden.complaint()).contains("CUDA_VISIBLE_DEVICES='7' hides what there is");
    Gpu.Look broken =
        Gpu.look(
            false,
            List.of("", "Failed to initialize NVML: Driver/library version mismatch", "more"),
            null);
    assertThat(new GpuState(true, broken.gpu(), ALL, broken.complaint()).obstacle())
        .contains(
            "no GPU of NVIDIA is seen here (nvidia-smi fails: Failed to initialize NVML:"
                + " Driver/library version mismatch)");
  }

  @Test
  void allThatIsToBeInstalledIsNamedOnce() {
    CudaLibraries nothing =
        new CudaLibraries(
            Map.of(),
            List.of("libcudart.so.13", "libcurand.so.10", "libcudnn.so.9", "libnccl.so.2"));
    assertThat(state(true, nothing, null).obstacle().orElseThrow())
        .endsWith(
            "not found; install CUDA 13, cuDNN 9 and NCCL 2, or name the directory in"
                + " LD_LIBRARY_PATH");
  }

  @Test
  void theProbeSaysWhatWentWrongAndNotWhatTheJvmRemarks() {
    String printed =
        "OpenJDK 64-Bit Server VM warning: You have loaded library libtorch_cuda.so\n"
            + "It's highly recommended that you fix the library\n"
            + "Exception in thread \"main\" java.lang.UnsatisfiedLinkError: libcudnn.so.9: cannot"
            + " open shared object file\n\tat java.base/…";
    assertThat(LibtorchProbe.text(false, printed))
        .isEqualTo("libcudnn.so.9: cannot open shared object file");
    assertThat(LibtorchProbe.text(false, "")).isEqualTo("no message");
    assertThat(LibtorchProbe.text(true, "a line\nprobe: 2.10.0")).isEqualTo("2.10.0");
  }

  @Test
  void autoTakesAUsableGpuAndSaysSo() {
    List<String> said = new ArrayList<>();
    assertThat(state(true, ALL, null).choose(false, said::add)).isEqualTo(Device.CUDA);
    assertThat(said).containsExactly("on the GPU: NVIDIA H100 80GB HBM3, 79 of 80 GiB free");
  }

  @Test
  void autoSaysWhyAGpuThatIsThereIsNotUsed() {
    List<String> said = new ArrayList<>();
    assertThat(state(false, ALL, null).choose(false, said::add)).isEqualTo(Device.CPU);
    assertThat(state(true, SOME, null).choose(false, said::add)).isEqualTo(Device.CPU);
    assertThat(state(true, ALL, "no kernel image").choose(false, said::add)).isEqualTo(Device.CPU);
    assertThat(said)
        .containsExactly(
            "NVIDIA H100 80GB HBM3 is not used: this build is without libtorch for GPUs; set"
                + " ROTE_CUDA=1, and ./rote builds it with",
            "NVIDIA H100 80GB HBM3 is not used: libcudnn.so.9, libnccl.so.2 are not found; install"
                + " cuDNN 9 and NCCL 2, or name the directory in LD_LIBRARY_PATH",
            "NVIDIA H100 80GB HBM3 is not used: libtorch does not compute on the GPU: no kernel"
                + " image");
  }

  @Test
  void withoutAGpuAutoIsSilentAndCudaIsRefused() throws InterruptedException {
    GpuState none = new GpuState(true, Optional.empty(), SOME, Optional.empty());
    List<String> said = new ArrayList<>();
    assertThat(none.choose(false, said::add)).isEqualTo(Device.CPU);
    assertThat(said).isEmpty();
    assertThatThrownBy(() -> none.choose(true, said::add))
        .isInstanceOf(InputException.class)
        .hasMessage("--device cuda: no GPU of NVIDIA is seen here (nvidia-smi names none)");
    assertThat(GpuState.choose(Optional.of(Device.CPU), said::add)).isEqualTo(Device.CPU);
  }

  @Test
  void fullMemoryIsReportedWithTheRemedy() {
    RuntimeException full =
        new RuntimeException("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has …\nat …");
    Message.Report report = Worker.failure(full);
    assertThat(report.kind()).isEqualTo(Message.Kind.FULL);
    assertThat(report.text())
        .isEqualTo(
            "the GPU's memory is full: train fewer runs at once (--workers) or in smaller batches"
                + " (--batch-size)");
    assertThat(
            Worker.failure(
                new RuntimeException(
                    "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")))
        .as("cuBLAS has its own words for it")
        .isEqualTo(report);
    assertThat(Worker.failure(new RuntimeException("mat1 and mat2\nException raised from …")))
        .isEqualTo(Message.Report.failed("mat1 and mat2"));
    assertThat(Worker.failure(new IllegalStateException()))
        .isEqualTo(Message.Report.failed("java.lang.IllegalStateException"));
  }
}
