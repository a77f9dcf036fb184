package dev.rote.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionsFileTest {
  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void name() {
    path = directory.resolve("predictions.npy");
  }

  @Test
  void growsRowByRowIntoAnOrdinaryArray() throws IOException {
    try (PredictionsFile file = PredictionsFile.open(path, 3, 256, 0)) {
      assertThat(Npy.read(path).shape()).containsExactly(0, 3);
      file.append(new int[] {0, 1, 255});
      assertThat(Npy.read(path).shape()).containsExactly(1, 3);
      file.append(new int[] {3, 4, 5});
      assertThat(file.epochs()).isEqualTo(2);
    }
    byte[] bytes = Files.readAllBytes(path);
    assertThat(bytes).hasSize(128 + 6);
    assertThat(new String(bytes, 10, 118, StandardCharsets.US_ASCII))
        .startsWith("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }")
        .endsWith(" \n");
    assertThat(Arrays.copyOfRange(bytes, 128, 134)).containsExactly(0, 1, 255, 3, 4, 5);
    assertThat(Npy.read(path).toInts()).containsExactly(0, 1, 255, 3, 4, 5);
  }

  @Test
  void takesTwoBytesFrom257ClassesOn() throws IOException {
    try (PredictionsFile file = PredictionsFile.open(path, 2, 257, 0)) {
      file.append(new int[] {256, 1});
    }
    NpyArray array = Npy.read(path);
    assertThat(array.type()).isEqualTo(NpyType.UINT16);
    assertThat(array.toInts()).containsExactly(256, 1);
  }

  @Test
  void readsSingleEpochs() throws IOException {
    try (PredictionsFile file = PredictionsFile.open(path, 2, 65_536, 0)) {
      file.append(new int[] {1, 2});
      file.append(new int[] {65_535, 4});
    }
    try (PredictionsFile.Reader reader = PredictionsFile.read(path)) {
      assertThat(reader.epochs()).isEqualTo(2);
      assertThat(reader.samples()).isEqualTo(2);
      assertThat(reader.epoch(2)).containsExactly(65_535, 4);
      assertThat(reader.epoch(1)).containsExactly(1, 2);
      assertThatThrownBy(() -> reader.epoch(3))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("epochs 1 to 2, not 3");
    }
  }

  @Test
  void goesOnBehindTheCheckpointAsIfNothingHadHappened() throws IOException {
    Path undisturbed = directory.resolve("undisturbed.npy");
    try (PredictionsFile file = PredictionsFile.open(undisturbed, 2, 10, 0)) {
      for (int epoch = 0; epoch < 3; epoch++) {
        file.append(new int[] {epoch, 9 - epoch});
      }
    }
    try (PredictionsFile file = PredictionsFile.open(path, 2, 10, 0)) {
      file.append(new int[] {0, 9});
      file.append(new int[] {7, 7});
    }
    // A row that was under way when the process was killed.
    Files.write(path, new byte[] {8}, StandardOpenOption.APPEND);
    assertThat(Npy.read(path).shape()).containsExactly(2, 2);
    try (PredictionsFile file = PredictionsFile.open(path, 2, 10, 1)) {
      assertThat(path).hasSize(130);
      file.append(new int[] {1, 8});
      file.append(new int[] {2, 7});
    }
    assertThat(path).hasSameBinaryContentAs(undisturbed);
  }

  @Test
  void startsAnewWhenNoEpochIsToBeKept() throws IOException {
    Files.writeString(path, "something else");
    PredictionsFile.open(path, 2, 10, 0).close();
    assertThat(Npy.read(path).shape()).containsExactly(0, 2);
  }

  @Test
  void refusesAFileThatDoesNotHoldWhatIsToBeKept() throws IOException {
    assertThatThrownBy(() -> PredictionsFile.open(path, 2, 10, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("does not exist");
    try (PredictionsFile file = PredictionsFile.open(path, 2, 10, 0)) {
      file.append(new int[] {0, 9});
    }
    assertRefused(2, 10, 2);
    assertRefused(3, 10, 1);
    assertRefused(2, 300, 1);
    Files.write(path, Arrays.copyOf(Files.readAllBytes(path), 129));
    assertRefused(2, 10, 1);
    assertThatThrownBy(() -> PredictionsFile.read(path))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("truncated");
  }

  private void assertRefused(int samples, int classes, int epochs) {
    assertThatThrownBy(() -> PredictionsFile.open(path, samples, classes, epochs))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("does not hold %d epochs".formatted(epochs));
  }

  @Test
  void refusesMoreClassesThanItCanHold() {
    assertThatThrownBy(() -> PredictionsFile.open(path, 2, 65_537, 0))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("65537 classes");
    assertThat(path).doesNotExist();
  }

  @Test
  void refusesAClassOutOfRangeAndKeepsTheRows() throws IOException {
    try (PredictionsFile file = PredictionsFile.open(path, 1, 10, 0)) {
      assertThatThrownBy(() -> file.append(new int[] {10}))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> file.append(new int[] {1, 2}))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(Npy.read(path).shape()).containsExactly(0, 1);
  }
}
