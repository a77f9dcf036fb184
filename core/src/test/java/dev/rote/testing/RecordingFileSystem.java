package dev.rote.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * Passes every call on to the default file system and tells a {@link DiskModel} of each one that
 * changes something. Code under test uses it through ordinary paths and knows nothing of it.
 */
public final class RecordingFileSystem extends FileSystem {
  private final FileSystem real = Path.of("").getFileSystem();
  private final Provider provider = new Provider();
  private final DiskModel disk;

  public RecordingFileSystem(DiskModel disk) {
    this.disk = disk;
  }

  /** A path whose operations are recorded. */
  public Path path(Path realPath) {
    return new RecordedPath(realPath);
  }

  private Path wrap(Path path) {
    return path == null ? null : new RecordedPath(path);
  }

  private static Path unwrap(Path path) {
    return path instanceof RecordedPath recorded ? recorded.path : path;
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public void close() {}

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public String getSeparator() {
    return real.getSeparator();
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return StreamSupport.stream(real.getRootDirectories().spliterator(), false)
        .map(this::wrap)
        .toList();
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return real.getFileStores();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return real.supportedFileAttributeViews();
  }

  @Override
  public Path getPath(String first, String... more) {
    return wrap(real.getPath(first, more));
  }

  @Override
  public PathMatcher getPathMatcher(String pattern) {
    PathMatcher matcher = real.getPathMatcher(pattern);
    return path -> matcher.matches(unwrap(path));
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    return real.getUserPrincipalLookupService();
  }

  @Override
  public WatchService newWatchService() throws IOException {
    return real.newWatchService();
  }

  private final class RecordedPath implements Path {
    private final Path path;

    RecordedPath(Path path) {
      this.path = path;
    }

    @Override
    public FileSystem getFileSystem() {
      return RecordingFileSystem.this;
    }

    @Override
    public boolean isAbsolute() {
      return path.isAbsolute();
    }

    @Override
    public Path getRoot() {
      return wrap(path.getRoot());
    }

    @Override
    public Path getFileName() {
      return wrap(path.getFileName());
    }

    @Override
    public Path getParent() {
      return wrap(path.getParent());
    }

    @Override
    public int getNameCount() {
      return path.getNameCount();
    }

    @Override
    public Path getName(int index) {
      return wrap(path.getName(index));
    }

    @Override
    public Path subpath(int begin, int end) {
      return wrap(path.subpath(begin, end));
    }

    @Override
    public boolean startsWith(Path other) {
      return path.startsWith(unwrap(other));
    }

    @Override
    public boolean endsWith(Path other) {
      return path.endsWith(unwrap(other));
    }

    @Override
    public Path normalize() {
      return wrap(path.normalize());
    }

    @Override
    public Path resolve(Path other) {
      return wrap(path.resolve(unwrap(other)));
    }

    @Override
    public Path relativize(Path other) {
      return wrap(path.relativize(unwrap(other)));
    }

    @Override
    public URI toUri() {
      return path.toUri();
    }

    @Override
    public Path toAbsolutePath() {
      return wrap(path.toAbsolutePath());
    }

    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
      return wrap(path.toRealPath(options));
    }

    @Override
    public WatchKey register(
        WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Path other) {
      return path.compareTo(unwrap(other));
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof RecordedPath recorded && path.equals(recorded.path);
    }

    @Override
    public int hashCode() {
      return path.hashCode();
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  private final class Provider extends FileSystemProvider {
    private final FileSystemProvider to = real.provider();

    @Override
    public String getScheme() {
      return "recording";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> settings) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
      return RecordingFileSystem.this;
    }

    @Override
    public Path getPath(URI uri) {
      return wrap(Path.of(uri));
    }

    @Override
    public FileChannel newFileChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      Path file = unwrap(path);
      boolean creates =
          options.contains(StandardOpenOption.CREATE)
              || options.contains(StandardOpenOption.CREATE_NEW);
      boolean fresh = creates && Files.notExists(file, LinkOption.NOFOLLOW_LINKS);
      FileChannel channel = to.newFileChannel(file, options, attributes);
      if (fresh) {
        disk.create(file);
      }
      boolean directory = Files.isDirectory(file);
      Channel recorded = new Channel(channel, file, directory ? null : disk.file(file));
      if (!fresh && options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
        disk.truncate(recorded.inode, 0);
      }
      return recorded;
    }

    @Override
    public SeekableByteChannel newByteChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
        Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
      DirectoryStream<Path> stream =
          to.newDirectoryStream(unwrap(directory), path -> filter.accept(wrap(path)));
      return new DirectoryStream<>() {
        @Override
        public Iterator<Path> iterator() {
          return StreamSupport.stream(stream.spliterator(), false)
              .map(RecordingFileSystem.this::wrap)
              .iterator();
        }

        @Override
        public void close() throws IOException {
          stream.close();
        }
      };
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
      to.createDirectory(unwrap(directory), attributes);
      disk.createDirectory(unwrap(directory));
    }

