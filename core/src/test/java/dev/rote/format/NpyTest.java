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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
  @TempDir Path directory;

  /** A file put together by hand from the format's description. */
  private Path file(String header, byte... data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer buffer =
        ByteBuffer.allocate(10 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    buffer.put((byte) 1).put((byte) 0).putShort((short) text.length).put(text).put(data);
    return Files.write(directory.resolve("a.npy"), buffer.array());
  }

  private static String header(String type, String shape) {
    return "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
  }

  @Test
  void writesTheBytesOfTheFormat() throws IOException {
    Path path = directory.resolve("a.npy");
    Npy.write(path, new long[] {1, -2, 3, 4, 5, 6}, 2, 3);
    byte[] bytes = Files.readAllBytes(path);
    assertThat(Arrays.copyOf(bytes, 8)).containsExactly(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
    int length = Byte.toUnsignedInt(bytes[8]) + 256 * Byte.toUnsignedInt(bytes[9]);
    assertThat((10 + length) % 64).isZero();
    String text = new String(bytes, 10, length, StandardCharsets.US_ASCII);
    assertThat(text)
        .startsWith("{'descr': '<i8', 'fortran_order': False, 'shape': (2, 3), }")
        .endsWith(" \n");
    assertThat(Arrays.copyOfRange(bytes, 10 + length, bytes.length))
        .hasSize(48)
        .startsWith(1, 0, 0, 0, 0, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
  }

  @Test
  void oneDimensionIsATupleOfOne() throws IOException {
    Path path = directory.resolve("a.npy");
    Npy.write(path, new byte[] {7, -1});
    assertThat(Files.readString(path, StandardCharsets.ISO_8859_1))
        .contains("'descr': '|u1'")
        .contains("'shape': (2,), }")
        .endsWith("\u0007\u00ff");
  }

  @Test
  void wholeNumbersThatDoNotFitAreNamed() throws IOException {
    Path path = directory.resolve("a.npy");
    Npy.write(path, new long[] {1, 1L << 40});
    NpyArray array = Npy.read(path);
    assertThatThrownBy(array::toInts)
        .isInstanceOf(InputException.class)
        .hasMessage("value 1, 1099511627776, does not fit into 32 bits; use smaller whole numbers");
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Path path = directory.resolve("a.npy");
    Npy.write(path, new long[] {Long.MIN_VALUE, Long.MAX_VALUE});
    assertThat(Npy.read(path).toLongs()).containsExactly(Long.MIN_VALUE, Long.MAX_VALUE);
    Npy.write(path, new int[] {-1, 2}, 1, 2);
    assertThat(Npy.read(path).toInts()).containsExactly(-1, 2);
    assertThat(Npy.read(path).shape()).containsExactly(1, 2);
    Npy.write(path, new short[] {-1});
    assertThat(Npy.read(path).type()).isEqualTo(NpyType.UINT16);
    assertThat(Npy.read(path).toInts()).containsExactly(65_535);
    Npy.write(path, new byte[] {-1});
    assertThat(Npy.read(path).toInts()).containsExactly(255);
    Npy.write(path, new float[] {0.1f, Float.NaN}, 2, 1);
    assertThat(Npy.read(path).type()).isEqualTo(NpyType.FLOAT32);
    assertThat(Npy.read(path).toDoubles()).containsExactly(0.1f, Double.NaN);
    Npy.write(path, new double[] {0.1, -0.0});
    assertThat(Npy.read(path).toDoubles()).containsExactly(0.1, -0.0);
    Npy.write(path, new int[0]);
    assertThat(Npy.read(path).shape()).containsExactly(0);
  }

  @Test
  void readsHalfPrecision() {
    ByteBuffer all = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits = 0; bits < 1 << 16; bits++) {
      all.putShort((short) bits);
    }
    double[] values = new NpyArray(NpyType.FLOAT16, new int[] {1 << 16}, all.flip()).toDoubles();
    assertThat(values[0x3c00]).isEqualTo(1);
    assertThat(values[0xc000]).isEqualTo(-2);
    assertThat(values[0x3555]).isEqualTo(0.333251953125);
    assertThat(values[0x0001]).isEqualTo(Math.pow(2, -24));
    assertThat(values[0x7bff]).isEqualTo(65504);
    assertThat(values[0xfc00]).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(values[0x7e00]).isNaN();
    for (int bits = 0; bits < 1 << 16; bits++) {
      if ((bits & 0x7c00) != 0x7c00) {
        // The same fields in a float stand for 2^-112 of it.
        float size = Float.intBitsToFloat((bits & 0x7fff) << 13) * 0x1p112f;
        assertThat(values[bits]).isEqualTo(bits < 1 << 15 ? size : -size);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "|b1, 2, 1",
    "|i1, -2, 1",
    "|u1, 254, 1",
    "<u1, 254, 1",
    "<i2, -2, 2",
    "<u2, 65534, 2",
    "<i4, -2, 4",
    "<u4, 4294967294, 4",
    "<i8, -2, 8",
    "<u8, -2, 8"
  })
  void readsEveryIntegerType(String type, long expected, int bytes) throws IOException {
    byte[] element = new byte[bytes];
    Arrays.fill(element, (byte) -1);
    element[0] = -2;
    long[] values = Npy.read(file(header(type, "(1,)"), element)).toLongs();
    assertThat(values).containsExactly(type.equals("|b1") ? 1 : expected);
  }

  @Test
  void readsAHeaderInAnotherOrderAndASingleValue() throws IOException {
    Path path =
        file(
            "{\"shape\": (), 'fortran_order':False}\n"
                .replace('"', '\'')
                .replace("}", ", 'descr':'<u2'}"),
            (byte) 3,
            (byte) 1);
    NpyArray array = Npy.read(path);
    assertThat(array.shape()).isEmpty();
    assertThat(array.toInts()).containsExactly(259);
  }

  @Test
  void readsFortranOrder() throws IOException {
    // numpy.asfortranarray([[1, 2, 3], [4, 5, 6]]): columns one after the other
    String matrix = "{'descr': '<u2', 'fortran_order': True, 'shape': (2, 3), }\n";
    NpyArray array = Npy.read(file(matrix, new byte[] {1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6, 0}));
    assertThat(array.shape()).containsExactly(2, 3);
    assertThat(array.toInts()).containsExactly(1, 2, 3, 4, 5, 6);
    // numpy.arange(8).reshape(2, 2, 2, order='F')
    String cube = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2, 2), }\n";
    assertThat(Npy.read(file(cube, new byte[] {0, 1, 2, 3, 4, 5, 6, 7})).toInts())
        .containsExactly(0, 4, 2, 6, 1, 5, 3, 7);
    String none = "{'descr': '|u1', 'fortran_order': True, 'shape': (0, 2), }\n";
    assertThat(Npy.read(file(none, new byte[0])).size()).isZero();
  }

  @Test
  void refusesWhatItCannotRead() throws IOException {
    assertRefused(file(header("<f16", "(1,)"), new byte[16]), "'<f16'");
    assertRefused(file(header("<c8", "(1,)"), new byte[8]), "'<c8'");
    assertRefused(file(header("|O", "(1,)"), new byte[8]), "holds Python objects");
    assertRefused(file(header("<U3", "(1,)"), new byte[12]), "holds text");
    assertRefused(
        file("{'descr': [('a', '<i8')], 'fortran_order': False, 'shape': (1,), }\n", new byte[8]),
        "structured");
    assertRefused(file(header("<i8", "(-1,)"), new byte[8]), "corrupt");
    assertRefused(file(header("<i8", "(2147483647, 2147483647, 9)"), new byte[8]), "corrupt");
    assertRefused(file(header("<i8", "(0, 9999999999)"), new byte[8]), "not supported");
    assertRefused(
        Files.writeString(directory.resolve("a.npy"), "PK\u0003\u0004 and more"),
        "cannot be read as an NPZ archive");
    assertRefused(directory.resolve("absent.npy"), "does not exist");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 8, 9, 10, 40, 127, 128, 143})
  void refusesATruncatedFile(int length) throws IOException {
    Path path = directory.resolve("a.npy");
    Npy.write(path, new long[] {1, 2});
    byte[] bytes = Files.readAllBytes(path);
    assertThat(bytes).hasSize(144);
    Files.write(path, Arrays.copyOf(bytes, length));
    assertRefused(path, "truncated");
  }

  private static void assertRefused(Path path, String message) {
    assertThatThrownBy(() -> Npy.read(path))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
