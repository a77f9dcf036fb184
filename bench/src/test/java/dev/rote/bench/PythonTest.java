package dev.rote.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.rote.study.Device;
import dev.rote.study.Precision;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonTest {
  @Test
  void aFolderOfTheWorkingDirectoryIsNoModule() throws Exception {
    assumeThat(Python.has("json, os")).as("a Python").isTrue();
    assertThat(Path.of("src")).isDirectory();
    assertThat(Python.has("src")).isFalse();
  }

  /** The number of parameters is checked where a measurement is taken. */
  @ParameterizedTest
  @CsvSource({
    "resnet32, false",
    "resnet18, false",
    "inception-lite, false",
    "airbench, false",
    "resnet32, true"
  })
  void trainsTheSameNetworks(String network, boolean epochs) throws Exception {
    assumeThat(Python.pyTorch()).as("a Python with PyTorch").isPresent();
    Entrant entrant = new Entrant(Workload.of(network), Subject.PYTORCH, Precision.FLOAT32, 1);
    MeasuredSpeed measurement = MeasuredSpeed.take(entrant, 2, Device.CPU, epochs, 0.1);
    assertThat(measurement.imagesPerSecond()).isPositive();
    assertThat(measurement.library()).startsWith("PyTorch ");
    if (epochs) {
      assertThat(measurement.measuringShare()).isBetween(0.1, 0.6);
    }
  }
}
