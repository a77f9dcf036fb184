package dev.rote.format;

import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * NumPy's NPY format: written as version 1.0, in C order and little-endian; read in versions 1 to
 * 3, in both orders, in both byte orders, and from an NPZ archive. Arrays of numbers of any number
 * of dimensions, and of text; structured and object arrays are refused.
 *
 * <p>The {@code write} methods replace the file atomically. Their {@code shape} is that of the
 * array in the file; left out, it is one dimension. They throw {@link IOException} where the file
 * cannot be written, and {@link IllegalArgumentException} where values and shape do not agree.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">the
 *     format</a>
 */
public final class Npy {
  private static final byte[] ARCHIVE = {'P', 'K', 3, 4};
  private static final String SUFFIX = ".npy";

  private Npy() {}

  /** Writes int64. */
  public static void write(Path path, long[] values, int... shape) throws IOException {
    ByteBuffer data = allocate(values.length, 8);
    data.asLongBuffer().put(values);
    write(path, new NpyArray(NpyType.INT64, shapeOr(shape, values.length), data));
  }

  /** Writes int32. */
  public static void write(Path path, int[] values, int... shape) throws IOException {
    ByteBuffer data = allocate(values.length, 4);
    data.asIntBuffer().put(values);
    write(path, new NpyArray(NpyType.INT32, shapeOr(shape, values.length), data));
  }

  /** Writes uint16: the values are taken as unsigned. */
  public static void write(Path path, short[] values, int... shape) throws IOException {
    ByteBuffer data = allocate(values.length, 2);
    data.asShortBuffer().put(values);
    write(path, new NpyArray(NpyType.UINT16, shapeOr(shape, values.length), data));
  }

  /** Writes uint8: the values are taken as unsigned. */
  public static void write(Path path, byte[] values, int... shape) throws IOException {
    ByteBuffer data = ByteBuffer.wrap(values);
    write(path, new NpyArray(NpyType.UINT8, shapeOr(shape, values.length), data));
  }

  /** Writes float32. */
  public static void write(Path path, float[] values, int... shape) throws IOException {
    ByteBuffer data = allocate(values.length, 4);
    data.asFloatBuffer().put(values);
    write(path, new NpyArray(NpyType.FLOAT32, shapeOr(shape, values.length), data));
  }

  /** Writes float64. */
  public static void write(Path path, double[] values, int... shape) throws IOException {
    ByteBuffer data = allocate(values.length, 8);
    data.asDoubleBuffer().put(values);
    write(path, new NpyArray(NpyType.FLOAT64, shapeOr(shape, values.length), data));
  }

  /** Writes an array of any supported type. */
  public static void write(Path path, NpyArray array) throws IOException {
    long[] shape = Arrays.stream(array.shape()).asLongStream().toArray();
    AtomicFile.write(
        path,
        out -> {
          // Not closed: that would close the stream, which is the caller's.
          WritableByteChannel channel = Channels.newChannel(out);
          channel.write(NpyHeader.bytes(array.type(), shape, 0));
          channel.write(array.data().duplicate());
        });
  }

  /**
   * Reads an array of numbers. Bytes behind the array are ignored, as NumPy does.
   *
   * @param path NPY file; NPZ archive of one array; or {@code FILE.npz/NAME}, an array of several
   * @throws InputException where the file is missing, truncated, no NPY file, or of a kind that is
   *     not supported
   * @throws IOException where reading fails otherwise
   */
  public static NpyArray read(Path path) throws IOException {
    return numbers(raw(path), path);
  }

  private static NpyArray numbers(Raw raw, Path path) {
    NpyElement element = raw.header().element();
    NpyType type =
        element
            .number()
            .orElseThrow(() -> new InputException(path + " holds text; numbers are needed"));
    return new NpyArray(
        type, raw.shape(), element.bigEndian() ? reversed(raw.data(), type.bytes()) : raw.data());
  }

