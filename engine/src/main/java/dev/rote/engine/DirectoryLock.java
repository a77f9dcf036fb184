package dev.rote.engine;

import dev.rote.text.InputException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A results directory that one process at a time may write. */
final class DirectoryLock implements Closeable {
  private static final String LOCK = ".lock";

  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Locks a directory, which is created if it does not exist.
   *
   * @param what what is being done there, as in "audit"
   * @throws InputException if it cannot be written or another process holds it
   */
  static DirectoryLock acquire(Path directory, String what) {
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new InputException("output " + directory + " is a file, not a directory");
    }
    try {
      Files.createDirectories(directory);
      if (!Files.isWritable(directory)) {
        throw new AccessDeniedException(directory.toString());
      }
      FileChannel channel =
          FileChannel.open(
              directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw new InputException(
            "another %s is writing to %s now; wait for it, or choose another --out"
                .formatted(what, directory));
      }
      return new DirectoryLock(channel);
    } catch (IOException e) {
      throw InputException.cannotWrite("results to", directory, e);
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