    @Override
    public void delete(Path path) throws IOException {
      to.delete(unwrap(path));
      disk.delete(unwrap(path));
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
      if (Files.exists(target)) {
        delete(target);
      }
      try (FileChannel channel =
          newFileChannel(target, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE))) {
        channel.write(ByteBuffer.wrap(Files.readAllBytes(unwrap(source))));
      }
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
      to.move(unwrap(source), unwrap(target), options);
      disk.rename(unwrap(source), unwrap(target));
    }

    @Override
    public boolean isSameFile(Path a, Path b) throws IOException {
      return to.isSameFile(unwrap(a), unwrap(b));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
      return to.isHidden(unwrap(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
      return to.getFileStore(unwrap(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
      to.checkAccess(unwrap(path), modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(
        Path path, Class<V> type, LinkOption... options) {
      return to.getFileAttributeView(unwrap(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
        Path path, Class<A> type, LinkOption... options) throws IOException {
      return to.readAttributes(unwrap(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
        throws IOException {
      return to.readAttributes(unwrap(path), attributes, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
      throw new UnsupportedOperationException();
    }
  }

  private final class Channel extends FileChannel {
    private final FileChannel to;
    private final Path path;
    private final DiskModel.Inode inode;

    Channel(FileChannel to, Path path, DiskModel.Inode inode) {
      this.to = to;
      this.path = path;
      this.inode = inode;
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
      return to.read(buffer);
    }

    @Override
    public long read(ByteBuffer[] buffers, int offset, int length) throws IOException {
      return to.read(buffers, offset, length);
    }

    @Override
    public int read(ByteBuffer buffer, long position) throws IOException {
      return to.read(buffer, position);
    }

    @Override
    public int write(ByteBuffer buffer) throws IOException {
      long position = to.position();
      int written = write(buffer, position);
      to.position(position + written);
      return written;
    }

    @Override
    public long write(ByteBuffer[] buffers, int offset, int length) throws IOException {
      long written = 0;
      for (int i = offset; i < offset + length; i++) {
        written += write(buffers[i]);
      }
      return written;
    }

    @Override
    public int write(ByteBuffer buffer, long position) throws IOException {
      disk.requireRoom();
      ByteBuffer content = buffer.duplicate();
      int written = to.write(buffer, position);
      byte[] bytes = new byte[written];
      content.get(bytes);
      disk.write(inode, position, bytes);
      return written;
    }

    @Override
    public long position() throws IOException {
      return to.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
      to.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return to.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      if (size < to.size()) {
        disk.truncate(inode, size);
      }
      to.truncate(size);
      return this;
    }

    /** Only the model's disk is synced: the real one has nothing to fear. */
    @Override
    public void force(boolean metadata) {
      if (inode == null) {
        disk.syncDirectory(path);
      } else {
        disk.sync(inode);
      }
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
        throws IOException {
      return to.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
      return to.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
      return to.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return to.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      to.close();
    }
  }
}
