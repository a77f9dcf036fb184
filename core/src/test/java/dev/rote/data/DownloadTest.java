package dev.rote.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rote.testing.DiskModel;
import dev.rote.testing.RecordingFileSystem;
import dev.rote.text.InputException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest {
  private static final byte[] CONTENT =
      "0123456789".repeat(20_000).getBytes(StandardCharsets.US_ASCII);

  /** From {@code printf '0123456789%.0s' $(seq 20000) | sha256sum}. */
  private static final String SHA256 =
      "8ddf9b2317645923bc681372ebcfc99afec63b3a6870db4b6ee7bc1bd56eb262";

  @TempDir Path temp;
  private HttpServer server;
  private final List<String> ranges = new ArrayList<>();

  /** Bytes after which the server breaks off; negative: it does not. */
  private volatile int breakAfter = -1;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/data/file", this::serve);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    ranges.add(String.valueOf(range));
    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    exchange.sendResponseHeaders(range == null ? 200 : 206, CONTENT.length - from);
    OutputStream body = exchange.getResponseBody();
    body.write(CONTENT, from, breakAfter < 0 ? CONTENT.length - from : breakAfter);
    body.flush();
    exchange.close();
  }

  private Download download(String path, String digest) {
    URI base = URI.create("http://localhost:" + server.getAddress().getPort());
    return new Download(base.resolve(path), temp.resolve("file"), digest);
  }

  @Test
  void bringsAFileOnce() throws Exception {
    List<Long> progress = new ArrayList<>();
    download("/data/file", SHA256).run(progress::add);
    download("/data/file", SHA256).run(progress::add);
    assertThat(temp.resolve("file")).hasBinaryContent(CONTENT);
    assertThat(progress).isSorted().last().isEqualTo((long) CONTENT.length);
    assertThat(ranges).containsExactly("null");
    assertThat(temp.toFile().list()).containsExactly("file");
  }

  @Test
  void goesOnWhereItBrokeOff() throws Exception {
    breakAfter = 70_000;
    assertThatThrownBy(() -> download("/data/file", SHA256).run(bytes -> {}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("continues from there");
    assertThat(temp.resolve("file")).doesNotExist();
    breakAfter = -1;
    long there = Files.size(temp.resolve("file.part"));
    assertThat(there).isPositive();
    download("/data/file", SHA256).run(bytes -> {});
    assertThat(ranges).containsExactly("null", "bytes=" + there + "-");
    assertThat(temp.resolve("file")).hasBinaryContent(CONTENT);
  }

  @Test
  void aFullDiskIsNotTakenForABrokenConnection() throws Exception {
    DiskModel disk = new DiskModel(temp);
    Path target = new RecordingFileSystem(disk).path(temp).resolve("file");
    Download onThatDisk = new Download(download("/data/file", SHA256).source(), target, SHA256);
    disk.fullAfter(2);
    assertThatThrownBy(() -> onThatDisk.run(bytes -> {}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("file.part: No space left on device; make room");
    disk.fullAfter(Long.MAX_VALUE / 2);
    onThatDisk.run(bytes -> {});
    assertThat(temp.resolve("file")).hasBinaryContent(CONTENT);
  }

  @Test
  void refusesWhatIsNotThePublishedFile() {
    assertThatThrownBy(() -> download("/data/file", "0".repeat(64)).run(bytes -> {}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("SHA-256 is " + SHA256);
    assertThat(temp).isEmptyDirectory();
    assertThatThrownBy(() -> download("/data/other", SHA256).run(bytes -> {}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("status 404");
  }

  @Test
  void saysWhatToDoWithoutANetwork() {
    int port = server.getAddress().getPort();
    server.stop(0);
    Download nobody =
        new Download(URI.create("http://localhost:" + port + "/x"), temp.resolve("x"), SHA256);
    assertThatThrownBy(() -> nobody.run(bytes -> {}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is there a network? Else put x into " + temp);
  }

  @Test
  void unpacksOnlyTheFilesOfTheArchivesFolder() throws IOException {
    Path archive = temp.resolve("a.tar.gz");
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(archive)))) {
      for (String name : List.of("cifar-10-batches-bin/test_batch.bin", "elsewhere/b.bin")) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        byte[] content = Arrays.copyOf(CONTENT, 5000);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    Path target = temp.resolve("out");
    PublicData.unpack(archive, target);
    assertThat(target.resolve("cifar-10-batches-bin/test_batch.bin"))
        .hasBinaryContent(Arrays.copyOf(CONTENT, 5000));
    assertThat(target.toFile().list()).containsExactly("cifar-10-batches-bin");
  }
}
