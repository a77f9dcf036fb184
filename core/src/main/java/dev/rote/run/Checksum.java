package dev.rote.run;

import dev.rote.format.PredictionsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Length and CRC-32C of a file, or of the beginning of one that grows.
 *
 * <p>The checksum of {@code predictions.npy} leaves out its header, which is rewritten with every
 * row.
 *
 * @param bytes number of bytes
 * @param crc32c their CRC-32C, eight hexadecimal digits
 */
record Checksum(long bytes, String crc32c) {
  private static final Set<String> GROWING = Set.of(RunDirectory.EPOCHS, RunDirectory.PREDICTIONS);

  /** Returns the checksum of a whole file. */
  static Checksum of(Path file) throws IOException {
    return of(file, Files.size(file));
  }

  private static Checksum of(Path file, long bytes) throws IOException {
    CRC32C crc = new CRC32C();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer buffer = ByteBuffer.allocate(1 << 18);
      long position = file.endsWith(RunDirectory.PREDICTIONS) ? PredictionsFile.HEADER_BYTES : 0;
      while (position < bytes) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), bytes - position));
        int read = channel.read(buffer, position);
        if (read < 0) {
          break;
        }
        crc.update(buffer.flip());
        position += read;
      }
    }
    return new Checksum(bytes, "%08x".formatted(crc.getValue()));
  }

  /** Returns what is wrong with the length of a file, as the end of a sentence about it. */
  Optional<String> lengthProblem(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(
          Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? "is not a regular file" : "is missing");
    }
    long there = Files.size(file);
    boolean grows = GROWING.contains(file.getFileName().toString());
    return there == bytes || (grows && there > bytes)
        ? Optional.empty()
        : Optional.of("has %,d bytes instead of %,d".formatted(there, bytes));
  }

  /** Returns what is wrong with a file, as the end of a sentence about it. */
  Optional<String> problem(Path file) throws IOException {
    Optional<String> problem = lengthProblem(file);
    return problem.isPresent() || of(file, bytes).crc32c.equals(crc32c)
        ? problem
        : Optional.of("is damaged: its checksum differs from the recorded one");
  }
}
