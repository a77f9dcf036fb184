package dev.rote.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;

/** Creates directories whose entries survive a power cut, and deletes directories. */
public final class Directories {
  private static final boolean CAN_SYNC = !System.getProperty("os.name").startsWith("Windows");

  private Directories() {}

  /**
   * Creates a directory and its missing parents, and syncs the directories that list them.
   *
   * @throws FileAlreadyExistsException if something else has that name
   */
  public static void create(Path directory) throws IOException {
    Path parent = directory.toAbsolutePath().getParent();
    if (parent == null) {
      return;
    }
    if (!Files.isDirectory(directory)) {
      create(parent);
      try {
        Files.createDirectory(directory);
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(directory)) {
          throw e;
        }
      }
      sync(parent);
    }
  }

  /** Deletes a directory with all that is in it; does nothing if it does not exist. */
  public static void delete(Path directory) throws IOException {
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /**
   * Brings the entries of a directory (files created, renamed, deleted) to the disk. Does nothing
   * on Windows, which cannot open directories.
   */
  public static void sync(Path directory) throws IOException {
    if (CAN_SYNC) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
