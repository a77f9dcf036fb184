package dev.rote.run;

import dev.rote.format.AtomicFile;
import dev.rote.format.Directories;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whole copies of the directory of a run, for keeping it elsewhere. */
public final class RunCopy {
  /**
   * Name of the file that says which of the others count. Whoever stores the files of a copy one by
   * one stores this one last.
   */
  public static final String STATE = SavedState.FILE;

  /** How long a process that has just been told to stop may take to end. */
  private static final Duration WAIT_FOR_WORKER = Duration.ofSeconds(10);

  private RunCopy() {}

  /**
   * Copies the newest state of a run and all other files that are there, also while a process
   * trains the run. Weights, which are only ever replaced as a whole, are linked.
   *
   * @param copy the directory to create: on the same file system, and named as the run
   * @return the copied run; empty if the run has no state yet, or its newest one is damaged
   */
  public static Optional<StoredRun> take(Path directory, Path copy) throws IOException {
    Path file = directory.resolve(STATE);
    byte[] state = new byte[0];
    Optional<StoredRun> taken = Optional.empty();
    // A run that trains meanwhile may have deleted what this state lists: then the next one is
    // copied.
    while (taken.isEmpty()
        && Files.exists(file)
        && !Arrays.equals(state, Files.readAllBytes(file))) {
      state = Files.readAllBytes(file);
      Files.createDirectories(copy);
      delete(copy);
      for (Path source : files(directory)) {
        if (!source.equals(file)) {
          copy(source, copy.resolve(source.getFileName()));
        }
      }
      Files.write(copy.resolve(STATE), state);
      taken = StoredRun.read(copy).filter(run -> run.damage().isEmpty());
    }
    return taken;
  }

  private static void copy(Path source, Path target) throws IOException {
    try {
      if (source.getFileName().toString().endsWith(".safetensors")) {
        Files.createLink(target, source);
      } else {
        Files.copy(source, target, StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (NoSuchFileException e) {
      // Deleted since it was listed. Whether that matters shows when the copy is checked.
    }
  }

  /**
   * Moves the files of a whole copy to the directory of a run, in place of what is there. If this
   * is interrupted, the directory has no state, and another copy can replace it.
   *
   * @param directory created if it does not exist
   * @throws RunLease.HeldException if a process trains the run
   */
  public static void replace(Path directory, Path copy) throws IOException {
    Directories.create(directory);
    try (RunLease lease = RunLease.acquire(directory, WAIT_FOR_WORKER)) {
      Files.deleteIfExists(directory.resolve(STATE));
      Directories.sync(directory);
      delete(directory);
      for (Path file : files(copy)) {
        if (!file.endsWith(STATE)) {
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
          }
          Files.move(file, directory.resolve(file.getFileName()));
        }
      }
      AtomicFile.writeString(directory.resolve(STATE), Files.readString(copy.resolve(STATE)));
    }
  }

  private static void delete(Path directory) throws IOException {
    for (Path file : files(directory)) {
      Files.delete(file);
    }
  }

  /** Returns the files of a run; its lease and what is being written are not among them. */
  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !RunLease.isPartOfLease(file))
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    }
  }
}
