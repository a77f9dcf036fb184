package dev.rote.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.format.Npy;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLogTest {
  @TempDir private Path temp;

  /** The highest of one value is always the first, which would make every prediction class 0. */
  @Test
  void valuesOfASingleClassAreNoPrediction() {
    refused("values of 1 classes", 2, 3, 1);
    refused("values of 0 classes", 2, 3, 0);
    refused("no sample", 2, 0);
  }

  private void refused(String message, int... shape) {
    assertThatThrownBy(() -> log(shape))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  private TrainingLog log(int... shape) throws IOException {
    int values = 1;
    for (int length : shape) {
      values *= length;
    }
    Path file = temp.resolve("p.npy");
    Npy.write(file, new float[values], shape);
    int[] labels = new int[shape[1]];
    return new TrainingLog(Npy.read(file), labels, labels, Optional.empty(), Optional.empty());
  }
}
