package dev.rote.run;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JacksonException;

/**
 * The right to train a run, for one process at a time on all machines that share a file system.
 *
 * <p>The lease is the file {@code lease.json} in the run's directory. Its holder writes it again
 * every {@link #HEARTBEAT}. Another process takes the lease over if the holder ran on the same
 * machine and has ended, or if the holder has been silent for {@link #EXPIRY}. A process that was
 * only suspended for that long, or cut off from the file system, finds its lease gone before it
 * writes anything ({@link #check}).
 *
 * <p>All steps that decide between processes are atomic on POSIX file systems, NFS included:
 * exclusive creation and renaming. Ages are differences between times that the file server sets, so
 * clocks of the machines may differ.
 */
public final class RunLease implements AutoCloseable {
  /** Name of the file. */
  static final String FILE = "lease.json";

  /** How often a holder writes its lease again. */
  public static final Duration HEARTBEAT = Duration.ofSeconds(10);

  /** How long a holder may be silent before another process takes its lease over. */
  public static final Duration EXPIRY = Duration.ofSeconds(60);

  private static final long POLL_MILLIS = 100;

  /**
   * Who holds a lease.
   *
   * @param host name of its machine
   * @param system name of the installed operating system, which is kept when the machine restarts;
   *     empty in a container, and where there is no such name
   * @param boot name of the machine for as long as it runs, and of this container on it: two pods
   *     may share a host name, and process numbers mean something only within one of them
   * @param process number of the process
   * @param started when the process started, as its system says; empty if it does not
   * @param token tells this lease from every other
   */
  public record Holder(
      String host, String system, String boot, long process, String started, String token) {
    /** The process numbers of a Linux machine itself, which are not those of a container. */
    private static final String OUTERMOST = "pid:[4026531836]";

    private static final Holder UNKNOWN = new Holder("", "", "", 0, "", "");

    /** Describes this process. */
    static Holder here() {
      return new Holder(
          hostName(),
          thisSystem(),
          thisBoot(),
          ProcessHandle.current().pid(),
          started(ProcessHandle.current()),
          UUID.randomUUID().toString());
    }

    /** Returns whether the process is known to have ended: only its own machine can tell. */
    private boolean hasEnded() {
      if (boot.equals(thisBoot())) {
        return ProcessHandle.of(process)
            .filter(ProcessHandle::isAlive)
            .filter(found -> started(found).equals(started))
            .isEmpty();
      }
      // Restarted since: the same machine, outside of containers.
      return !system.isEmpty() && system.equals(thisSystem()) && host.equals(hostName());
    }

    private boolean isThisProcess() {
      return process == ProcessHandle.current().pid() && boot.equals(thisBoot());
    }

    /** Returns text for people: {@code process 123 on node7}. */
    @Override
    public String toString() {
      return process == 0 ? "another process" : "process " + process + " on " + host;
    }

    private static String started(ProcessHandle process) {
      return process.info().startInstant().map(Instant::toString).orElse("");
    }

    private static String hostName() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (IOException e) {
        return "an unknown host";
      }
    }

    private static String thisBoot() {
      try {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
            + " "
            + numbers();
      } catch (IOException | UnsupportedOperationException e) {
        return hostName();
      }
    }

    private static String thisSystem() {
      try {
        return numbers().equals(OUTERMOST)
            ? Files.readString(Path.of("/etc/machine-id")).strip()
            : "";
      } catch (IOException | UnsupportedOperationException e) {
        return "";
      }
    }

