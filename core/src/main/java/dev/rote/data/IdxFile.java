package dev.rote.data;

import dev.rote.text.InputException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One IDX file of unsigned bytes, gzipped or not: {@code 00 00 08 D}, D sizes as big-endian 32-bit
 * numbers, then the bytes.
 *
 * @param sizes the D sizes
 * @param data their product of bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record IdxFile(int[] sizes, byte[] data) {
  /** Reads a file that must have {@code dimensions} sizes. */
  static IdxFile read(Path path, int dimensions) {
    try (InputStream in = open(path)) {
      byte[] magic = in.readNBytes(4);
      if (magic.length < 4) {
        throw new InputException(path + " is truncated: it ends within its first four bytes");
      }
      int wanted = 0x0800 | dimensions;
      int found = ByteBuffer.wrap(magic).getInt();
      if (found != wanted) {
        throw new InputException(
            "%s is no IDX file of bytes with %d dimensions: it begins with 0x%08x, not 0x%08x"
                .formatted(path, dimensions, found, wanted));
      }
      byte[] header = in.readNBytes(4 * dimensions);
      if (header.length < 4 * dimensions) {
        throw new InputException(path + " is truncated: it ends within its header");
      }
      int[] sizes = new int[dimensions];
      ByteBuffer.wrap(header).asIntBuffer().get(sizes);
      long bytes = 1;
      for (int size : sizes) {
        bytes = size < 0 || bytes > Integer.MAX_VALUE ? Long.MAX_VALUE : bytes * size;
      }
      if (bytes > Integer.MAX_VALUE - 8) {
        throw new InputException(path + " is corrupt: its header tells of more than 2 GiB of data");
      }
      byte[] data = in.readNBytes((int) bytes);
      if (data.length < bytes) {
        throw new InputException(
            "%s is truncated: its header tells of %d bytes, %d are there"
                .formatted(path, bytes, data.length));
      }
      if (in.read() >= 0) {
        throw new InputException(
            "%s is corrupt: more than the %d bytes that its header tells of"
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

  /** The content of a file, unzipped where it is gzipped, whatever its name says. */
  private static InputStream open(Path path) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
    in.mark(2);
    boolean gzipped = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzipped ? new BufferedInputStream(new GZIPInputStream(in), 1 << 16) : in;
  }
}
