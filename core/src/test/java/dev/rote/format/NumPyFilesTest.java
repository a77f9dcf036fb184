package dev.rote.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.text.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads files that NumPy 2.4 wrote, and one with the header of NumPy on Python 2. */
final class NumPyFilesTest {
  @TempDir Path directory;

  private Path file(String name) throws IOException {
    Path file = directory.resolve(name);
    try (InputStream in = NumPyFilesTest.class.getResourceAsStream(name)) {
      Files.copy(in, file);
    }
    return file;
  }

  @Test
  void bothByteOrdersAndBothIndexOrdersAreRead() throws IOException {
    NpyArray floats = Npy.read(file("big-endian.npy"));
    assertThat(floats.shape()).containsExactly(2, 2);
    assertThat(floats.toDoubles()).containsExactly(0.25, 0.75, 1, 0);
    assertThat(Npy.read(file("big-endian-integers.npy")).toLongs()).containsExactly(1, -2, 300);
    assertThat(Npy.read(file("fortran.npy")).toDoubles()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(Npy.read(file("half.npy")).toDoubles()).containsExactly(0.5, -2, 65504);
  }

  @Test
  void headersOfPythonTwoAreRead() throws IOException {
    assertThat(Npy.read(file("python2.npy")).toLongs()).containsExactly(5, 6, 7);
  }

  @Test
  void labelsOfEveryKindAreText() throws IOException {
    assertThat(Npy.readText(file("text.npy"))).containsExactly("cat", "dög", "cat ", "😀x");
    assertThat(Npy.readText(file("big-endian-text.npy"))).containsExactly("cat", "dog");
    assertThat(Npy.readText(file("bytes.npy"))).containsExactly("cat", "d");
    assertThat(Npy.readText(file("column.npy"))).containsExactly("2", "0", "1");
    assertThat(Npy.readText(file("booleans.npy"))).containsExactly("1", "0", "1");
    assertThat(Npy.readText(file("python2.npy"))).containsExactly("5", "6", "7");
    assertThatThrownBy(() -> Npy.readText(file("half.npy")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("0.5 at position 0; whole numbers are needed");
  }

  @Test
  void tablesOfLabelsAreRefusedWithTheRemedy() throws IOException {
    assertThat(Npy.readText(file("unsigned.npy"))).containsExactly("9223372036854775809", "5");
    assertThatThrownBy(() -> Npy.readText(file("one-hot.npy")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("argmax(axis=1)")
        .hasMessageContaining("--multi-label");
    assertThatThrownBy(() -> Npy.readText(file("row.npy")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("[1, 3]; labels are [N] or [N,1]; use reshape(-1)");
  }

  @Test
  void anArchiveGivesItsArray() throws IOException {
    assertThat(Npy.read(file("zip64.npz")).toInts()).containsExactly(4, 5, 6);
    assertThat(Npy.read(file("one.npz")).toInts()).containsExactly(0, 1, 2);
    Path two = file("two.npz");
    assertThat(Npy.read(two.resolve("labels")).toInts()).containsExactly(0, 1, 2);
    assertThat(Npy.read(two.resolve("pred_probs")).shape()).containsExactly(3, 3);
    assertThat(Npy.isNpy(two.resolve("labels"))).isTrue();
    refused(two, "holds the arrays labels, pred_probs; choose one, as in " + two + "/labels");
    refused(two.resolve("label"), "unknown array 'label'");
  }

  @ParameterizedTest
  @CsvSource({
    "object.npy, holds Python objects; save it with astype(str)",
    "void.npy, as NumPy saves bfloat16",
    "bzip2.npz, cannot be read as an NPZ archive",
    "structured.npy, not a structured array",
    "text.npy, holds text; numbers are needed",
  })
  void otherArraysAreRefused(String name, String message) throws IOException {
    refused(file(name), message);
  }

  @Test
  void damagedArchivesAreRefused() throws IOException {
    byte[] archive = Files.readAllBytes(file("two.npz"));
    for (int length = 4; length < archive.length; length += 13) {
      Path cut = Files.write(directory.resolve("cut.npz"), Arrays.copyOf(archive, length));
      refused(cut.resolve("labels"), "cut.npz");
    }
  }

  private static void refused(Path path, String message) {
    assertThatThrownBy(() -> Npy.read(path))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
