package dev.rote.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardEventsTest {
  private static final Map<String, ?> SETTINGS = Map.of("k", 2);

  @TempDir Path directory;

  private Path onlyFile() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      assertThat(all.get(0).getFileName().toString())
          .matches("events\\.out\\.tfevents\\.\\d{10}\\.rote");
      return all.get(0);
    }
  }

  /** CRC-32C bit by bit, from the reflected polynomial 0x82f63b78, then TensorFlow's mask. */
  private static int masked(byte[] bytes) {
    int crc = ~0;
    for (byte b : bytes) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
      }
    }
    crc = ~crc;
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }

  /** The payloads of all records, checksums checked. */
  private List<byte[]> records() throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(onlyFile()));
    file.order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> payloads = new ArrayList<>();
    while (file.hasRemaining()) {
      byte[] length = new byte[8];
      file.get(length);
      assertThat(file.getInt()).isEqualTo(masked(length));
      byte[] payload =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      file.get(payload);
      assertThat(file.getInt()).isEqualTo(masked(payload));
      payloads.add(payload);
    }
    return payloads;
  }

  @Test
  void checksumIsThatOfTheStandard() {
    // RFC 3720, B.4: the CRC-32C of 32 zero bytes is 8a9136aa.
    int expected = Integer.rotateRight(0x8a9136aa, 15) + 0xa282ead8;
    assertThat(TensorBoardEvents.maskedChecksum(new byte[32], 0, 32)).isEqualTo(expected);
    assertThat(masked(new byte[32])).isEqualTo(expected);
  }

  @Test
  void writesTheBytesOfTheFormat() throws IOException {
    Map<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("j1", 0.5);
    scalars.put("unknown", Double.NaN);
    try (TensorBoardEvents events = TensorBoardEvents.open(directory, 0, SETTINGS)) {
      events.append(300, 2.0, scalars);
    }
    List<byte[]> records = records();
    assertThat(records).hasSize(3);
    assertThat(records.get(0)).hasSize(9 + 2 + 13).startsWith(0x09);
    assertThat(new String(records.get(0), 11, 13, StandardCharsets.US_ASCII))
        .isEqualTo("brain.Event:2");
    assertThat(records.get(2))
        .containsExactly(
            0x09, 0, 0, 0, 0, 0, 0, 0, 0x40, // 1: wall_time, the double 2.0
            0x10, 0xac, 0x02, // 2: step, 300 as varint
            0x2a, 11, // 5: summary, 11 bytes
            0x0a, 9, // 1: value, 9 bytes
            0x0a, 2, 'j', '1', // 1: tag
            0x15, 0, 0, 0, 0x3f); // 2: simple_value, the float 0.5
  }

  /** Field numbers of Event, Summary, SummaryMetadata, HParamsPluginData and SessionStartInfo. */
  @Test
  void settingsAreASessionOfThePluginHparams() throws IOException {
    TensorBoardEvents.open(directory, 0, SETTINGS).close();
    ByteBuffer event = ByteBuffer.wrap(records().get(1));
    assertThat(event.get()).isEqualTo((byte) 0x09); // 1: wall_time
    byte[] time = new byte[8];
    event.get(time);
    assertThat(event.get()).isEqualTo((byte) 0x2a); // 5: summary
    assertThat(event.get()).isEqualTo((byte) (2 + 30 + 2 + 40));
    assertThat(event.get()).isEqualTo((byte) 0x0a); // 1: value
    assertThat(event.get()).isEqualTo((byte) (30 + 2 + 40));
    byte[] tag = new byte[30];
    event.get(tag);
    assertThat(new String(tag, StandardCharsets.US_ASCII))
        .isEqualTo("\n\34_hparams_/session_start_info"); // 1: tag
    byte[] rest = new byte[event.remaining()];
    event.get(rest);
    assertThat(Arrays.copyOf(rest, rest.length - 8))
        .containsExactly(
            0x4a, 40, // 9: metadata
            0x0a, 38, // 1: plugin_data
            0x0a, 7, 'h', 'p', 'a', 'r', 'a', 'm', 's', // 1: plugin_name
            0x12, 27, // 2: content
            0x1a, 25, // 3: session_start_info
            0x0a, 14, // 1: an entry of hparams
            0x0a, 1, 'k', // 1: key
            0x12, 9, // 2: value
            0x11, 0, 0, 0, 0, 0, 0, 0, 0x40, // 2: number_value, the double 2.0
            0x29); // 5: start_time_secs
    assertThat(Arrays.copyOfRange(rest, rest.length - 8, rest.length)).isEqualTo(time);
  }

  @Test
  void goesOnInTheSameFileBehindTheLastStepToKeep() throws IOException {
    try (TensorBoardEvents events = TensorBoardEvents.open(directory, 0, SETTINGS)) {
      for (int epoch = 1; epoch <= 3; epoch++) {
        events.append(epoch, epoch, Map.of("j1", epoch / 10.0));
      }
    }
    List<byte[]> before = records();
    Files.write(onlyFile(), new byte[] {9, 0, 0}, StandardOpenOption.APPEND);
    try (TensorBoardEvents events = TensorBoardEvents.open(directory, 3, SETTINGS)) {
      events.append(4, 4, Map.of("j1", 0.4));
    }
    assertThat(records()).hasSize(6).startsWith(before.toArray(byte[][]::new));
    try (TensorBoardEvents events = TensorBoardEvents.open(directory, 1, SETTINGS)) {
      events.append(2, 2, Map.of("j1", 0.2));
    }
    assertThat(records()).containsExactly(before.subList(0, 4).toArray(byte[][]::new));
    TensorBoardEvents.open(directory, 0, SETTINGS).close();
    assertThat(records()).hasSize(2);
  }

  @Test
  void cutsOffADamagedRecord() throws IOException {
    try (TensorBoardEvents events = TensorBoardEvents.open(directory, 0, SETTINGS)) {
      events.append(1, 1, Map.of("j1", 0.1));
      events.append(2, 2, Map.of("j1", 0.2));
    }
    byte[] bytes = Files.readAllBytes(onlyFile());
    bytes[bytes.length - 6] ^= 1;
    Files.write(onlyFile(), bytes);
    TensorBoardEvents.open(directory, 2, SETTINGS).close();
    assertThat(records()).hasSize(3);
  }
}
