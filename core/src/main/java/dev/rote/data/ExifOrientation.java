package dev.rote.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a camera was held: tag 0x0112 of EXIF (CIPA DC-008, 4.6.4), from 1 to 8, in a JPEG's APP1
 * segment or a PNG's eXIf chunk. What is absent or malformed counts as 1, upright: pixels that can
 * be read are worth more than what is said about them.
 */
final class ExifOrientation {
  private static final int UPRIGHT = 1;
  private static final int TAG = 0x0112;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final byte[] JPEG_PREFIX = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);

  private ExifOrientation() {}

  /** 1 to 8. */
  static int of(byte[] file) {
    Optional<ByteBuffer> tiff = JpegSegments.is(file) ? inJpeg(file) : inPng(file);
    int orientation = tiff.map(ExifOrientation::orientation).orElse(UPRIGHT);
    return orientation >= 1 && orientation <= 8 ? orientation : UPRIGHT;
  }

  /** Whether what is stored as wide as high is meant to be seen as high as wide. */
  static boolean turnsSides(int orientation) {
    return orientation >= 5;
  }

  /**
   * The plane as it is meant to be seen.
   *
   * @param plane its values as they are stored, rows
   * @param height of what is seen
   * @param width of what is seen
   */
  static float[] upright(float[] plane, int height, int width, int orientation) {
    if (orientation == UPRIGHT) {
      return plane;
    }
    int row = turnsSides(orientation) ? height : width;
    float[] upright = new float[plane.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int right = width - 1 - x;
        int bottom = height - 1 - y;
        int from =
            switch (orientation) {
              case 2 -> y * row + right;
              case 3 -> bottom * row + right;
              case 4 -> bottom * row + x;
              case 5 -> x * row + y;
              case 6 -> right * row + y;
              case 7 -> right * row + bottom;
              case 8 -> x * row + bottom;
              default -> throw new IllegalArgumentException("orientation " + orientation);
            };
        upright[y * width + x] = plane[from];
      }
    }
    return upright;
  }

  private static Optional<ByteBuffer> inJpeg(byte[] file) {
    return JpegSegments.of(file, 0xe1).stream()
        .filter(data -> startsWith(data, JPEG_PREFIX))
        .map(data -> data.slice(JPEG_PREFIX.length, data.remaining() - JPEG_PREFIX.length))
        .findFirst();
  }

  private static Optional<ByteBuffer> inPng(byte[] file) {
    ByteBuffer png = ByteBuffer.wrap(file);
    if (file.length < 8 || png.getLong() != 0x89504e470d0a1a0aL) {
      return Optional.empty();
    }
    while (png.remaining() >= 12) {
      int length = png.getInt();
      int type = png.getInt();
      if (length < 0 || length > png.remaining() - 4) {
        return Optional.empty();
      }
      if (type == 0x65584966) { // eXIf
        return Optional.of(png.slice(png.position(), length));
      }
      png.position(png.position() + length + 4);
    }
    return Optional.empty();
  }

  /** From a TIFF header and its first directory; 0 where there is nothing to be read. */
  private static int orientation(ByteBuffer tiff) {
    if (tiff.remaining() < 8) {
      return 0;
    }
    int order = tiff.getShort(0);
    if (order != 0x4949 && order != 0x4d4d) {
      return 0;
    }
    tiff.order(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = Integer.toUnsignedLong(tiff.getInt(4));
    if (tiff.getShort(2) != 42 || directory + 2 > tiff.limit()) {
      return 0;
    }
    int entries = Short.toUnsignedInt(tiff.getShort((int) directory));
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + 12L * i;
      if (entry + 12 > tiff.limit()) {
        return 0;
      }
      int at = (int) entry;
      if (Short.toUnsignedInt(tiff.getShort(at)) == TAG) {
        return switch (tiff.getShort(at + 2)) {
          case SHORT -> Short.toUnsignedInt(tiff.getShort(at + 8));
          case LONG -> tiff.getInt(at + 8);
          default -> 0;
        };
      }
    }
    return 0;
  }

  private static boolean startsWith(ByteBuffer data, byte[] prefix) {
    if (data.remaining() < prefix.length) {
      return false;
    }
    byte[] start = new byte[prefix.length];
    data.get(data.position(), start);
    return Arrays.equals(start, prefix);
  }
}
