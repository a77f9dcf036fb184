package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.format.Npy;
import dev.rote.format.NpyArray;
import dev.rote.format.NpyType;
import dev.rote.text.InputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LabelTableTest {
  private static final LabelSets SETS = new LabelSets(";", List.of("cat", "cow", "dog"));
  private static final int[] ONES = {1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1};

  /** ONES after the decisions: sample 3 is dropped. */
  private static final int[] CORRECTED = {0, 1, 1, 0, 0, 1, 0, 1, 0};

  @TempDir Path directory;
  private Path decisions;

  @BeforeEach
  void decide() throws IOException {
    decisions =
        Files.writeString(
            directory.resolve("decisions.csv"),
            "id,path,observed,decision,label\n0,,cat,relabel,not cat\n1,,not cow,relabel,cow\n"
                + "5,elsewhere.png,not dog,relabel,dog\n6,,not cat,keep,not cat\n11,,dog,drop,\n");
  }

  private Correction of(Path table) {
    return Correction.of(Decisions.read(decisions), table, List.of(), Optional.of(SETS), List.of());
  }

  private String corrected(String content) throws IOException {
    Path table = Files.writeString(directory.resolve("y.csv"), content);
    Correction correction = of(table);
    assertThat(correction.applied()).isEqualTo(new Correction.Applied(1, 3, 1, 7, 0));
    Path out = directory.resolve("out.csv");
    correction.writeManifest(out);
    return Files.readString(out);
  }

  /** The description of NumPy for each type, so that the array is made without the product. */
  @ParameterizedTest
  @EnumSource(NpyType.class)
  void arraysKeepTheirType(NpyType type) throws IOException {
    Path table = Files.write(directory.resolve("y.npy"), npy(type));
    Path out = directory.resolve("out.npy");
    of(table).writeManifest(out);
    NpyArray array = Npy.read(out);
    assertThat(array.type()).isEqualTo(type);
    assertThat(array.shape()).containsExactly(3, 3);
    assertThat(IntStream.range(0, 9).map(i -> (int) array.doubleAt(i)).toArray())
        .containsExactly(CORRECTED);
  }

  private static byte[] npy(NpyType type) {
    byte[] header =
        "{'descr': '%s', 'fortran_order': True, 'shape': (4, 3), }\n"
            .formatted(type.description())
            .getBytes(StandardCharsets.US_ASCII);
    ByteBuffer file =
        ByteBuffer.allocate(10 + header.length + 12 * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    file.putShort((short) header.length).put(header);
    for (int k = 0; k < 3; k++) {
      for (int i = 0; i < 4; i++) {
        int value = ONES[3 * i + k];
        switch (type) {
          case FLOAT16 -> file.putShort((short) (value * 0x3c00));
          case FLOAT32 -> file.putFloat(value);
          case FLOAT64 -> file.putDouble(value);
          default -> {
            file.put((byte) value);
            file.put(new byte[type.bytes() - 1]);
          }
        }
      }
    }
    return file.array();
  }

  @Test
  void anArrayOfAnArchiveBecomesAnArray() throws IOException {
    Path archive = directory.resolve("all.npz");
    try (OutputStream out = Files.newOutputStream(archive);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String name : List.of("x", "y")) {
        zip.putNextEntry(new ZipEntry(name + ".npy"));
        zip.write(npy(NpyType.UINT8));
      }
    }
    Path out = directory.resolve("out.npy");
    of(archive.resolve("y")).writeManifest(out);
    assertThat(Npy.read(out).type()).isEqualTo(NpyType.UINT8);
    Path text = directory.resolve("out.csv");
    assertThatThrownBy(() -> of(archive.resolve("y")).writeManifest(text))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("name a file that ends in .npy");
    assertThat(text).doesNotExist();
  }

  @Test
  void csvKeepsEveryByteThatDoesNotChange() throws IOException {
    assertThat(
            corrected(
                "\uFEFFid,cat,cow,dog\r\n0, 1.0,0,\"1\"\r\n\r\n1,0,0,0\r\n2,0,1,0\r\n3,0,0,1"))
        .isEqualTo("\uFEFFid,cat,cow,dog\r\n0, 0.0,1,\"1\"\r\n\r\n1,0,0,1\r\n2,0,1,0\r\n");
    assertThat(corrected("1,0,1\n0,0,0\n0,1,0\n0,0,1\n")).isEqualTo("0,1,1\n0,0,1\n0,1,0\n");
  }

  @Test
  void tablesOfOtherLabelsAreRefused() throws IOException {
    assertThatThrownBy(() -> corrected("cow,cat,dog\n1,0,1\n0,0,0\n0,1,0\n0,0,1\n"))
        .hasMessageContaining("are named cow, cat, dog, the classes cat, cow, dog");
    assertThatThrownBy(() -> corrected("1,0\n0,0\n0,1\n0,0\n")).hasMessageContaining("has 3");
    assertThatThrownBy(() -> corrected("1,0,2\n0,0,0\n0,1,0\n0,0,1\n"))
        .hasMessageContaining("labels of several classes are 0 or 1");
    assertThatThrownBy(() -> corrected("1,1,1\n0,0,0\n0,1,0\n0,0,1\n"))
        .hasMessageContaining("has the label 'not cow', but 'cow'");
    assertThatThrownBy(() -> corrected("path,lable\na.png,cat\n"))
        .hasMessageContaining("it needs the column label");
    Path table = directory.resolve("y.csv");
    Files.writeString(table, "1,0,1\n0,0,0\n0,1,0\n0,0,1\n");
    assertThatThrownBy(() -> of(table).writeManifest(table))
        .hasMessageContaining("nothing is changed in place");
    assertThatThrownBy(() -> of(table).writeMetadata(directory.resolve("metadata.csv")))
        .hasMessageContaining("has no column path");
  }
}
