package dev.rote.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * What a disk may hold after a power cut, as POSIX allows it, which is less than what any one file
 * system promises.
 *
 * <ul>
 *   <li>A write to a file that was not synced afterwards may be there, may be missing, or may be
 *       there in part: sectors of 512 bytes are whole or missing, each for itself and in any order.
 *       Where the file grew, missing sectors read as zeros, or the file is shorter.
 *   <li>An entry of a directory (file or directory created, renamed, deleted) that was not synced
 *       with that directory may be there or not, in any combination; a rename happens whole or not
 *       at all. Syncing a file does not sync its entry.
 *   <li>What was synced stays.
 * </ul>
 *
 * A power cut can come after every recorded operation, and in the middle of a write.
 */
public final class DiskModel {
  private static final int SECTOR = 512;

  private final Path root;
  private final Inode top;

  /** Operations left before the power is cut; afterwards nothing is recorded. */
  private long fuse = Long.MAX_VALUE;

  private long operations;

  /** Operations from which on the disk is full. */
  private volatile long fullFrom = Long.MAX_VALUE;

  /** Writes that failed for want of room. */
  private volatile int refused;

  /** A disk that holds an empty directory. */
  public DiskModel(Path root) {
    this.root = root;
    this.top = new Inode(true);
  }

  /** A disk that holds, synced, what a real directory does. */
  public static DiskModel of(Path root) throws IOException {
    DiskModel disk = new DiskModel(root);
    disk.read(root, disk.top);
    return disk;
  }

  private void read(Path directory, Inode into) throws IOException {
    try (Stream<Path> content = Files.list(directory)) {
      for (Path path : content.toList()) {
        Inode inode = new Inode(Files.isDirectory(path));
        if (inode.directory) {
          read(path, inode);
        } else {
          inode.synced = Files.readAllBytes(path);
        }
        into.entries.put(path.getFileName().toString(), inode);
      }
    }
    into.syncedEntries = new TreeMap<>(into.entries);
  }

  /** A file or directory. */
  static final class Inode {
    final boolean directory;
    byte[] synced = new byte[0];
    final List<Change> changes = new ArrayList<>();
    // of a directory
    Map<String, Inode> syncedEntries = new TreeMap<>();
    Map<String, Inode> entries = new TreeMap<>();
    final List<Map<String, Inode>> entryChanges = new ArrayList<>();

    Inode(boolean directory) {
      this.directory = directory;
    }

    byte[] content() {
      byte[] content = synced;
      for (Change change : changes) {
        content = change.apply(content);
      }
      return content;
    }
  }

  /** A write, or a truncation where {@code bytes} is null. */
  private record Change(long position, byte[] bytes) {
    byte[] apply(byte[] content) {
      if (bytes == null) {
        return Arrays.copyOf(content, (int) position);
      }
      int end = (int) position + bytes.length;
      byte[] changed = Arrays.copyOf(content, Math.max(content.length, end));
      System.arraycopy(bytes, 0, changed, (int) position, bytes.length);
      return changed;
    }
  }

  /** Cuts the power when so many more operations have been recorded. */
  public void cutAfter(long count) {
    fuse = operations + count;
  }

  /** Lets the disk be full when so many more operations have been recorded. */
  public void fullAfter(long count) {
    fullFrom = operations + count;
  }

  /** Fails as a file system does that has no room for new bytes. */
  void requireRoom() throws IOException {
    if (operations >= fullFrom) {
      refused++;
      throw new IOException("No space left on device");
    }
  }

  /** Returns how many writes have failed for want of room. */
  public int refused() {
    return refused;
  }

  /** Operations so far. */
  public long operations() {
    return operations;
  }

  /** Thrown out of the operation in which the power is cut. */
  public static final class PowerCut extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private void step() {
    if (operations >= fuse) {
      throw new PowerCut();
    }
    operations++;
  }

  private Inode find(Path path) {
    Inode at = top;
    for (Path name : root.relativize(path)) {
      if (!name.toString().isEmpty()) {
        at = at.entries.get(name.toString());
        if (at == null) {
          throw new IllegalStateException(path + " was made behind the model's back");
        }
      }
    }
    return at;
  }

