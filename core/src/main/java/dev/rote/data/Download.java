package dev.rote.data;

import dev.rote.text.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/**
 * Downloads one file. What has arrived is kept in {@code NAME.part}, so that a later call requests
 * only the rest; the file gets its name once it is complete and its SHA-256 matches.
 *
 * @param source where the file is
 * @param target where it goes
 * @param sha256 its digest, in lower-case hex
 */
record Download(URI source, Path target, String sha256) {
  /** Waiting longer than this for the first or the next byte counts as a broken connection. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  /**
   * Downloads the file unless it is present and correct.
   *
   * @param progress receives the number of bytes that have arrived, from time to time
   * @throws InputException if it cannot be had or is not what was expected
   */
  void run(LongConsumer progress) throws IOException, InterruptedException {
    if (Files.exists(target) && digest(target).equals(sha256)) {
      return;
    }
    Path part = target.resolveSibling(target.getFileName() + ".part");
    Files.createDirectories(target.toAbsolutePath().getParent());
    if (!Files.exists(part) || !digest(part).equals(sha256)) {
      receive(part, progress);
    }
    String arrived = digest(part);
    if (!arrived.equals(sha256)) {
      Files.delete(part);
      throw new InputException(
          source
              + " is not the file that was expected: its SHA-256 is "
              + arrived
              + ", not "
              + sha256);
    }
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void receive(Path part, LongConsumer progress) throws IOException, InterruptedException {
    HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(Redirect.NORMAL)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
    long there = Files.exists(part) ? Files.size(part) : 0;
    HttpRequest.Builder request = HttpRequest.newBuilder(source).timeout(PATIENCE);
    if (there > 0) {
      request.header("Range", "bytes=" + there + "-");
    }
    HttpResponse<InputStream> response;
    try {
      response = client.send(request.build(), BodyHandlers.ofInputStream());
    } catch (HttpTimeoutException | ConnectException e) {
      boolean unknown = e.getCause() instanceof UnresolvedAddressException;
      throw new InputException(
          "cannot reach "
              + source.getHost()
              + (unknown ? " (no such host)" : "")
              + ": is there a network? Else put "
              + target.getFileName()
              + " into "
              + target.toAbsolutePath().getParent(),
          e);
    } catch (IOException e) {
      throw brokenOff(part, e);
    }
    try (InputStream body = response.body();
        Stall stall = new Stall(body, PATIENCE)) {
      if (response.statusCode() == RANGE_NOT_SATISFIABLE) {
        Files.delete(part); // longer than the file itself, so not the beginning of it
        throw new InputException(
            part + " was not the beginning of " + source + " and is removed; try again");
      }
      if (response.statusCode() != OK && response.statusCode() != PARTIAL) {
        throw new InputException(source + " answers with status " + response.statusCode());
      }
      boolean goesOn = response.statusCode() == PARTIAL;
      try (OutputStream out =
          Files.newOutputStream(
              part,
              StandardOpenOption.CREATE,
              goesOn ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        byte[] buffer = new byte[1 << 16];
        long bytes = goesOn ? there : 0;
        for (int n = next(body, buffer, part); n >= 0; n = next(body, buffer, part)) {
          out.write(buffer, 0, n);
          bytes += n;
          stall.progress();
          progress.accept(bytes);
        }
      }
    } catch (IOException e) {
      throw new InputException(
          "cannot write %s: %s; make room or choose another directory, and repeat the command, which continues from there"
              .formatted(part, e.getMessage()),
          e);
    }
  }

  /** Reads what arrives next; returns how many bytes that is, or −1 at the end. */
  private int next(InputStream body, byte[] buffer, Path part) throws IOException {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw brokenOff(part, e);
    }
  }

  private InputException brokenOff(Path part, IOException cause) throws IOException {
    return new InputException(
        "the connection to %s broke off after %d bytes; the same command continues from there"
            .formatted(source.getHost(), Files.exists(part) ? Files.size(part) : 0),
        cause);
  }

  private static String digest(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
