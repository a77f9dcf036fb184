package dev.rote.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTensorsTest {
  @TempDir Path directory;

  private static final float[] WEIGHTS = {1, -2.5f, 0, 4, 5, 6};

  private Path written() throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put("stem.weight", TensorData.of(WEIGHTS, 2, 3));
    tensors.put("stem.count", TensorData.of(new long[] {-7}));
    tensors.put(
        "mask", new TensorData(TensorData.Type.U8, new long[] {3}, ByteBuffer.wrap(new byte[3])));
    tensors.put("nothing", TensorData.of(new float[0], 0, 4));
    Path path = directory.resolve("weights.safetensors");
    new SafeTensors(tensors, Map.of("network", "small-cnn")).write(path);
    return path;
  }

  private Path file(String header, int dataBytes) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer =
        ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(text.length).put(text);
    return Files.write(directory.resolve("made.safetensors"), buffer.array());
  }

  @Test
  void writesTheBytesOfTheFormat() throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(written())).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) bytes.getLong(0);
    assertThat(length % 8).isZero();
    String header = new String(bytes.array(), 8, length, StandardCharsets.UTF_8);
    assertThat(header.strip())
        .isEqualTo(
            "{\"__metadata__\":{\"network\":\"small-cnn\"},"
                + "\"stem.count\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
                + "\"stem.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[8,32]},"
                + "\"nothing\":{\"dtype\":\"F32\",\"shape\":[0,4],\"data_offsets\":[32,32]},"
                + "\"mask\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[32,35]}}");
    assertThat(bytes.limit()).isEqualTo(8 + length + 35);
    assertThat(bytes.getLong(8 + length)).isEqualTo(-7);
    assertThat(bytes.getFloat(8 + length + 12)).isEqualTo(-2.5f);
  }

  @Test
  void readsBackWhatItWrote() throws IOException {
    SafeTensors read = SafeTensors.read(written());
    assertThat(read.metadata()).containsExactly(Map.entry("network", "small-cnn"));
    assertThat(read.tensors()).containsOnlyKeys("stem.weight", "stem.count", "mask", "nothing");
    assertThat(read.tensors().get("stem.weight").toFloats()).containsExactly(WEIGHTS);
    assertThat(read.tensors().get("stem.weight").shape()).containsExactly(2, 3);
    assertThat(read.tensors().get("stem.count").toLongs()).containsExactly(-7);
    assertThat(read.tensors().get("nothing").shape()).containsExactly(0, 4);
  }

  @Test
  void readsAFileMadeByHand() throws IOException {
    SafeTensors read =
        SafeTensors.read(
            file(
                "{\"b\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[4,6]},"
                    + "\"a\":{\"shape\":[4],\"dtype\":\"BOOL\",\"data_offsets\":[0,4]}}  ",
                6));
    assertThat(read.tensors()).containsOnlyKeys("a", "b");
    assertThat(read.metadata()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"a\":",
        "{\"a\":3}",
        "{\"a\":{\"dtype\":\"F9\",\"shape\":[4],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[1,4]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[-4],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,0]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4.5],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
            + "\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}",
        "{\"__metadata__\":{\"a\":1},\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}"
      })
  void refusesACorruptHeader(String header) throws IOException {
    Path path = file(header, 4);
    assertRefused(path);
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    byte[] bytes = Files.readAllBytes(written());
    Path path = directory.resolve("cut.safetensors");
    for (int length = 0; length < bytes.length; length++) {
      Files.write(path, Arrays.copyOf(bytes, length));
      assertRefused(path);
    }
  }

  @Test
  void refusesAbsurdHeaderLengthsAndMissingFiles() throws IOException {
    Path path = directory.resolve("absurd.safetensors");
    Files.write(path, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, '{', '}'});
    assertRefused(path);
    assertThatThrownBy(() -> SafeTensors.read(directory.resolve("absent")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("does not exist");
  }

  private static void assertRefused(Path path) {
    assertThatThrownBy(() -> SafeTensors.read(path))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not an intact safetensors file")
        .hasMessageNotContaining("\n");
  }
}
