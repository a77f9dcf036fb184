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
import java.time.Duration;
import java.util.Optional;

/**
 * A results directory that one process at a time may write. The operating system drops the lock
 * when the process ends, however it ends.
 */
public final class DirectoryLock implements Closeable {
  private static final String LOCK = ".lock";

  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Locks a directory, without waiting. See {@link #tryAcquire(Path, Duration)}. */
  public static Optional<DirectoryLock> tryAcquire(Path directory) throws IOException {
    return tryAcquire(directory, Duration.ZERO);
  }

  /**
   * Locks a directory, which is created if it does not exist. Returns nothing if another process,
   * or another part of this one, holds it.
   *
   * @param patience how long to wait for another process
   * @throws IOException if the directory cannot be written
   */
  static Optional<DirectoryLock> tryAcquire(Path directory, Duration patience) throws IOException {
    Directories.create(directory);
    if (!Files.isWritable(directory)) {
      throw new AccessDeniedException(directory.toString());
    }
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (locks(channel, System.nanoTime() + patience.toNanos())) {
      return Optional.of(new DirectoryLock(channel));
    }
    channel.close();
    return Optional.empty();
  }

  private static boolean locks(FileChannel channel, long deadline) throws IOException {
    try {
      while (channel.tryLock() == null) {
        if (System.nanoTime() > deadline) {
          return false;
        }
        Thread.sleep(100);
      }
      return true;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Returns whether a file of a results directory is the lock. */
  static boolean isLock(Path file) {
    return file.getFileName().toString().equals(LOCK);
  }

  /** Gives the directory up. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