  /**
   * Reads an array of one dimension, or with a single column, as text: text as it is, integers in
   * digits, booleans as 0 and 1, and floating-point numbers that are whole as integers.
   *
   * @param path as in {@link #read}
   * @throws InputException as {@link #read}; also for other dimensions and numbers that are not
   *     whole
   */
  public static List<String> readText(Path path) throws IOException {
    Raw raw = raw(path);
    int[] shape = raw.shape();
    if (shape.length != 1 && !(shape.length == 2 && shape[1] == 1)) {
      throw new InputException(
          "%s has the shape %s; %s"
              .formatted(
                  path,
                  Arrays.toString(shape),
                  shape.length == 2 && shape[0] > 1
                      ? "labels are [N]; if each row has a single 1, take argmax(axis=1), if it may have several, audit it with --multi-label"
                      : "labels are [N] or [N,1]; use reshape(-1)"));
    }
    NpyElement element = raw.header().element();
    List<String> values = new ArrayList<>(shape[0]);
    if (element.number().isEmpty()) {
      for (int i = 0; i < shape[0]; i++) {
        values.add(element.text(raw.data().slice(i * element.bytes(), element.bytes()), path));
      }
      return values;
    }
    NpyArray array = numbers(raw, path);
    boolean unsigned = array.type() == NpyType.UINT64;
    Map<Long, String> texts = new HashMap<>();
    for (int i = 0; i < array.size(); i++) {
      long value;
      if (array.type().isFloating()) {
        double exact = array.doubleAt(i);
        value = (long) exact;
        if (value != exact) {
          throw new InputException(
              "%s holds %s at position %d; whole numbers are needed".formatted(path, exact, i));
        }
      } else {
        value = array.longAt(i);
      }
      values.add(
          texts.computeIfAbsent(
              value, v -> unsigned ? Long.toUnsignedString(v) : Long.toString(v)));
    }
    return values;
  }

