package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On made-up file systems. */
class CudaLibrariesTest {
  private static final List<String> TOOLKIT =
      List.of(
          "libcudart.so.13",
          "libcublas.so.13",
          "libcublasLt.so.13",
          "libcufft.so.12",
          "libcufile.so.0",
          "libcurand.so.10",
          "libcusparse.so.12",
          "libcusolver.so.12",
          "libcusolverMg.so.12",
          "libcupti.so.13",
          "libnvrtc.so.13",
          "libnvJitLink.so.13");

  @TempDir Path root;

  private Path put(String directory, List<String> files) throws IOException {
    Path path = Files.createDirectories(root.resolve(directory));
    for (String file : files) {
      Files.createFile(path.resolve(file));
    }
    return path;
  }

  private CudaLibraries find(Map<String, String> environment) {
    return CudaLibraries.find(
        CudaLibraries.directories(root, root.resolve("home/me"), environment));
  }

  @Test
  void installersPutThemUnderUsrLocal() throws IOException {
    Path old = put("usr/local/cuda-12.8/lib64", List.of("libcudart.so.12"));
    Path toolkit = put("usr/local/cuda-13.1/lib64", TOOLKIT);
    Path system = put("usr/lib/x86_64-linux-gnu", List.of("libcuda.so.1", "libcudnn.so.9"));
    CudaLibraries libraries = find(Map.of());
    assertThat(libraries.missing()).containsExactly("libnccl.so.2");
    assertThat(libraries.toInstall()).containsExactly("NCCL 2");
    assertThat(libraries.found().get("libcudart.so.13")).isEqualTo(toolkit);
    assertThat(libraries.searchPath(null))
        .isEqualTo(system + ":" + toolkit)
        .doesNotContain("" + old);
    assertThat(libraries.searchPath("/before:" + toolkit))
        .isEqualTo(system + ":" + toolkit + ":/before");
    assertThat(libraries.places())
        .containsExactly("NVIDIA's driver: " + system, "CUDA 13: " + toolkit, "cuDNN 9: " + system);
  }

  @Test
  void pyTorchBringsThemInItsPackages() throws IOException {
    put("usr/lib/x86_64-linux-gnu", List.of("libcuda.so.1"));
    String packages = "venv/lib/python3.12/site-packages/";
    Path toolkit = put(packages + "nvidia/cu13/lib", TOOLKIT);
    Path cudnn = put(packages + "nvidia/cudnn/lib", List.of("libcudnn.so.9"));
    Path nccl = put(packages + "nvidia/nccl/lib", List.of("libnccl.so.2"));
    assertThat(find(Map.of()).toInstall()).containsExactly("CUDA 13", "cuDNN 9", "NCCL 2");
    CudaLibraries libraries = find(Map.of("VIRTUAL_ENV", root.resolve("venv").toString()));
    assertThat(libraries.missing()).isEmpty();
    assertThat(libraries.found())
        .containsEntry("libcublas.so.13", toolkit)
        .containsEntry("libcudnn.so.9", cudnn)
        .containsEntry("libnccl.so.2", nccl);
  }

  @Test
  void whatTheEnvironmentNamesGoesFirst() throws IOException {
    put("home/me/.local/lib/python3.11/site-packages/nvidia/cudnn/lib", List.of("libcudnn.so.9"));
    put("usr/lib64", List.of("libcudnn.so.9"));
    Path own = put("opt/mine", List.of("libcudnn.so.9"));
    assertThat(find(Map.of()).found().get("libcudnn.so.9")).isEqualTo(root.resolve("usr/lib64"));
    assertThat(find(Map.of("LD_LIBRARY_PATH", "/nowhere:" + own)).found().get("libcudnn.so.9"))
        .isEqualTo(own);
    Path home = put("opt/cuda/lib64", List.of("libcudart.so.13"));
    put("usr/local/cuda/lib64", List.of("libcudart.so.13"));
    assertThat(
            find(Map.of("CUDA_HOME", root.resolve("opt/cuda").toString()))
                .found()
                .get("libcudart.so.13"))
        .isEqualTo(home);
  }

  @Test
  void anEmptyMachineHasNone() {
    CudaLibraries libraries = find(Map.of());
    assertThat(libraries.found()).isEmpty();
    assertThat(libraries.toInstall())
        .containsExactly("NVIDIA's driver", "CUDA 13", "cuDNN 9", "NCCL 2");
    assertThat(libraries.searchPath("/before")).isEqualTo("/before");
    assertThat(libraries.searchPath(null)).isEmpty();
  }
}
