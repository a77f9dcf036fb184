package dev.rote.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Scalars for TensorBoard: one event file in a directory.
 *
 * <p>A record is: length (8 bytes), masked CRC-32C of the length (4), an {@code Event} message in
 * protobuf's encoding, masked CRC-32C of the message (4), all little-endian. The mask is {@code
 * rotateRight(crc, 15) + 0xa282ead8}. Of the message, {@code wall_time} (field 1), {@code step}
 * (2), {@code file_version} (3, first record only) and {@code summary} (5) with {@code tag} and
 * {@code simple_value} are used.
 *
 * <p>A run that is resumed continues in the file it had: events behind the last step to keep, and a
 * torn record at the end, are cut off first.
 */
public final class TensorBoardEvents implements AutoCloseable {
  private static final String PREFIX = "events.out.tfevents.";
  private static final String SUFFIX = ".rote";

  /** Far above what {@link #append} writes. */
  private static final int LONGEST_RECORD = 1 << 20;

  private static final int WIRE_VARINT = 0;
  private static final int WIRE_FIXED64 = 1;
  private static final int WIRE_BYTES = 2;
  private static final int WIRE_FIXED32 = 5;

  private final FileChannel channel;
  private final long lastStep;

  private TensorBoardEvents(FileChannel channel, long lastStep) {
    this.channel = channel;
    this.lastStep = lastStep;
  }

  /** Returns the last step that was there when the file was opened; 0 if there was none. */
  public long lastStep() {
    return lastStep;
  }

  /** Brings what was written to the disk. */
  public void sync() throws IOException {
    channel.force(true);
  }

