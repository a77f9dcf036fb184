package dev.rote.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.study.Precision;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeakTest {
  /** Names as drivers give them; dense figures of NVIDIA's data sheets. */
  @ParameterizedTest
  @CsvSource({
    "NVIDIA H100 80GB HBM3, 67, 494.5, 989.5",
    "NVIDIA H100 PCIe, 51, 378, 756.5",
    "NVIDIA H100 NVL, 60, 417.5, 835.5",
    "NVIDIA H200, 67, 494.5, 989.5",
    "NVIDIA H200 NVL, 60, 417.5, 835.5",
    "NVIDIA A100-SXM4-80GB, 19.5, 156, 312",
    "NVIDIA A100 80GB PCIe, 19.5, 156, 312",
    "NVIDIA A10, 31.2, 62.5, 125",
    "NVIDIA L40S, 91.6, 183, 362",
    "NVIDIA L4, 30.3, 60, 121",
  })
  void gpusAreKnownByName(String name, double float32, double tf32, double bf16) {
    assertThat(Peak.ofGpu(name).orElseThrow().teraflops())
        .isEqualTo(Map.of(Precision.FLOAT32, float32, Precision.TF32, tf32, Precision.BF16, bf16));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NVIDIA GeForce RTX 4090", "NVIDIA A10G", "NVIDIA L40", "Tesla T4", ""})
  void othersAreNot(String name) {
    assertThat(Peak.ofGpu(name)).isEmpty();
  }

  @Test
  void theShareIsOfTheArithmeticOfThatPrecision() {
    Peak peak = Peak.given(Map.of("bf16", 100.0, "float32", 2.5));
    assertThat(peak.share(Precision.BF16, 25e12)).contains(0.25);
    assertThat(peak.share(Precision.TF32, 25e12)).isEmpty();
    assertThat(peak.text()).isEqualTo("float32 2.5, bf16 100");
  }

  @Test
  void anEpochTakesALookAtEachImageToo() {
    Workload resnet = Workload.of("resnet32");
    // Six products an image and step, but for the gradient of the images: about 0.41 GFLOP.
    assertThat(resnet.arithmetic().trainingFlops()).isEqualTo(2 * (3 * 68862592.0 - 442368));
    assertThat(resnet.arithmetic().measuringFlops()).isEqualTo(2 * 68862592.0);
  }
}
