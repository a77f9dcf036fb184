package dev.rote.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GzipTest {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  @TempDir private Path temp;

  @Test
  void theContentDecidesAndNotTheName() throws IOException {
    byte[] content = "content".getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(content);
    }
    for (byte[] bytes : new byte[][] {content, zipped.toByteArray()}) {
      try (InputStream in = Gzip.open(Files.write(temp.resolve("plain"), bytes))) {
        assertThat(in.readAllBytes()).isEqualTo(content);
      }
    }
    try (InputStream in = Gzip.open(Files.write(temp.resolve("empty.gz"), new byte[0]))) {
      assertThat(in.readAllBytes()).isEmpty();
    }
  }

  @Test
  void aDamagedFileIsClosed() throws IOException {
    Path file =
        Files.write(
            temp.resolve("damaged.gz"), new byte[] {0x1f, (byte) 0x8b, 9, 9, 9, 9, 9, 9, 9, 9});
    assertThatThrownBy(() -> Gzip.open(file)).isInstanceOf(ZipException.class);
    if (Files.isDirectory(DESCRIPTORS)) {
      try (Stream<Path> open = Files.list(DESCRIPTORS)) {
        assertThat(open.filter(descriptor -> leadsTo(descriptor, file))).isEmpty();
      }
    }
  }

  private static boolean leadsTo(Path descriptor, Path file) {
    try {
      return Files.readSymbolicLink(descriptor).equals(file);
    } catch (IOException e) {
      return false;
    }
  }
}
