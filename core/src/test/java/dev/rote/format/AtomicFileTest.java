package dev.rote.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
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
  void aLinkADeviceOrADirectoryIsNeverReplaced() throws IOException {
    Path real = Files.writeString(directory.resolve("real"), "old");
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);
    assertThatThrownBy(() -> AtomicFile.writeString(link, "new"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("link: it is a symbolic link");
    assertThat(link).isSymbolicLink();
    assertThat(real).hasContent("old");
    assertThatThrownBy(() -> AtomicFile.writeString(directory, "new"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("it is a directory");
    Path device = Path.of("/dev/null");
    assumeTrue(Files.exists(device), "no /dev/null here");
    assertThatThrownBy(() -> AtomicFile.writeString(device, "new"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("/dev/null: it is a device or pipe");
    assertThat(Files.readString(device)).isEmpty();
  }

  @Test
  void aPipeIsNeverReplaced() throws Exception {
    Path pipe = directory.resolve("pipe");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "no mkfifo here");
    assertThat(new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> AtomicFile.writeString(pipe, "new"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("it is a device or pipe");
    assertThat(Files.readAttributes(pipe, BasicFileAttributes.class).isOther()).isTrue();
  }

  @Test
  void aLinkBesideTheTargetIsNotFollowed() throws IOException {
    Path other = Files.writeString(directory.resolve("other"), "untouched");
    Files.createSymbolicLink(directory.resolve(".run.json.tmp"), other);
    AtomicFile.writeString(directory.resolve("run.json"), "new");
    assertThat(other).hasContent("untouched");
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
