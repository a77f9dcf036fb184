package dev.rote.format;

import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The predicted class of every training sample after every epoch: an NPY array {@code [epochs,N]},
 * uint8 for up to 256 classes, uint16 for up to 65,536, that grows by one row per epoch.
 *
 * <p>The header has a fixed size and is rewritten after the new row, so that NumPy reads the file
 * as the epochs that were finished, also while it grows. After a power cut the header may announce
 * a row that is not there: whoever recorded how many rows count reads those with {@link #read(Path,
 * int)}, and {@link #open} cuts the others off.
 */
public final class PredictionsFile implements AutoCloseable {
  /** Bytes before the first row, in a file that this class wrote. */
  public static final int HEADER_BYTES = 128;

  private final FileChannel channel;
  private final NpyType type;
  private final int samples;
  private final int classes;
  private int epochs;

  private PredictionsFile(FileChannel channel, NpyType type, int samples, int classes, int epochs) {
    this.channel = channel;
    this.type = type;
    this.samples = samples;
    this.classes = classes;
    this.epochs = epochs;
  }

  /**
   * Opens the file for appending behind the first {@code epochsDone} rows; later rows are cut off.
   * Without such rows to keep, it is made anew.
   *
   * @param samples N; 0 for a run that predicts no training samples
   * @param classes K, 2 to 65,536
   * @throws InputException where K is out of range, or where the file has other samples, another
   *     type or fewer rows than are to be kept
   * @throws IOException where it cannot be written
   */
  public static PredictionsFile open(Path path, int samples, int classes, int epochsDone)
      throws IOException {
    NpyType type = typeFor(classes);
    if (samples < 0 || epochsDone < 0) {
      throw new IllegalArgumentException(
          "no predictions of %d samples and %d epochs".formatted(samples, epochsDone));
    }
    if (epochsDone == 0) {
      ByteBuffer header = NpyHeader.bytes(type, new long[] {0, samples}, HEADER_BYTES);
      byte[] bytes = new byte[header.remaining()];
      header.get(bytes);
      AtomicFile.write(path, out -> out.write(bytes));
    } else if (!Files.exists(path)) {
      throw new InputException(
          "%s does not exist, but %d epochs of it are needed to resume: delete the run's directory to start it anew"
              .formatted(path, epochsDone));
    }
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    try {
      NpyHeader header = NpyHeader.read(channel, path);
      long rowBytes = (long) samples * type.bytes();
      if (!header.isPlain(type)
          || header.offset() != HEADER_BYTES
          || header.shape().length != 2
          || header.shape()[1] != samples
          || header.shape()[0] < epochsDone
          || channel.size() < HEADER_BYTES + epochsDone * rowBytes) {
        throw new InputException(
            "%s does not hold %d epochs of %d samples in %s: delete the run's directory to start it anew"
                .formatted(path, epochsDone, samples, type.description()));
      }
      PredictionsFile file = new PredictionsFile(channel, type, samples, classes, epochsDone);
      // Header first: a crash in between then leaves bytes too many, never too few.
      file.writeHeader();
      channel.force(true);
      channel.truncate(HEADER_BYTES + epochsDone * rowBytes);
      channel.force(true);
      return file;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Returns the rows written so far. */
  public int epochs() {
    return epochs;
  }

  /**
   * Appends the predictions of one epoch.
   *
   * @param predicted N classes, each in [0, K)
   * @throws IOException where the row cannot be written; the rows before it stay readable
   */
  public void append(int[] predicted) throws IOException {
    if (predicted.length != samples) {
      throw new IllegalArgumentException(
          "%d predictions for %d samples".formatted(predicted.length, samples));
    }
    ByteBuffer row =
        ByteBuffer.allocate(Math.multiplyExact(samples, type.bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int label : predicted) {
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException(
            "predicted class %d is outside [0, %d)".formatted(label, classes));
      }
      if (type == NpyType.UINT8) {
        row.put((byte) label);
      } else {
        row.putShort((short) label);
      }
    }
    long position = HEADER_BYTES + (long) epochs * row.capacity();
    NpyHeader.writeFully(channel, row.flip(), position);
    epochs++;
    writeHeader();
    channel.force(true);
  }

  private void writeHeader() throws IOException {
    NpyHeader.writeFully(
        channel, NpyHeader.bytes(type, new long[] {epochs, samples}, HEADER_BYTES), 0);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static NpyType typeFor(int classes) {
    if (classes < 2 || classes > 65_536) {
      throw new InputException(
          "%d classes are outside [2, 65536], which is what predictions.npy can hold"
              .formatted(classes));
    }
    return classes <= 256 ? NpyType.UINT8 : NpyType.UINT16;
  }

  /**
   * Opens the file for reading, also while another process appends to it. Reads the epochs that its
   * header announces at this moment.
   *
   * @throws InputException if the file is missing, truncated or holds something else
   */
  public static Reader read(Path path) throws IOException {
    return read(path, Integer.MAX_VALUE);
  }

  /**
   * Opens the file for reading its first {@code epochs} rows, or all if it has fewer. What a crash
   * left behind these rows does not matter.
   *
   * @throws InputException if the file is missing, truncated or holds something else
   */
  public static Reader read(Path path, int epochs) throws IOException {
    if (!Files.exists(path)) {
      throw new InputException(path + " does not exist");
    }
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      NpyHeader header = NpyHeader.read(channel, path);
      if ((!header.isPlain(NpyType.UINT8) && !header.isPlain(NpyType.UINT16))
          || header.shape().length != 2) {
        throw new InputException(
            path + " does not hold predictions: expected uint8 or uint16 [epochs,N]");
      }
      Reader reader = new Reader(path, channel, header, epochs);
      if (channel.size() < reader.bytes()) {
        throw new InputException(
            "%s is truncated: %d epochs of %d samples are announced, but it ends at %d bytes"
                .formatted(path, header.shape()[0], header.shape()[1], channel.size()));
      }
      return reader;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Reads single epochs from the file, none of the others. */
  public static final class Reader implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final NpyHeader header;
    private final int epochs;
    private final int samples;

    private Reader(Path path, FileChannel channel, NpyHeader header, int epochs) {
      this.path = path;
      this.channel = channel;
      this.header = header;
      this.epochs = (int) Math.min(header.shape()[0], epochs);
      this.samples = Math.toIntExact(header.shape()[1]);
    }

    /** Returns the number of epochs. */
    public int epochs() {
      return epochs;
    }

    /** Returns the number of samples, N. */
    public int samples() {
      return samples;
    }

    /** Returns the number of bytes of the header and these epochs. */
    public long bytes() {
      return header.offset() + (long) epochs * samples * header.element().bytes();
    }

    /**
     * Returns the N predicted classes after {@code epoch}.
     *
     * @param epoch 1 to {@link #epochs}
     */
    public int[] epoch(int epoch) throws IOException {
      if (epoch < 1 || epoch > epochs) {
        throw new InputException("%s has epochs 1 to %d, not %d".formatted(path, epochs, epoch));
      }
      int bytes = Math.multiplyExact(samples, header.element().number().orElseThrow().bytes());
      ByteBuffer row = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
      long position = header.offset() + (epoch - 1L) * bytes;
      if (NpyHeader.readFully(channel, row, position) < bytes) {
        throw new InputException(path + " became shorter while it was read");
      }
      return new NpyArray(header.element().number().orElseThrow(), new int[] {samples}, row.flip())
          .toInts();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
