package dev.rote.format;

import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * NumPy's NPY format: written as version 1.0, read in versions 1 to 3. Little-endian numbers of any
 * number of dimensions, written in C order and read in Fortran order too, as of a pandas DataFrame;
 * structured and object arrays are refused.
 *
 * <p>The {@code write} methods replace the file atomically. Their {@code shape} is that of the
 * array in the file; left out, it is one dimension. They throw {@link IOException} where the file
 * cannot be written, and {@link IllegalArgumentException} where values and shape do not agree.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">the
 *     format</a>
 */
public final class Npy {
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
   * Reads an array of any supported type. Bytes behind the array are ignored, as NumPy does.
   *
   * @throws InputException where the file is missing, truncated, no NPY file, or of a kind that is
   *     not supported
   * @throws IOException where reading fails otherwise
   */
  public static NpyArray read(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      NpyHeader header = NpyHeader.read(channel, path);
      long needed = header.dataBytes();
      long present = channel.size() - header.offset();
      if (present < needed) {
        throw new InputException(
            "%s is truncated: shape %s of %s takes %d bytes, %d are there"
                .formatted(
                    path,
                    Arrays.toString(header.shape()),
                    header.type().description(),
                    needed,
                    present));
      }
      if (needed > Integer.MAX_VALUE - 8) {
        throw new InputException(
            "%s holds %d bytes, more than the 2 GiB that one array may have"
                .formatted(path, needed));
      }
      ByteBuffer data = ByteBuffer.allocate((int) needed);
      if (NpyHeader.readFully(channel, data, header.offset()) < needed) {
        throw new InputException(path + " became shorter while it was read");
      }
      int[] shape = Arrays.stream(header.shape()).mapToInt(Math::toIntExact).toArray();
      data.flip();
      return new NpyArray(
          header.type(),
          shape,
          header.columnsFirst() ? rowsFirst(data, shape, header.type().bytes()) : data);
    } catch (NoSuchFileException e) {
      throw new InputException(path + " does not exist", e);
    }
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
