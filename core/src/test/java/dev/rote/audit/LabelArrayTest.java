package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.format.Npy;
import dev.rote.text.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelArrayTest {
  private static final List<String> NAMES = List.of("cat", "dog");

  @TempDir Path directory;

  /** An array as NumPy writes it, made without the product. */
  private static byte[] npy(String description, String shape, byte[]... elements)
      throws IOException {
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(description, shape);
    // NumPy pads to a multiple of 64.
    header += " ".repeat((64 - (10 + header.length() + 1) % 64) % 64) + "\n";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.write(header.length() & 0xff);
    out.write(header.length() >> 8);
    out.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
    for (byte[] element : elements) {
      out.writeBytes(element);
    }
    return out.toByteArray();
  }

  /** 0 or 1 as an element of a type. */
  private static byte[] element(String description, int one) {
    int bytes = description.charAt(2) - '0';
    ByteBuffer value = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    switch (description.substring(1)) {
      case "f2" -> value.putShort(0, (short) (one * 0x3c00));
      case "f4" -> value.putFloat(0, one);
      case "f8" -> value.putDouble(0, one);
      default -> value.putLong(0, one);
    }
    byte[] element = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      element[i] = value.get(description.startsWith(">") ? bytes - 1 - i : i);
    }
    return element;
  }

  /** Relabels sample 0 as the second class, and drops sample 2. */
  private Path corrected(byte[] before, String zero, String one, List<String> classes)
      throws IOException {
    Path labels = Files.write(directory.resolve("y.npy"), before);
    Path decisions =
        Files.writeString(
            directory.resolve("decisions.csv"),
            "id,path,observed,decision,label\n0,,%s,relabel,%s\n2,,%s,drop,\n"
                .formatted(zero, one, one));
    Correction correction =
        Correction.of(Decisions.read(decisions), labels, List.of(), Optional.empty(), classes);
    assertThat(correction.applied()).isEqualTo(new Correction.Applied(0, 1, 1, 2, 0));
    assertThat(correction.leftOut()).containsExactly(2L);
    Path out = directory.resolve("out.npy");
    correction.writeManifest(out);
    return out;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "|b1", "|i1", "|u1", "<i2", ">i2", "<u2", "<i4", ">u4", "<i8", ">i8", "<u8", "<f2", ">f2",
        "<f4", "<f8", ">f8"
      })
  void numbersKeepTheirTypeAndByteOrder(String description) throws IOException {
    byte[] zero = element(description, 0);
    byte[] one = element(description, 1);
    byte[] before = npy(description, "(4,)", zero, zero, one, one);
    byte[] after = npy(description, "(3,)", one, zero, one);
    assertThat(corrected(before, "0", "1", List.of("0", "1"))).hasBinaryContent(after);
    assertThat(corrected(before, "cat", "dog", NAMES))
        .as("positions among named classes")
        .hasBinaryContent(after);
    byte[] column = npy(description, "(4, 1)", zero, zero, one, one);
    assertThat(corrected(column, "0", "1", List.of()))
        .hasBinaryContent(npy(description, "(3, 1)", one, zero, one));
  }

  private static byte[] utf32(String text, int length, ByteOrder order) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * length).order(order);
    text.codePoints().forEach(bytes::putInt);
    return bytes.array();
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void textBecomesAsLongAsItMust() throws IOException {
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      String type = order == ByteOrder.LITTLE_ENDIAN ? "<U" : ">U";
      byte[] cow = utf32("cow", 3, order);
      byte[] cat = utf32("cat", 3, order);
      byte[] before = npy(type + 3, "(4,)", cow, cow, cat, cat);
      assertThat(corrected(before, "cow", "cat", List.of()))
          .hasBinaryContent(npy(type + 3, "(3,)", cat, cow, cat));

      Path labels = Files.write(directory.resolve("y.npy"), before);
      Path decisions =
          Files.writeString(
              directory.resolve("decisions.csv"),
              "id,path,observed,decision,label\n0,,cow,relabel,höschen\n");
      Path out = directory.resolve("longer.npy");
      Correction.of(
              Decisions.read(decisions),
              labels,
              List.of(),
              Optional.empty(),
              List.of("cat", "cow", "höschen"))
          .writeManifest(out);
      assertThat(out)
          .hasBinaryContent(
              npy(
                  type + 7,
                  "(4,)",
                  utf32("höschen", 7, order),
                  utf32("cow", 7, order),
                  utf32("cat", 7, order),
                  utf32("cat", 7, order)));
    }
    byte[] bytes = npy("|S3", "(4,)", latin("cow"), latin("cow"), latin("cat"), latin("cat"));
    assertThat(corrected(bytes, "cow", "cat", List.of()))
        .hasBinaryContent(npy("|S3", "(3,)", latin("cat"), latin("cow"), latin("cat")));
  }

  @Test
  void whatTheArrayCannotHoldIsRefused() throws IOException {
    Path labels = directory.resolve("y.npy");
    Files.write(labels, npy("|i1", "(2,)", new byte[] {7}, new byte[] {8}));
    Path decisions =
        Files.writeString(
            directory.resolve("decisions.csv"),
            "id,path,observed,decision,label\n0,,7,relabel,128\n");
    Correction correction =
        Correction.of(
            Decisions.read(decisions),
            labels,
            List.of(),
            Optional.empty(),
            List.of("7", "8", "128"));
    Path out = directory.resolve("out.npy");
    assertThatThrownBy(() -> correction.writeManifest(out))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds numbers of the type i1, which cannot be '128'");
    assertThatThrownBy(() -> correction.writeManifest(directory.resolve("out.csv")))
        .hasMessageEndingWith("name a file that ends in .npy");
    assertThatThrownBy(() -> correction.writeManifest(labels))
        .hasMessageContaining("nothing is changed in place");
    assertThatThrownBy(correction::samples).hasMessageContaining("has no column path");
    assertThat(out).doesNotExist();

    // 2,049 lies between two half-precision numbers, 2,048 does not.
    Path half = Files.write(directory.resolve("h.npy"), npy("<f2", "(1,)", element("<f2", 1)));
    Npy.rewriteText(half, out, List.of(Optional.of("2048")));
    assertThat(Npy.readText(out)).containsExactly("2048");
    assertThatThrownBy(() -> Npy.rewriteText(half, out, List.of(Optional.of("2049"))))
        .hasMessageContaining("cannot be '2049'");
  }
}
