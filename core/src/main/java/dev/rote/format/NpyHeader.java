package dev.rote.format;

import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The header of an NPY file: magic, version, header length, then a Python dictionary as text.
 *
 * @param type element type
 * @param shape extent of each dimension; empty for a single value
 * @param columnsFirst whether the first index varies fastest (Fortran order), not the last
 * @param offset position of the first element, in bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NpyHeader(NpyType type, long[] shape, boolean columnsFirst, int offset) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT = 64;
  private static final int LONGEST = 1 << 20;
  private static final Pattern DESCRIPTION = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\s]*)\\)");

  /** The header's bytes, padded to a multiple of 64 and to at least {@code length}. */
  static ByteBuffer bytes(NpyType type, long[] shape, int length) {
    String extents =
        Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(", "));
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s%s), }"
            .formatted(type.description(), extents, shape.length == 1 ? "," : "");
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

  /** Reads the header at the start of {@code channel}; {@code path} is for messages. */
  static NpyHeader read(FileChannel channel, Path path) throws IOException {
    ByteBuffer start = readAt(channel, 0, 8, path);
    byte[] magic = new byte[MAGIC.length];
    start.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new InputException(path + " is not an NPY file: it does not start with \\x93NUMPY");
    }
    int version = start.get();
    if (version < 1 || version > 3) {
      throw new InputException(
          "%s has NPY version %d, supported are 1 to 3".formatted(path, version));
    }
    int lengthBytes = version == 1 ? 2 : 4;
    ByteBuffer lengthField = readAt(channel, 8, lengthBytes, path);
    long length =
        version == 1
            ? Short.toUnsignedLong(lengthField.getShort())
            : Integer.toUnsignedLong(lengthField.getInt());
    if (length > LONGEST) {
      throw new InputException(
          "%s is corrupt: its NPY header claims %d bytes".formatted(path, length));
    }
    ByteBuffer text = readAt(channel, 8 + lengthBytes, (int) length, path);
    return parse(
        StandardCharsets.UTF_8.decode(text).toString(), 8 + lengthBytes + (int) length, path);
  }

  private static NpyHeader parse(String text, int offset, Path path) {
    Matcher description = DESCRIPTION.matcher(text);
    Matcher order = ORDER.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!description.find()) {
      throw new InputException(
          path + " holds no plain array of numbers: save one dtype, not a structured array");
    }
    if (!order.find() || !shape.find()) {
      throw new InputException(path + " is corrupt: its NPY header cannot be read");
    }
    String name = description.group(1);
    NpyType type =
        NpyType.of(name)
            .orElseThrow(
                () ->
                    new InputException(
                        "%s has dtype '%s', supported are %s: convert it with astype"
                            .formatted(
                                path,
                                name,
                                Arrays.stream(NpyType.values())
                                    .map(NpyType::description)
                                    .collect(Collectors.joining(" ")))));
    try {
      long[] extents =
          Arrays.stream(shape.group(1).split(","))
              .map(String::strip)
              .filter(extent -> !extent.isEmpty())
              .mapToLong(Long::parseLong)
              .toArray();
      if (Arrays.stream(extents).anyMatch(extent -> extent > Integer.MAX_VALUE)) {
        throw new InputException(
            "%s has shape (%s): extents above %d are not supported"
                .formatted(path, shape.group(1), Integer.MAX_VALUE));
      }
      NpyHeader header = new NpyHeader(type, extents, order.group(1).equals("True"), offset);
      var unused = header.dataBytes();
      return header;
    } catch (NumberFormatException | ArithmeticException e) {
      throw new InputException(
          "%s is corrupt: its shape is (%s)".formatted(path, shape.group(1)), e);
    }
  }

  long dataBytes() {
    long elements = 1;
    for (long extent : shape) {
      elements = Math.multiplyExact(elements, extent);
    }
    return Math.multiplyExact(elements, type.bytes());
  }

  private static ByteBuffer readAt(FileChannel channel, long position, int length, Path path)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    if (readFully(channel, buffer, position) < length) {
      throw new InputException(
          "%s is truncated: it ends within its NPY header, at %d bytes"
              .formatted(path, channel.size()));
    }
    return buffer.flip();
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
