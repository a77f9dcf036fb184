package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.study.Device;
import java.io.File;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerSettingsTest {
  @Test
  void aWorkerOnAGpuHasNoOtherNativesOfLibtorchOnItsClassPath() {
    String binding = "/lib/pytorch-2.10.0-1.5.13.jar";
    String natives = "/lib/pytorch-2.10.0-1.5.13-linux-x86_64.jar";
    String gpu = "/lib/pytorch-2.10.0-1.5.13-linux-x86_64-gpu.jar";
    String other = "/lib/javacpp-1.5.13-linux-x86_64.jar";
    String all = path(List.of("/rote/classes", binding, natives, gpu, other));
    assertThat(WorkerSettings.classPath(Device.CPU, all)).isEqualTo(all);
    assertThat(WorkerSettings.classPath(Device.CUDA, all))
        .isEqualTo(path(List.of("/rote/classes", binding, gpu, other)));
  }

  private static String path(List<String> entries) {
    return String.join(File.pathSeparator, entries);
  }

  @Test
  void eachDeviceHasItsNatives() {
    assertThat(WorkerSettings.javaOptions(Device.CPU))
        .contains("-Dorg.bytedeco.javacpp.platform.extension=");
    assertThat(WorkerSettings.javaOptions(Device.CUDA))
        .contains("-Dorg.bytedeco.javacpp.platform.extension=-gpu");
    assertThat(WorkerSettings.environment(Device.CPU, 3))
        .containsEntry("OMP_NUM_THREADS", "3")
        .doesNotContainKey("LD_LIBRARY_PATH");
    assertThat(WorkerSettings.environment(Device.CUDA, 1))
        .containsKey("LD_LIBRARY_PATH")
        .containsEntry("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
  }

  @Test
  void propertiesOfRoteReachItsWorkers() {
    String name = "rote.cuda.graphs";
    assertThat(WorkerSettings.javaOptions(Device.CUDA)).noneMatch(o -> o.startsWith("-Drote."));
    System.setProperty(name, "false");
    try {
      assertThat(WorkerSettings.javaOptions(Device.CUDA)).contains("-Drote.cuda.graphs=false");
    } finally {
      System.clearProperty(name);
    }
  }
}
