package dev.rote.data;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The segments that a JPEG file has before its first scan (ITU-T T.81, annex B). */
final class JpegSegments {
  private static final int START_OF_IMAGE = 0xd8;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int START_OF_SCAN = 0xda;

  private JpegSegments() {}

  static boolean is(byte[] file) {
    return file.length >= 4
        && at(file, 0) == 0xff
        && at(file, 1) == START_OF_IMAGE
        && at(file, 2) == 0xff;
  }

  /** What the segments with a marker hold, in order; as far as the file can be followed. */
  static List<ByteBuffer> of(byte[] file, int marker) {
    List<ByteBuffer> found = new ArrayList<>();
    walk(
        file,
        (here, start, end) -> {
          if (here == marker) {
            found.add(ByteBuffer.wrap(file, start + 4, end - start - 4).slice());
          }
        });
    return found;
  }

  /** The file without the segments with a marker; any other kind of file as it is. */
  static byte[] without(byte[] file, int marker) {
    if (!is(file) || of(file, marker).isEmpty()) {
      return file;
    }
    ByteArrayOutputStream rest = new ByteArrayOutputStream(file.length);
    int[] kept = {0};
    walk(
        file,
        (here, start, end) -> {
          if (here == marker) {
            rest.write(file, kept[0], start - kept[0]);
            kept[0] = end;
          }
        });
    rest.write(file, kept[0], file.length - kept[0]);
    return rest.toByteArray();
  }

  private interface Visitor {
    /**
     * A segment.
     *
     * @param start of its marker
     * @param end of what it holds, which starts 4 bytes after {@code start}
     */
    void segment(int marker, int start, int end);
  }

  private static void walk(byte[] file, Visitor visitor) {
    int at = 2;
    while (at + 4 <= file.length && at(file, at) == 0xff) {
      int marker = at(file, at + 1);
      if (marker == 0xff) { // fill
        at++;
        continue;
      }
      if (marker == START_OF_SCAN || marker == END_OF_IMAGE) {
        break;
      }
      int length = at(file, at + 2) << 8 | at(file, at + 3);
      int end = at + 2 + length;
      if (length < 2 || end > file.length) {
        break;
      }
      visitor.segment(marker, at, end);
      at = end;
    }
  }

  private static int at(byte[] file, int index) {
    return Byte.toUnsignedInt(file[index]);
  }
}
