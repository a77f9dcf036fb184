package dev.rote.format;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Files that are replaced whole or not at all: the new content is written beside the target,
 * brought to the disk and then renamed over it. Whatever goes wrong before the rename, the old file
 * stays.
 *
 * <p>The file beside it is always named {@code .NAME.tmp}, so that what a killed process left is
 * overwritten by the next one. One target must therefore have one writer at a time.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes a file's content to a stream. */
  @FunctionalInterface
  public interface StreamContent {
    /** Writes all content; the stream is buffered and closed by the caller. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes a file's content to a path, for libraries that open files themselves. */
  @FunctionalInterface
  public interface PathContent {
    /** Creates or overwrites the file at {@code path}. */
    void writeTo(Path path) throws IOException;
  }

  /**
   * Replaces {@code target} by what {@code content} writes.
   *
   * @throws IOException where writing fails (a full disk, say); {@code target} is then as before
   */
  public static void write(Path target, StreamContent content) throws IOException {
    writeAtPath(
        target,
        path -> {
          try (FileChannel channel =
                  FileChannel.open(
                      path,
                      StandardOpenOption.CREATE,
                      StandardOpenOption.WRITE,
                      StandardOpenOption.TRUNCATE_EXISTING);
              OutputStream out =
                  new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
            content.writeTo(out);
          }
        });
  }

  /** Replaces {@code target} by {@code text} in UTF-8. */
  public static void writeString(Path target, String text) throws IOException {
    write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Replaces {@code target} by the file that {@code content} makes at the path it is given. */
  public static void writeAtPath(Path target, PathContent content) throws IOException {
    Path temporary = target.resolveSibling("." + target.getFileName() + ".tmp");
    try {
      content.writeTo(temporary);
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