  Inode file(Path path) {
    return path.startsWith(root) ? find(path) : new Inode(false);
  }

  private void change(Path directory, Map<String, Inode> entries) {
    Inode inode = find(directory);
    inode.entryChanges.add(entries);
    entries.forEach(
        (name, entry) -> {
          if (entry == null) {
            inode.entries.remove(name);
          } else {
            inode.entries.put(name, entry);
          }
        });
    step();
  }

  void create(Path file) {
    change(file.getParent(), Map.of(file.getFileName().toString(), new Inode(false)));
  }

  void createDirectory(Path directory) {
    change(directory.getParent(), Map.of(directory.getFileName().toString(), new Inode(true)));
  }

  void delete(Path path) {
    Map<String, Inode> gone = new LinkedHashMap<>();
    gone.put(path.getFileName().toString(), null);
    change(path.getParent(), gone);
  }

  void rename(Path from, Path to) {
    if (!from.getParent().equals(to.getParent())) {
      // Each directory may forget its part.
      change(to.getParent(), Map.of(to.getFileName().toString(), find(from)));
      delete(from);
      return;
    }
    Map<String, Inode> moved = new LinkedHashMap<>();
    moved.put(to.getFileName().toString(), find(from));
    moved.put(from.getFileName().toString(), null);
    change(from.getParent(), moved);
  }

  void write(Inode inode, long position, byte[] bytes) {
    inode.changes.add(new Change(position, bytes));
    step();
  }

  void truncate(Inode inode, long size) {
    inode.changes.add(new Change(size, null));
    step();
  }

  void sync(Inode inode) {
    step();
    inode.synced = inode.content();
    inode.changes.clear();
  }

  void syncDirectory(Path directory) {
    step();
    if (directory.startsWith(root)) {
      Inode inode = find(directory);
      inode.syncedEntries = new TreeMap<>(inode.entries);
      inode.entryChanges.clear();
    }
  }

  /** Writes one of the states that a power cut now may leave to an empty real directory. */
  public void materialize(Path directory, RandomGenerator random) throws IOException {
    materialize(top, directory, random);
  }

  private static void materialize(Inode inode, Path path, RandomGenerator random)
      throws IOException {
    if (!inode.directory) {
      Files.write(path, survivingContent(inode, random));
      return;
    }
    Files.createDirectories(path);
    Map<String, Inode> entries = new TreeMap<>(inode.syncedEntries);
    // Journals keep the order and lose the end; other file systems may lose any of them.
    boolean inOrder = random.nextBoolean();
    int last = random.nextInt(inode.entryChanges.size() + 1);
    for (int i = 0; i < inode.entryChanges.size(); i++) {
      if (inOrder ? i < last : random.nextBoolean()) {
        inode
            .entryChanges
            .get(i)
            .forEach(
                (name, entry) -> {
                  if (entry == null) {
                    entries.remove(name);
                  } else {
                    entries.put(name, entry);
                  }
                });
      }
    }
    for (Map.Entry<String, Inode> entry : entries.entrySet()) {
      materialize(entry.getValue(), path.resolve(entry.getKey()), random);
    }
  }

  private static byte[] survivingContent(Inode inode, RandomGenerator random) {
    byte[] content = inode.synced;
    double survives = new double[] {0, 0.5, 0.9, 1}[random.nextInt(4)];
    for (Change change : inode.changes) {
      if (change.bytes == null) {
        content = random.nextDouble() < survives ? change.apply(content) : content;
        continue;
      }
      int written = 0;
      while (written < change.bytes.length) {
        long at = change.position + written;
        int length = (int) Math.min(SECTOR - at % SECTOR, (long) change.bytes.length - written);
        if (random.nextDouble() < survives) {
          byte[] sector = Arrays.copyOfRange(change.bytes, written, written + length);
          content = new Change(at, sector).apply(content);
        } else if (random.nextBoolean()) {
          // The size arrived, the data did not.
          content = Arrays.copyOf(content, (int) Math.max(content.length, at + length));
        }
        written += length;
      }
    }
    return content;
  }
}