  /**
   * Writes an array that {@link #readText} reads, with other elements. It keeps its type, byte
   * order and number of dimensions; text may become longer than the longest before.
   *
   * @param from as in {@link #read}
   * @param out NPY file to write
   * @param values the text of each element, or nothing where one is left out
   * @throws InputException if the type cannot hold a value; nothing is then written
   */
  public static void rewriteText(Path from, Path out, List<Optional<String>> values)
      throws IOException {
    Raw raw = raw(from);
    NpyElement element = raw.header().element();
    Map<String, byte[]> encoded = new HashMap<>();
    int length = element.bytes();
    int left = 0;
    for (Optional<String> value : values) {
      if (value.isPresent()) {
        byte[] bytes =
            encoded.computeIfAbsent(value.get(), text -> element.encoded(text, from.toString()));
        length = Math.max(length, bytes.length);
        left++;
      }
    }
    long[] shape = raw.shape().length == 1 ? new long[] {left} : new long[] {left, 1};
    ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(left, length));
    for (Optional<String> value : values) {
      if (value.isPresent()) {
        data.put(Arrays.copyOf(encoded.get(value.get()), length));
      }
    }
    ByteBuffer header = NpyHeader.bytes(element.description(length), shape, 0);
    AtomicFile.write(
        out,
        stream -> {
          stream.write(header.array(), 0, header.limit());
          stream.write(data.array());
        });
  }

  /**
   * An array as its file holds it, but in C order.
   *
   * @param shape extent of each dimension
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Raw(NpyHeader header, int[] shape, ByteBuffer data) {}

  private static Raw raw(Path path) throws IOException {
    Path archive = path.getParent();
    if (archive != null && isArchive(archive)) {
      return fromArchive(archive, path, Optional.of(path.getFileName().toString()));
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      if (isArchive(path)) {
        return fromArchive(path, path, Optional.empty());
      }
      return raw(Channels.newInputStream(channel), channel.size(), path);
    } catch (NoSuchFileException e) {
      throw new InputException(path + " does not exist", e);
    }
  }

  /**
   * Returns whether {@link #read} is to read a file: by its content, by its ending, or because the
   * path goes into an archive.
   */
  public static boolean isNpy(Path path) throws IOException {
    String name = path.toString();
    if (name.endsWith(SUFFIX)
        || name.endsWith(".npz")
        || isArchive(path)
        || (path.getParent() != null && isArchive(path.getParent()))) {
      return true;
    }
    try (InputStream in = Files.newInputStream(path)) {
      return NpyHeader.startsOne(in.readNBytes(8));
    } catch (NoSuchFileException e) {
      throw new InputException(path + " does not exist", e);
    }
  }

  private static boolean isArchive(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(ARCHIVE.length), ARCHIVE);
    }
  }

  private static Raw fromArchive(Path archive, Path source, Optional<String> name)
      throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      List<String> arrays =
          zip.stream()
              .map(ZipEntry::getName)
              .filter(entry -> entry.endsWith(SUFFIX))
              .map(entry -> entry.substring(0, entry.length() - SUFFIX.length()))
              .toList();
      if (arrays.isEmpty()) {
        throw new InputException(archive + " holds no NPY array");
      }
      if (name.isEmpty() && arrays.size() > 1) {
        throw new InputException(
            "%1$s holds the arrays %2$s; choose one, as in %1$s/%3$s"
                .formatted(archive, String.join(", ", arrays), arrays.get(0)));
      }
      String array = name.orElse(arrays.get(0));
      ZipEntry entry = zip.getEntry(array + SUFFIX);
      if (entry == null) {
        throw new InputException(
            "%s: %s".formatted(archive, Names.unknown("array", array, arrays)));
      }
      try (InputStream in = zip.getInputStream(entry)) {
        return raw(in, entry.getSize(), source);
      }
    } catch (ZipException | EOFException e) {
      throw new InputException(
          "%s cannot be read as an NPZ archive (%s); write it with numpy.savez"
              .formatted(archive, e.getMessage()),
          e);
    }
  }

  private static Raw raw(InputStream in, long size, Path source) throws IOException {
    NpyHeader header = NpyHeader.read(in, source);
    long needed = header.dataBytes();
    long present = size - header.offset();
    if (present < needed) {
      throw new InputException(
          "%s is truncated: its shape %s takes %d bytes, %d are there"
              .formatted(source, Arrays.toString(header.shape()), needed, present));
    }
    if (needed > Integer.MAX_VALUE - 8) {
      throw new InputException(
          "%s holds %d bytes, more than the 2 GiB that one array may have"
              .formatted(source, needed));
    }
    byte[] data = in.readNBytes((int) needed);
    if (data.length < needed) {
      throw new InputException(source + " became shorter while it was read");
    }
    int[] shape = Arrays.stream(header.shape()).mapToInt(Math::toIntExact).toArray();
    ByteBuffer buffer = ByteBuffer.wrap(data);
    return new Raw(
        header,
        shape,
        header.columnsFirst() ? rowsFirst(buffer, shape, header.element().bytes()) : buffer);
  }

  /** Returns elements with the opposite byte order. */
  private static ByteBuffer reversed(ByteBuffer data, int bytes) {
    byte[] from = data.array();
    byte[] to = new byte[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = from[i - i % bytes + bytes - 1 - i % bytes];
    }
    return ByteBuffer.wrap(to);
  }

  /** Elements whose first index varied fastest, reordered so that the last does. */
  private static ByteBuffer rowsFirst(ByteBuffer data, int[] shape, int bytes) {
    byte[] from = data.array();
    ByteBuffer to = ByteBuffer.allocate(data.remaining());
    int[] index = new int[shape.length];
    while (to.hasRemaining()) {
      int at = 0;
      for (int d = shape.length - 1; d >= 0; d--) {
        at = at * shape[d] + index[d];
      }
      to.put(from, at * bytes, bytes);
      for (int d = shape.length - 1; d >= 0 && ++index[d] == shape[d]; d--) {
        index[d] = 0;
      }
    }
    return to.flip();
  }

  private static ByteBuffer allocate(int elements, int bytes) {
    return ByteBuffer.allocate(Math.multiplyExact(elements, bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int[] shapeOr(int[] shape, int elements) {
    return shape.length == 0 ? new int[] {elements} : shape;
  }
}
