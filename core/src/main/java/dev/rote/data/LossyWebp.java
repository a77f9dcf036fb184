package dev.rote.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Frames of lossy WebP, whose decoder makes room for the size that a frame states, not for that of
 * the file's header, before it reads any data.
 */
final class LossyWebp {
  /** "VP8 " and "ANMF" as little-endian numbers. */
  private static final int LOSSY = 0x20385056;

  private static final int ANIMATED = 0x464d4e41;

  private static final int ANIMATED_HEADER = 16;
  private static final int FRAME_HEADER = 10;

  /**
   * The fewest bits in which a block of 16 x 16 pixels can be coded: 3.4 for the modes of
   * prediction, whose probabilities are fixed (RFC 6386, sections 11.2 to 11.4), rounded down.
   */
  private static final int BLOCK_BITS = 3;

  private LossyWebp() {}

  /**
   * Checks that every lossy frame has data for the size that it states.
   *
   * @param file a WebP file
   * @param pixels most pixels of a frame
   * @throws UnreadableImageException if a frame is larger than that, or than its data
   */
  static void requireData(byte[] file, long pixels) throws UnreadableImageException {
    ByteBuffer chunks = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(12);
    while (chunks.remaining() >= 8) {
      int name = chunks.getInt();
      long length = Math.min(chunks.getInt() & 0xffff_ffffL, chunks.remaining());
      int start = chunks.position();
      if (name == LOSSY && length >= FRAME_HEADER) {
        long width = chunks.getShort(start + 6) & 0x3fff;
        long height = chunks.getShort(start + 8) & 0x3fff;
        long blocks = ((width + 15) / 16) * ((height + 15) / 16);
        if (width * height > pixels) {
          throw new UnreadableImageException(
              "has a frame of %,d x %,d pixels; up to %,d are read"
                  .formatted(width, height, pixels));
        }
        if (blocks * BLOCK_BITS > length * 8) {
          throw new UnreadableImageException(
              "is truncated: %,d bytes cannot hold %,d x %,d pixels"
                  .formatted(length, width, height));
        }
      }
      // the chunks of an animation's frame are inside its own
      long read = name == ANIMATED ? Math.min(length, ANIMATED_HEADER) : length + (length & 1);
      chunks.position((int) Math.min(start + read, chunks.limit()));
    }
  }
}
