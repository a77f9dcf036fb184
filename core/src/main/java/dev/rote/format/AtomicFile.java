package dev.rote.format;

import dev.rote.text.InputException;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Replaces files atomically. The new content is written beside the target, synced to the disk and
 * renamed over it; then the directory is synced. If anything fails before the rename, the old file
 * stays. Once a method returns, the new file survives a power cut.
 *
 * <p>Only regular files are replaced. A symbolic link, device or pipe is refused.
 *
 * <p>The file beside the target is always named {@code .NAME.tmp}, so that the next writer
 * overwrites what a killed process left. A target must therefore have one writer at a time.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes a file's content to a stream. */
  @FunctionalInterface
  public interface StreamContent {
    /** Writes all content; the caller buffers and closes the stream. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes a file's content to a file. */
  @FunctionalInterface
  public interface PathContent {
    /**
     * Writes all content.
     *
     * @param file does not exist yet
     */
    void writeTo(Path file) throws IOException;
  }

  /**
   * Replaces {@code target} by what {@code content} writes.
   *
   * @throws InputException if {@code target} exists and is not a regular file
   * @throws IOException if writing fails, with the first failure of the stream (a full disk, say)
   *     whatever {@code content} makes of it; {@code target} is then unchanged
   */
  public static void write(Path target, StreamContent content) throws IOException {
    writePath(
        target,
        temporary -> {
          try (FileChannel channel =
              FileChannel.open(
                  temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            fill(channel, content);
          }
        });
  }

  /**
   * Replaces {@code target} by a file that {@code content} writes, a library perhaps that takes a
   * path.
   *
   * @throws InputException if {@code target} exists and is not a regular file
   * @throws IOException if writing fails; {@code target} is then unchanged
   */
  public static void writePath(Path target, PathContent content) throws IOException {
    requireReplaceable(target);
    Path temporary = target.resolveSibling("." + target.getFileName() + ".tmp");
    // An existing link is removed, not followed.
    Files.deleteIfExists(temporary);
    try {
      content.writeTo(temporary);
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | RuntimeException | Error e) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
    Directories.sync(target.toAbsolutePath().getParent());
  }

  /** Replaces {@code target} by {@code text} in UTF-8. */
  public static void writeString(Path target, String text) throws IOException {
    write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Refuses to replace anything but a regular file.
   *
   * @throws InputException if {@code target} is a directory, symbolic link, device or pipe
   */
  public static void requireReplaceable(Path target) {
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)
        || Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    String kind =
        Files.isSymbolicLink(target)
            ? "a symbolic link"
            : Files.isDirectory(target) ? "a directory" : "a device or pipe";
    throw new InputException(
        "cannot write %s: it is %s, and only regular files are replaced; choose another path"
            .formatted(target, kind));
  }

  private static void fill(FileChannel channel, StreamContent content) throws IOException {
    FirstFailure file = new FirstFailure(Channels.newOutputStream(channel));
    try {
      OutputStream out = new BufferedOutputStream(file, 1 << 16);
      content.writeTo(out);
      out.flush();
    } catch (IOException | RuntimeException e) {
      // Libraries may wrap, replace or drop exceptions of the file system.
      if (file.failure != null && file.failure != e) {
        file.failure.addSuppressed(e);
        throw file.failure;
      }
      throw e;
    }
    if (file.failure != null) {
      throw file.failure;
    }
  }

  /** Remembers the first failure to write. */
  private static final class FirstFailure extends FilterOutputStream {
    private IOException failure;

    FirstFailure(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        }
        throw e;
      }
    }
  }
}
