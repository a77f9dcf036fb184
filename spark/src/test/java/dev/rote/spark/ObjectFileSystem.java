package dev.rote.spark;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * Files of this machine that can do no more than an object store: an object appears as a whole when
 * it is closed, and can be neither renamed nor appended to.
 */
public final class ObjectFileSystem extends RawLocalFileSystem {
  /** The setting that names this class for addresses that begin with {@code objects://}. */
  static final String SETTING = "fs.objects.impl";

  /** Objects that can still be written in this process. */
  static final AtomicInteger LEFT = new AtomicInteger(Integer.MAX_VALUE);

  /** What becomes of the object that cannot be written any more. */
  static volatile boolean torn;

  @Override
  public URI getUri() {
    return URI.create("objects:///");
  }

  @Override
  public String getScheme() {
    return "objects";
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int buffer,
      short replication,
      long block,
      Progressable progress)
      throws IOException {
    return create(path, overwrite, buffer, replication, block, progress);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int buffer,
      short replication,
      long block,
      Progressable progress)
      throws IOException {
    return new FSDataOutputStream(new NewObject(pathToFile(path).toPath()), null);
  }

  @Override
  public FSDataOutputStream append(Path path, int buffer, Progressable progress) {
    throw new UnsupportedOperationException("an object store cannot append");
  }

  @Override
  public boolean rename(Path from, Path to) {
    throw new UnsupportedOperationException("an object store cannot rename");
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    return Arrays.stream(super.listStatus(path))
        .map(ObjectFileSystem::withoutOwner)
        .toArray(FileStatus[]::new);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    return withoutOwner(super.getFileStatus(path));
  }

  /** The status of a local file looks up its owner, and fails where the address is no file's. */
  private static FileStatus withoutOwner(FileStatus status) {
    return new FileStatus(
        status.getLen(),
        status.isDirectory(),
        1,
        status.getBlockSize(),
        status.getModificationTime(),
        status.getPath());
  }

  private static final class NewObject extends ByteArrayOutputStream {
    private final java.nio.file.Path file;

    NewObject(java.nio.file.Path file) {
      this.file = file;
    }

    @Override
    public void close() throws IOException {
      boolean fails = LEFT.getAndDecrement() <= 0;
      if (!fails || torn) {
        Files.createDirectories(file.getParent());
        java.nio.file.Path whole = Files.createTempFile(null, null);
        byte[] content = toByteArray();
        Files.write(whole, fails ? Arrays.copyOf(content, content.length / 2) : content);
        Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
      }
      if (fails) {
        throw new IOException("the store cannot be reached");
      }
    }
  }
}
