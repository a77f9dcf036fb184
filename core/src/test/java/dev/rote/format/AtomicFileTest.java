package dev.rote.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path directory;

  @Test
  void replacesTheWholeFile() throws IOException {
    Path target = directory.resolve("run.json");
    AtomicFile.writeString(target, "a much longer text");
    AtomicFile.writeString(target, "kürzer");
    assertThat(target).hasContent("kürzer");
    assertThat(directory).isDirectoryNotContaining(path -> !path.equals(target));
  }

  @Test
  void keepsTheOldFileAndNothingElseWhenWritingFails() throws IOException {
    Path target = directory.resolve("run.json");
    AtomicFile.writeString(target, "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    target,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");
    assertThat(target).hasContent("old");
    assertThat(directory).isDirectoryNotContaining(path -> !path.equals(target));
  }

  @Test
  void overwritesWhatAKilledProcessLeft() throws IOException {
    Path target = directory.resolve("run.json");
    Files.writeString(directory.resolve(".run.json.tmp"), "half a file, and longer than the new");
    AtomicFile.writeString(target, "new");
    assertThat(target).hasContent("new");
    assertThat(directory).isDirectoryNotContaining(path -> !path.equals(target));
  }
}
