package dev.rote.data;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * How a camera was held: tag 0x0112 of EXIF (CIPA DC-008, 4.6.4), from 1 to 8, in the APP1 segment
 * of a JPEG, the eXIf chunk of a PNG, the EXIF chunk of a WebP or the first directory of a TIFF
 * file. A missing or malformed tag counts as 1, upright: pixels that can be read matter more than
 * what is said about them.
 */
final class Orientation {
  private static final int UPRIGHT = 1;

  private Orientation() {}

  private static final int TAG = 0x0112;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  /** Returns the orientation that an image file states, 1 to 8. */
  static int of(byte[] file) {
    try {
      int orientation =
          ImageFormat.of(file)
              .flatMap(format -> exif(ByteBuffer.wrap(file), format))
              .map(Orientation::tag)
              .orElse(UPRIGHT);
      return orientation >= 1 && orientation <= 8 ? orientation : UPRIGHT;
    } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
      return UPRIGHT;
    }
  }

  /** The TIFF structure that holds the tags. */
  private static Optional<ByteBuffer> exif(ByteBuffer file, ImageFormat format) {
    return switch (format) {
      case TIFF, BIG_ENDIAN_TIFF -> Optional.of(file);
      case JPEG -> inJpeg(file);
      case PNG -> inChunks(file, 8, 0x65584966, 4, 4, 0); // length, type, data, checksum
      case WEBP -> inChunks(file.order(ByteOrder.LITTLE_ENDIAN), 12, 0x46495845, 0, 0, 1);
      case BMP, GIF -> Optional.empty();
    };
  }

  private static Optional<ByteBuffer> inJpeg(ByteBuffer file) {
    int at = 2;
    while (file.get(at) == (byte) 0xff) {
      int marker = file.get(at + 1) & 0xff;
      int length = file.getShort(at + 2) & 0xffff;
      if (marker == 0xda || length < 2) { // start of scan, or damage
        return Optional.empty();
      }
      if (marker == 0xe1 && length >= 8 && file.getInt(at + 4) == 0x45786966) { // Exif
        return Optional.of(file.slice(at + 10, length - 8));
      }
      at += 2 + length;
    }
    return Optional.empty();
  }

  /**
   * Finds a chunk.
   *
   * @param typeAt position of a chunk's type, relative to the chunk, whose length takes the other
   *     of its first two words
   * @param trailer bytes after a chunk's data
   * @param padding 1 where data of odd length is followed by a byte
   */
  private static Optional<ByteBuffer> inChunks(
      ByteBuffer file, int start, int type, int typeAt, int trailer, int padding) {
    int at = start;
    while (at + 8 <= file.limit()) {
      int length = file.getInt(at + 4 - typeAt);
      if (length < 0 || length > file.limit() - at - 8) {
        return Optional.empty();
      }
      if (file.getInt(at + typeAt) == type) {
        ByteBuffer data = file.slice(at + 8, length);
        // some writers put a JPEG's prefix before it
        boolean prefixed = length > 6 && data.getInt(0) == 0x45786966;
        return Optional.of(prefixed ? data.slice(6, length - 6) : data);
      }
      at += 8 + length + trailer + (length & padding);
    }
    return Optional.empty();
  }

  /** From a TIFF header and its first directory; 0 where there is none. */
  private static int tag(ByteBuffer tiff) {
    tiff.order(ByteOrder.BIG_ENDIAN);
    int order = tiff.getShort(0);
    tiff.order(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    if ((order != 0x4949 && order != 0x4d4d) || tiff.getShort(2) != 42 || directory < 8) {
      return 0;
    }
    int entries = Short.toUnsignedInt(tiff.getShort(directory));
    for (int at = directory + 2; at < directory + 2 + 12 * entries; at += 12) {
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

  /** Returns whether width and height change places. */
  static boolean turnsSides(int orientation) {
    return orientation >= 5;
  }

  /**
   * Returns the plane as it is meant to be seen.
   *
   * @param plane its values as they are stored, row by row
   * @param height of the plane as it is seen
   * @param width of the plane as it is seen
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
}