    /** Names the set of process numbers that this process sees. */
    private static String numbers() throws IOException {
      return Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
    }
  }

  /** Thrown if another process holds the lease of a run, or has taken it over. */
  public static final class HeldException extends IOException {
    private static final long serialVersionUID = 1;

    HeldException(String message) {
      super(message);
    }
  }

  private final Path file;
  private final Holder self;
  private final FileChannel channel;
  private final byte[] content;
  private final Thread heartbeat;

  private RunLease(Path file, Holder self, FileChannel channel, byte[] content, Duration interval) {
    this.file = file;
    this.self = self;
    this.channel = channel;
    this.content = content;
    heartbeat = new Thread(() -> beat(interval), "lease");
    heartbeat.setDaemon(true);
  }

  /**
   * Takes the lease of a run, whose directory must exist.
   *
   * @param patience how long to wait for a holder that may be about to end
   * @throws HeldException if another process keeps it
   * @throws IOException if the directory cannot be written
   */
  public static RunLease acquire(Path directory, Duration patience) throws IOException {
    return acquire(directory, patience, HEARTBEAT);
  }

  /** Takes the lease and writes it again at a stated interval. */
  static RunLease acquire(Path directory, Duration patience, Duration interval) throws IOException {
    Holder self = Holder.here();
    Path file = directory.resolve(FILE);
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      Optional<RunLease> lease = create(file, self, interval);
      if (lease.isPresent()) {
        return lease.get();
      }
      Optional<Holder> holder = holder(directory);
      boolean wait = holder.isPresent() && !holder.get().isThisProcess();
      if (holder.isPresent() && (!wait || System.nanoTime() - deadline >= 0)) {
        throw new HeldException("the run in " + directory + " is being trained by " + holder.get());
      }
      if (holder.isPresent()) {
        pause(directory, holder.get());
      } else {
        remove(file);
      }
    }
  }

  /**
   * Returns who trains a run: the holder of a lease that is neither given up nor expired. Writes
   * and removes a file beside the lease, to learn the file server's time.
   */
  public static Optional<Holder> holder(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    try {
      Holder holder = read(file);
      boolean over = holder.hasEnded() || age(directory, file).compareTo(EXPIRY) > 0;
      return over ? Optional.empty() : Optional.of(holder);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Removes the lease of a process of this machine that has ended, so that other machines need not
   * wait until it expires. Does nothing if there is none.
   */
  public static void removeIfEnded(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    try {
      if (read(file).hasEnded()) {
        remove(file);
      }
    } catch (NoSuchFileException e) {
      // Nobody holds the run.
    }
  }

  /** Creates the lease and writes its holder immediately after the file appears. */
  private static Optional<RunLease> create(Path file, Holder self, Duration interval)
      throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      return Optional.empty();
    }
    RunLease lease =
        new RunLease(
            file,
            self,
            channel,
            (Json.LINE.writeValueAsString(self) + "\n").getBytes(StandardCharsets.UTF_8),
            interval);
    try {
      lease.write();
    } catch (IOException e) {
      // An empty file would be a lease of an unknown holder until it expires.
      channel.close();
      Files.deleteIfExists(file);
      throw e;
    }
    lease.heartbeat.start();
    return Optional.of(lease);
  }

  /** Returns whether a file of a run's directory belongs to its lease and not to the run. */
  static boolean isPartOfLease(Path file) {
    return file.getFileName().toString().startsWith("lease");
  }

  /** Reads a holder. One that cannot be read, as it is being written, is a holder too. */
  private static Holder read(Path file) throws IOException {
    String text = Files.readString(file);
    try {
      return Json.LINE.readValue(text, Holder.class);
    } catch (JacksonException e) {
      return Holder.UNKNOWN;
    }
  }

  /** Returns how long ago a file was written, by the clock of the server that keeps it. */
  private static Duration age(Path directory, Path file) throws IOException {
    Path probe = directory.resolve("lease-probe-" + UUID.randomUUID());
    try {
      Files.write(probe, new byte[] {0});
      FileTime now = Files.getLastModifiedTime(probe);
      return Duration.between(Files.getLastModifiedTime(file).toInstant(), now.toInstant());
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  /**
   * Removes a lease that is over. Between the judgement and the removal another process may have
   * done the same and taken the run: its lease, caught by mistake, is put back. If it cannot be,
   * its holder finds out before it writes.
   */
  private static void remove(Path file) throws IOException {
    Path removed = file.resolveSibling("lease-removed-" + UUID.randomUUID());
    try {
      Files.move(file, removed);
      Holder holder = read(removed);
      boolean over = holder.hasEnded() || age(file.getParent(), removed).compareTo(EXPIRY) > 0;
      if (!over) {
        Files.createLink(file, removed);
      }
    } catch (NoSuchFileException | FileAlreadyExistsException e) {
      // Another process was faster.
    } finally {
      Files.deleteIfExists(removed);
    }
  }

  private static void pause(Path directory, Holder holder) throws HeldException {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HeldException("the run in " + directory + " is being trained by " + holder);
    }
  }

  /** Writes into the file that this process created, even if that has been renamed. */
  private void write() throws IOException {
    channel.write(ByteBuffer.wrap(content), 0);
    channel.force(true);
  }

  /** Writes the lease again until it is given up; {@link #check} finds out if it is lost. */
  private void beat(Duration interval) {
    try {
      while (channel.isOpen()) {
        Thread.sleep(interval.toMillis());
        try {
          write();
        } catch (IOException e) {
          // A file system may be full or unavailable for a while. If it was so for longer than
          // EXPIRY, another process may have the run by now; writing to this file does no harm.
        }
      }
    } catch (InterruptedException e) {
      // Given up.
    }
  }

  /**
   * Checks that this process still holds the lease.
   *
   * @throws HeldException if another process has taken it over
   */
  public void check() throws IOException {
    String owner = "another process";
    try {
      Holder holder = read(file);
      if (holder.token().equals(self.token())) {
        return;
      }
      owner = holder.toString();
    } catch (NoSuchFileException e) {
      // Whoever removed it is about to take the run.
    }
    throw new HeldException(
        file.getParent()
            + " was taken over by "
            + owner
            + ": this process had given no sign of life for "
            + EXPIRY.toSeconds()
            + " s");
  }

  /** Gives the lease up, so that any process can take it at once. */
  @Override
  public void close() throws IOException {
    heartbeat.interrupt();
    try {
      heartbeat.join();
      if (Files.exists(file) && read(file).token().equals(self.token())) {
        Files.delete(file);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (NoSuchFileException e) {
      // It was taken over.
    } finally {
      channel.close();
    }
  }
}
