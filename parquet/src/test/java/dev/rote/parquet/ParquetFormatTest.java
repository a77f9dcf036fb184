package dev.rote.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.audit.CorrectedParquet;
import dev.rote.audit.Correction;
import dev.rote.audit.Decisions;
import dev.rote.data.Annotations;
import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.data.LabelFile;
import dev.rote.data.LabelledImages;
import dev.rote.data.NumberTable;
import dev.rote.data.SampleTable;
import dev.rote.data.TableFormat;
import dev.rote.text.InputException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads files that pyarrow 25.0 and pandas 3.0 wrote. */
class ParquetFormatTest {
  private static final String DECISIONS = "id,path,observed,decision,label\n";

  @TempDir private Path directory;

  private static Path resource(String name) {
    try {
      return Path.of(ParquetFormatTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void probabilitiesAreColumnsBesideAnIndex() {
    NumberTable table = NumberTable.read(resource("probabilities.parquet"));
    assertThat(table.columns()).hasValue(List.of("cat", "dog"));
    assertThat(table.rows())
        .isDeepEqualTo(new float[][] {{0.9f, 0.1f}, {0.2f, 0.8f}, {0.5f, 0.5f}});
  }

  @Test
  void featuresAreListsOfNumbers() {
    NumberTable table = NumberTable.read(resource("features.parquet"));
    assertThat(table.columns()).isEmpty();
    assertThat(table.rows()).isDeepEqualTo(new float[][] {{1, 2.5f}, {3, -4}, {5, 6}});
  }

  @Test
  void manifestsAndLabelsAreTables() {
    SampleTable table = SampleTable.read(resource("manifest.parquet"));
    assertThat(table.names()).containsExactly("path", "label", "n", "f", "b");
    assertThat(table.require("path")).containsExactly("a.png", "b.png", "ü.png");
    assertThat(table.require("n")).containsExactly("1", "2", "3");
    assertThat(table.require("f")).containsExactly("1", "2.5", "");
    assertThat(table.require("b")).containsExactly("true", "false", "true");
    LabelFile labels = LabelFile.read(resource("labels.parquet"));
    assertThat(labels.values()).containsExactly("3", "1", "3");
    LabelFile named = LabelFile.read(resource("manifest.parquet"));
    assertThat(named.values()).containsExactly("x", "y", "x");
    assertThat(named.paths()).hasValue(List.of("a.png", "b.png", "ü.png"));
    assertThatThrownBy(() -> LabelFile.read(resource("dictionary.parquet")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a value is empty");
  }

  /** Files of pyarrow 25; pandas and pyarrow compress with snappy unless told otherwise. */
  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void pagesAreDecompressed(String codec) {
    LabelFile labels = LabelFile.read(resource(codec + ".parquet"));
    assertThat(labels.values())
        .isEqualTo(IntStream.range(0, 200).mapToObj(i -> "class " + i % 3).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"brotli", "lz4"})
  void otherCodecsAreRefusedWithTheRemedy(String codec) {
    assertThatThrownBy(() -> LabelFile.read(resource(codec + ".parquet")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("compressed with " + codec.toUpperCase(Locale.ROOT))
        .hasMessageContaining("write it with snappy");
  }

  @Test
  void decisionsAboutAParquetManifestGiveACsvManifest() throws IOException {
    Path csv = Files.writeString(directory.resolve("d.csv"), DECISIONS + "1,b.png,y,relabel,x\n");
    Path out = directory.resolve("out.csv");
    Path manifest = Files.copy(resource("manifest.parquet"), directory.resolve("manifest.parquet"));
    Correction.of(Decisions.read(csv), manifest, List.of()).writeManifest(out);
    assertThat(out)
        .hasContent("path,label,n,f,b\na.png,x,1,1,true\nb.png,x,2,2.5,false\nü.png,x,3,,true\n");
  }

  @Test
  void numbersAndTextAreToldApart() {
    assertThatThrownBy(() -> NumberTable.read(resource("manifest.parquet")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("'a.png' in column path is not a number");
    Path images = resource("hugging-face.parquet");
    assertThatThrownBy(() -> load(images))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--from parquet");
  }

  @Test
  void damagedFilesAreOneLine() throws IOException {
    byte[] whole = Files.readAllBytes(resource("features.parquet"));
    for (int length : new int[] {4, 10, whole.length / 2, whole.length - 1}) {
      Path cut = Files.write(directory.resolve("cut.parquet"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> NumberTable.read(cut))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("cannot read " + cut);
    }
  }

  private static LabelledImages load(Path manifest) {
    return DataSets.load(
            DataSpec.of("manifest", Optional.of(manifest.toString()))
                .withImages(Optional.of(1), true))
        .train();
  }

  /** Grey value and class of each image. */
  private static List<String> contents(Path manifest) {
    LabelledImages images = load(manifest);
    return IntStream.range(0, images.size())
        .mapToObj(i -> (images.pixels()[i] & 0xff) + images.classNames().get(images.labels()[i]))
        .toList();
  }

  /** From a data set as Hugging Face stores it to a corrected one, and back. */
  @Test
  void imagesOfADataSetBecomeFilesAndComeBackCorrected() throws IOException {
    Path list = directory.resolve("list.csv");
    Annotations.Written written =
        Annotations.write(
            Annotations.Format.PARQUET,
            resource("hugging-face.parquet"),
            directory.resolve("images"),
            list);
    assertThat(written).isEqualTo(new Annotations.Written(5, 0));
    assertThat(contents(list)).containsExactly("20cat", "40dog", "60cat", "80dog", "100dog");
    Path csv =
        Files.writeString(
            directory.resolve("d.csv"),
            DECISIONS + "1,0000001.png,dog,relabel,cat\n3,0000003.png,dog,drop,\n");
    Correction correction = Correction.of(Decisions.read(csv), list, List.of());
    Path out = directory.resolve("corrected.parquet");
    assertThat(CorrectedParquet.write(correction, out)).isEqualTo(4);
    Path second = directory.resolve("second.csv");
    Path images = directory.resolve("again");
    Annotations.write(Annotations.Format.PARQUET, out, images, second);
    assertThat(contents(second)).containsExactly("20cat", "40cat", "60cat", "100dog");
    assertThatThrownBy(() -> Annotations.write(Annotations.Format.PARQUET, out, images, second))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is not empty");
  }

  @Test
  void tablesKeepTypesAndMissingValues() throws IOException {
    Path file = directory.resolve("table.parquet");
    List<TableFormat.Field> fields =
        List.of(
            new TableFormat.Field("name", String.class),
            new TableFormat.Field("n", Long.class),
            new TableFormat.Field("x", Double.class),
            new TableFormat.Field("yes", Boolean.class));
    List<Object[]> rows =
        List.of(new Object[] {"a \u00e4", 5L, 0.1, true}, new Object[] {null, null, null, null});
    new ParquetFormat().write(file, fields, rows);
    List<Object[]> read = new ArrayList<>();
    new ParquetFormat()
        .read(
            file,
            new TableFormat.Receiver() {
              @Override
              public void columns(List<String> names) {
                assertThat(names).containsExactly("name", "n", "x", "yes");
              }

              @Override
              public void row(Object[] cells) {
                read.add(cells);
              }
            });
    assertThat(read).hasSize(2);
    assertThat(read.get(0)).containsExactly(rows.get(0));
    assertThat(read.get(1)).containsExactly(rows.get(1));
  }
}
