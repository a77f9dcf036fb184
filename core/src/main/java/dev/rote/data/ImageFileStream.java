package dev.rote.data;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import javax.imageio.IIOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * The bytes of an image file, as decoders read them. After some time every access throws an
 * exception, which ends a decoder that reports no progress.
 *
 * <p>A decoder that looks ahead gets zeros behind the end of the file, but cannot use them: it is
 * stopped at the first byte behind what it looks ahead. Without them TwelveMonkeys' decoder of
 * lossless WebP repeats the last bytes of a damaged file without end.
 */
final class ImageFileStream extends ImageInputStreamImpl {
  /** Accesses between two looks at the clock. */
  private static final int ACCESSES = 256;

  private final byte[] file;
  private final int lookahead;
  private final Duration most;
  private final long start = System.nanoTime();
  private int accesses;

  /**
   * Opens the content of a file.
   *
   * @param lookahead how many zeros can be read behind the end
   * @param most time from now on in which it can be read
   */
  ImageFileStream(byte[] file, int lookahead, Duration most) {
    this.file = file;
    this.lookahead = lookahead;
    this.most = most;
  }

  /** Returns why an image cannot be read that took longer than a time. */
  static String tooSlow(Duration most) {
    return "takes more than %d s to decode".formatted(most.toSeconds());
  }

  private void requireTime() throws IOException {
    if (++accesses % ACCESSES == 0 && System.nanoTime() - start > most.toNanos()) {
      throw new IIOException(tooSlow(most));
    }
  }

  @Override
  public long getStreamPosition() throws IOException {
    requireTime();
    return super.getStreamPosition();
  }

  @Override
  public int read() throws IOException {
    requireTime();
    bitOffset = 0;
    if (available() <= 0) {
      return -1;
    }
    int at = (int) streamPos++;
    return at < file.length ? file[at] & 0xff : 0;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    requireTime();
    bitOffset = 0;
    int read = (int) Math.min(length, available());
    if (read <= 0) {
      return length == 0 ? 0 : -1;
    }
    int own = (int) Math.max(0, Math.min(read, file.length - streamPos));
    System.arraycopy(file, (int) Math.min(streamPos, file.length), to, offset, own);
    Arrays.fill(to, offset + own, offset + read, (byte) 0);
    streamPos += read;
    return read;
  }

  /** Returns how many bytes are left, those that are looked ahead at included. */
  private long available() throws IOException {
    checkClosed();
    long available = (long) file.length + lookahead - streamPos;
    if (lookahead > 0 && available <= 0) {
      throw new IIOException("the image's data end too early");
    }
    return available;
  }
}
