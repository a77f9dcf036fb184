package dev.rote.run;

import dev.rote.format.Directories;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A results directory that one process at a time may write. The operating system releases the lock
 * when the process ends for any reason.
 */
public final class DirectoryLock implements Closeable {
  private static final String LOCK = ".lock";

  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Locks a directory, which is created if it does not exist. Returns nothing if another process,
   * or another part of this one, holds it.
   *
   * @throws IOException if the directory cannot be written
   */
  public static Optional<DirectoryLock> tryAcquire(Path directory) throws IOException {
    Directories.create(directory);
    if (!Files.isWritable(directory)) {
      throw new AccessDeniedException(directory.toString());
    }
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      locked = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Another part of this process holds it.
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    return locked ? Optional.of(new DirectoryLock(channel)) : Optional.empty();
  }

  /** Returns whether a file of a results directory is the lock. */
  public static boolean isLock(Path file) {
    return file.getFileName().toString().equals(LOCK);
  }

  /** Releases the directory. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