  /**
   * Opens the directory's event file, or makes {@code events.out.tfevents.SECONDS.rote} there,
   * which begins with the settings of the run for TensorBoard's page HPARAMS.
   *
   * @param directory an existing directory
   * @param lastStep events of later steps are removed; 0 keeps none
   * @param settings the run's settings by name: numbers and texts
   * @throws IOException where it cannot be written
   */
  public static TensorBoardEvents open(Path directory, long lastStep, Map<String, ?> settings)
      throws IOException {
    Optional<Path> existing;
    try (Stream<Path> files = Files.list(directory)) {
      existing =
          files.filter(file -> isEventFile(file.getFileName().toString())).sorted().findFirst();
    }
    double now = System.currentTimeMillis() / 1000.0;
    Path path =
        existing.orElseGet(
            () -> directory.resolve(PREFIX + "%010d".formatted((long) now) + SUFFIX));
    FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    try {
      Kept kept = lastStep > 0 ? kept(channel, lastStep) : new Kept(0, 0);
      channel.truncate(kept.bytes).position(kept.bytes);
      TensorBoardEvents events = new TensorBoardEvents(channel, kept.lastStep);
      if (kept.bytes == 0) {
        Message version = new Message();
        version.fixed64(1, Double.doubleToRawLongBits(now));
        version.text(3, "brain.Event:2");
        events.write(version);
        events.write(settings(now, settings));
      }
      return events;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Returns the settings in the form of the plug-in hparams: a start of a session, without a
   * scalar.
   */
  private static Message settings(double now, Map<String, ?> settings) {
    Message start = new Message();
    for (Map.Entry<String, ?> setting : settings.entrySet()) {
      Message value = new Message();
      if (setting.getValue() instanceof Number number) {
        value.fixed64(2, Double.doubleToRawLongBits(number.doubleValue()));
      } else {
        value.text(3, setting.getValue().toString());
      }
      Message entry = new Message();
      entry.text(1, setting.getKey());
      entry.message(2, value);
      start.message(1, entry);
    }
    start.fixed64(5, Double.doubleToRawLongBits(now));
    Message content = new Message();
    content.message(3, start);
    Message plugin = new Message();
    plugin.text(1, "hparams");
    plugin.message(2, content);
    Message metadata = new Message();
    metadata.message(1, plugin);
    Message value = new Message();
    value.text(1, "_hparams_/session_start_info");
    value.message(9, metadata);
    Message summary = new Message();
    summary.message(1, value);
    Message event = new Message();
    event.fixed64(1, Double.doubleToRawLongBits(now));
    event.message(5, summary);
    return event;
  }

  private static boolean isEventFile(String name) {
    return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
  }

  /**
   * Appends one event with the scalars of a step. NaN, which stands for a value that does not
   * exist, is left out.
   *
   * @param step the epoch, from 1
   * @param wallTime seconds since 1970
   * @param scalars values by tag, such as {@code train/j1}
   */
  public void append(long step, double wallTime, Map<String, Double> scalars) throws IOException {
    Message summary = new Message();
    for (Map.Entry<String, Double> scalar : scalars.entrySet()) {
      if (!scalar.getValue().isNaN()) {
        Message value = new Message();
        value.text(1, scalar.getKey());
        value.fixed32(2, Float.floatToRawIntBits(scalar.getValue().floatValue()));
        summary.message(1, value);
      }
    }
    Message event = new Message();
    event.fixed64(1, Double.doubleToRawLongBits(wallTime));
    event.varint(2, step);
    event.message(5, summary);
    write(event);
  }

  private void write(Message message) throws IOException {
    byte[] payload = message.toByteArray();
    ByteBuffer record = ByteBuffer.allocate(payload.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(payload.length);
    record.putInt(maskedChecksum(record.array(), 0, 8));
    record.put(payload).putInt(maskedChecksum(payload, 0, payload.length)).flip();
    while (record.hasRemaining()) {
      channel.write(record);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  static int maskedChecksum(byte[] bytes, int offset, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, offset, length);
    return Integer.rotateRight((int) checksum.getValue(), 15) + 0xa282ead8;
  }

  private record Kept(long bytes, long lastStep) {}

  /**
   * Returns what comes before the first record that is torn, damaged or of a step after the last.
   */
  private static Kept kept(FileChannel channel, long lastStep) throws IOException {
    long position = 0;
    long reached = 0;
    while (true) {
      ByteBuffer head = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
      if (NpyHeader.readFully(channel, head, position) < 12) {
        return new Kept(position, reached);
      }
      long length = head.getLong(0);
      if (head.getInt(8) != maskedChecksum(head.array(), 0, 8)
          || length < 0
          || length > channel.size() - position - 16
          || length > LONGEST_RECORD) {
        return new Kept(position, reached);
      }
      int end = (int) length;
      ByteBuffer body = ByteBuffer.allocate(end + 4).order(ByteOrder.LITTLE_ENDIAN);
      NpyHeader.readFully(channel, body, position + 12);
      if (body.getInt(end) != maskedChecksum(body.array(), 0, end)) {
        return new Kept(position, reached);
      }
      long step = step(body.flip().limit(end));
      if (step > lastStep) {
        return new Kept(position, reached);
      }
      reached = Math.max(reached, step);
      position += length + 16;
    }
  }

  /** Returns the field {@code step} of an {@code Event}, 0 where it is left out. */
  private static long step(ByteBuffer event) {
    while (event.hasRemaining()) {
      long key = readVarint(event);
      switch ((int) key & 7) {
        case WIRE_VARINT -> {
          long value = readVarint(event);
          if (key >>> 3 == 2) {
            return value;
          }
        }
        case WIRE_FIXED64 -> event.position(event.position() + 8);
        case WIRE_BYTES -> {
          int length = (int) readVarint(event);
          event.position(event.position() + length);
        }
        case WIRE_FIXED32 -> event.position(event.position() + 4);
        default -> throw new IllegalStateException("not a protobuf field: " + key);
      }
    }
    return 0;
  }

  private static long readVarint(ByteBuffer from) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = from.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        break;
      }
    }
    return value;
  }

  /** A protobuf message being written, field by field. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void varint(int field, long value) {
      writeVarint((long) field << 3 | WIRE_VARINT);
      writeVarint(value);
    }

    void fixed64(int field, long bits) {
      writeVarint((long) field << 3 | WIRE_FIXED64);
      writeLittleEndian(bits, 8);
    }

    void fixed32(int field, int bits) {
      writeVarint((long) field << 3 | WIRE_FIXED32);
      writeLittleEndian(bits, 4);
    }

    void text(int field, String value) {
      bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    void message(int field, Message value) {
      bytes(field, value.toByteArray());
    }

    private void bytes(int field, byte[] value) {
      writeVarint((long) field << 3 | WIRE_BYTES);
      writeVarint(value.length);
      out.writeBytes(value);
    }

    byte[] toByteArray() {
      return out.toByteArray();
    }

    private void writeVarint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        out.write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }

    private void writeLittleEndian(long bits, int count) {
      for (int i = 0; i < count; i++) {
        out.write((int) (bits >>> (8 * i)));
      }
    }
  }
}
