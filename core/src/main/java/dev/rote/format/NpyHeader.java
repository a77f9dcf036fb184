package dev.rote.format;

import dev.rote.text.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The header of an NPY file: magic, version, header length, then a Python dictionary as text.
 *
 * @param element type and byte order of the elements
 * @param shape extent of each dimension; empty for a single value
 * @param columnsFirst whether the first index varies fastest (Fortran order), not the last
 * @param offset position of the first element, in bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NpyHeader(NpyElement element, long[] shape, boolean columnsFirst, int offset) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT = 64;
  private static final int LONGEST = 1 << 20;
  private static final Pattern DESCRIPTION = Pattern.compile("'descr'\\s*:\\s*[ub]?'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9L,\\s]*)\\)");

  /** Returns the header's bytes, padded to a multiple of 64 and to at least {@code length}. */
  static ByteBuffer bytes(NpyType type, long[] shape, int length) {
    return bytes(type.description(), shape, length);
  }

  /** Returns the bytes of a header with NumPy's description of a type. */
  static ByteBuffer bytes(String description, long[] shape, int length) {
    String extents =
        Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(", "));
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s%s), }"
            .formatted(description, extents, shape.length == 1 ? "," : "");
    int used = MAGIC.length + 4 + text.length() + 1;
    int total = Math.max(length, (used + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    ByteBuffer buffer = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
    buffer.put(MAGIC).put((byte) 1).put((byte) 0);
    buffer.putShort((short) (total - MAGIC.length - 4));
    buffer.put(text.getBytes(StandardCharsets.US_ASCII));
    while (buffer.position() < total - 1) {
      buffer.put((byte) ' ');
    }
    return buffer.put((byte) '\n').flip();
  }

  /** Reads the header at the start of {@code channel}; {@code source} is for messages. */
  static NpyHeader read(FileChannel channel, Object source) throws IOException {
    channel.position(0);
    return read(Channels.newInputStream(channel), source);
  }

  /** Reads a header, and nothing behind it; {@code source} is for messages. */
  static NpyHeader read(InputStream in, Object source) throws IOException {
    ByteBuffer start = next(in, 8, source);
    if (!startsOne(start.array())) {
      throw new InputException(source + " is not an NPY file: it does not start with \\x93NUMPY");
    }
    int version = start.get(MAGIC.length);
    if (version < 1 || version > 3) {
      throw new InputException(
          "%s has NPY version %d, supported are 1 to 3".formatted(source, version));
    }
    int lengthBytes = version == 1 ? 2 : 4;
    ByteBuffer lengthField = next(in, lengthBytes, source);
    long length =
        version == 1
            ? Short.toUnsignedLong(lengthField.getShort())
            : Integer.toUnsignedLong(lengthField.getInt());
    if (length > LONGEST) {
      throw new InputException(
          "%s is corrupt: its NPY header claims %d bytes".formatted(source, length));
    }
    ByteBuffer text = next(in, (int) length, source);
    return parse(
        StandardCharsets.UTF_8.decode(text).toString(), 8 + lengthBytes + (int) length, source);
  }

  /** Returns whether a file that begins with these bytes is an NPY file. */
  static boolean startsOne(byte[] start) {
    return start.length >= MAGIC.length && Arrays.equals(Arrays.copyOf(start, MAGIC.length), MAGIC);
  }

  private static NpyHeader parse(String text, int offset, Object source) {
    Matcher description = DESCRIPTION.matcher(text);
    Matcher order = ORDER.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!description.find()) {
      throw new InputException(
          source + " holds no plain array: save one dtype, not a structured array");
    }
    if (!order.find() || !shape.find()) {
      throw new InputException(source + " is corrupt: its NPY header cannot be read");
    }
    NpyElement element = NpyElement.of(description.group(1), source);
    try {
      // Python 2 wrote long extents, as in (10L, 3L)
      long[] extents =
          Arrays.stream(shape.group(1).split(","))
              .map(extent -> extent.strip().replaceFirst("L$", ""))
              .filter(extent -> !extent.isEmpty())
              .mapToLong(Long::parseLong)
              .toArray();
      if (Arrays.stream(extents).anyMatch(extent -> extent > Integer.MAX_VALUE)) {
        throw new InputException(
            "%s has shape (%s): extents above %d are not supported"
                .formatted(source, shape.group(1), Integer.MAX_VALUE));
      }
      NpyHeader header = new NpyHeader(element, extents, order.group(1).equals("True"), offset);
      var unused = header.dataBytes();
      return header;
    } catch (NumberFormatException | ArithmeticException e) {
      throw new InputException(
          "%s is corrupt: its shape is (%s)".formatted(source, shape.group(1)), e);
    }
  }

  /** Returns whether the array has the layout that {@link #bytes} writes for a type. */
  boolean isPlain(NpyType type) {
    return element.number().equals(Optional.of(type)) && !element.bigEndian() && !columnsFirst;
  }

  long dataBytes() {
    long elements = 1;
    for (long extent : shape) {
      elements = Math.multiplyExact(elements, extent);
    }
    return Math.multiplyExact(elements, (long) element.bytes());
  }

  private static ByteBuffer next(InputStream in, int length, Object source) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new InputException(source + " is truncated: it ends within its NPY header");
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Fills {@code buffer} from {@code position} on; fewer bytes only at the end of the file. */
  static int readFully(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
    int total = 0;
    while (buffer.hasRemaining()) {
      int count = channel.read(buffer, position + total);
      if (count < 0) {
        break;
      }
      total += count;
    }
    return total;
  }

  static void writeFully(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      at += channel.write(buffer, at);
    }
  }
}
