package dev.rote.data;

import dev.rote.text.InputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.ZipException;

/**
 * One IDX file of unsigned bytes or of integers, gzipped or not: {@code 00 00 08 D} or {@code 00 00
 * 0c D}, D sizes as big-endian 32-bit numbers, then the data.
 *
 * @param sizes the D sizes
 * @param data their product of elements
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record IdxFile(int[] sizes, byte[] data) {
  private static final int BYTES = 0x08;
  private static final int INTEGERS = 0x0c;

  /** Reads a file of bytes that must have {@code dimensions} sizes. */
  static IdxFile read(Path path, int dimensions) {
    return read(path, dimensions, BYTES, 1);
  }

  /** Reads a file of big-endian 32-bit integers; four bytes of the data are one of them. */
  static IdxFile readIntegers(Path path, int dimensions) {
    return read(path, dimensions, INTEGERS, 4);
  }

  private static IdxFile read(Path path, int dimensions, int type, int bytesEach) {
    try (InputStream in = Gzip.open(path)) {
      byte[] magic = in.readNBytes(4);
      if (magic.length < 4) {
        throw new InputException(path + " is truncated: it ends within its first four bytes");
      }
      int wanted = type << 8 | dimensions;
      int found = ByteBuffer.wrap(magic).getInt();
      if (found != wanted) {
        throw new InputException(
            "%s is not an IDX file of %s with %d dimensions: it begins with 0x%08x, not 0x%08x"
                .formatted(path, type == BYTES ? "bytes" : "integers", dimensions, found, wanted));
      }
      byte[] header = in.readNBytes(4 * dimensions);
      if (header.length < 4 * dimensions) {
        throw new InputException(path + " is truncated: it ends within its header");
      }
      int[] sizes = new int[dimensions];
      ByteBuffer.wrap(header).asIntBuffer().get(sizes);
      long bytes = bytesEach;
      for (int size : sizes) {
        bytes = size < 0 || bytes > Integer.MAX_VALUE ? Long.MAX_VALUE : bytes * size;
      }
      if (bytes > Integer.MAX_VALUE - 8) {
        throw new InputException(
            path + " is corrupt: its header announces more than 2 GiB of data");
      }
      byte[] data = in.readNBytes((int) bytes);
      if (data.length < bytes) {
        throw new InputException(
            "%s is truncated: its header announces %d bytes, but the file has %d"
                .formatted(path, bytes, data.length));
      }
      if (in.read() >= 0) {
        throw new InputException(
            "%s is corrupt: more than the %d bytes that its header announces"
                .formatted(path, bytes));
      }
      return new IdxFile(sizes, data);
    } catch (EOFException e) {
      throw new InputException(path + " is truncated: its gzip stream ends early", e);
    } catch (ZipException e) {
      throw new InputException(path + " is corrupt: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new InputException("cannot read " + path + ": " + e, e);
    }
  }
}
