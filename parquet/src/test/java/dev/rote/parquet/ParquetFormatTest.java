package dev.rote.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.audit.CorrectedAnnotations;
import dev.rote.audit.CorrectedParquet;
import dev.rote.audit.Correction;
import dev.rote.audit.Decisions;
import dev.rote.audit.LabelSets;
import dev.rote.data.Annotations;
import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.data.LabelFile;
import dev.rote.data.LabelledImages;
import dev.rote.data.NumberTable;
import dev.rote.data.SampleTable;
import dev.rote.data.TableFormat;
import dev.rote.text.InputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads files that pyarrow 25.0, pandas 3.0, DuckDB 1.5 and Polars 1.44 wrote. */
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

  /** Decimals of DuckDB are stored as integers of 32 and 64 bits, those of pyarrow as bytes. */
  @Test
  void decimalsHalvesAndUnsignedNumbersAreRead() {
    NumberTable duckdb = NumberTable.read(resource("duckdb-decimals.parquet"));
    assertThat(duckdb.columns()).hasValue(List.of("cat", "dog"));
    assertThat(duckdb.rows())
        .isDeepEqualTo(new float[][] {{0.9f, 0.1f}, {0.25f, 0.75f}, {0.5f, 0.5f}});
    NumberTable pyarrow = NumberTable.read(resource("numbers.parquet"));
    assertThat(pyarrow.rows())
        .isDeepEqualTo(new float[][] {{0.5f, 12.5f, 2147483653f}, {-2, -3, 7}});
    NumberTable polars = NumberTable.read(resource("polars-features.parquet"));
    assertThat(polars.rows()).isDeepEqualTo(new float[][] {{1, 2.5f}, {3, -4}});
  }

  @Test
  void cellsOfEveryTypeAreText() {
    SampleTable table = SampleTable.read(resource("types.parquet"));
    assertThat(table.names())
        .containsExactly("half", "decimal", "unsigned", "huge", "day", "time", "label");
    assertThat(table.require("half")).containsExactly("0.5", "-2");
    assertThat(table.require("decimal")).containsExactly("12.5", "-3");
    assertThat(table.require("unsigned")).containsExactly("2147483653", "7");
    assertThat(table.require("huge")).containsExactly("9223372036854775809", "7");
    assertThat(table.require("day")).containsExactly("2024-02-29", "");
    assertThat(table.require("time")).containsExactly("2024-02-29T12:30", "");
    assertThat(table.require("label")).containsExactly("x", "y");
    assertThat(LabelFile.read(resource("duckdb-labels.parquet")).values())
        .containsExactly("3", "1", "3");
    assertThat(LabelFile.read(resource("polars-labels.parquet")).values())
        .containsExactly("cat", "dog", "cat");
  }

  @Test
  void columnsThatHoldSomethingElseAreNamed() {
    assertThatThrownBy(() -> NumberTable.read(resource("types.parquet")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("column bytes holds bytes, not numbers; leave that column out");
    assertThatThrownBy(() -> LabelFile.read(resource("lists.parquet")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("column label holds lists of text")
        .hasMessageContaining("--multi-label");
    assertThatThrownBy(() -> LabelFile.read(resource("probabilities.parquet")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("none is named 'label'")
        .hasMessageContaining("--multi-label");
  }

  @Test
  void labelsOfAnotherOrderAreRefused() {
    assertThatThrownBy(() -> LabelFile.read(resource("shuffled.parquet")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has '2' in the column without a name")
        .hasMessageContaining("order of the samples has 0; name that column id or path");
  }

  /** Every column, the compression and pandas' metadata stay. */
  @Test
  void aParquetManifestStaysParquet() throws IOException {
    Path csv =
        Files.writeString(
            directory.resolve("d.csv"), DECISIONS + "1,b.png,y,relabel,x\n0,a.png,x,drop,\n");
    Path manifest = Files.copy(resource("manifest.parquet"), directory.resolve("manifest.parquet"));
    Path out = Files.createDirectory(directory.resolve("sub")).resolve("out.parquet");
    Correction correction = Correction.of(Decisions.read(csv), manifest, List.of());
    correction.writeManifest(out);
    SampleTable table = SampleTable.read(out);
    assertThat(table.names()).containsExactly("path", "label", "n", "f", "b");
    assertThat(table.require("path")).containsExactly("../b.png", "../ü.png");
    assertThat(table.require("label")).containsExactly("x", "x");
    assertThat(table.require("f")).containsExactly("2.5", "");
    assertThat(new String(Files.readAllBytes(out), StandardCharsets.UTF_8))
        .contains("pandas_version", "ARROW:schema");
    assertThatThrownBy(
            () -> Correction.of(Decisions.read(csv), csv(manifest), List.of()).writeManifest(out))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is not Parquet");
  }

  private Path csv(Path manifest) throws IOException {
    StringBuilder text = new StringBuilder();
    TableFormat.forEachRow(manifest, row -> text.append(row.text()));
    return Files.writeString(directory.resolve("manifest.csv"), text);
  }

  @Test
  void numbersStayNumbers() throws IOException {
    Path manifest = Files.copy(resource("duckdb-labels.parquet"), directory.resolve("m.parquet"));
    Path csv = directory.resolve("d.csv");
    Files.writeString(csv, DECISIONS + "1,b.png,1,relabel,3\n");
    Path out = directory.resolve("out.parquet");
    Correction.of(Decisions.read(csv), manifest, List.of()).writeManifest(out);
    List<Object> labels = new ArrayList<>();
    new ParquetFormat()
        .read(
            out,
            new TableFormat.Receiver() {
              @Override
              public void columns(List<TableFormat.Column> columns) {
                assertThat(columns).hasSize(2);
              }

              @Override
              public void row(Object[] cells) {
                labels.add(cells[1]);
              }
            });
    assertThat(labels).containsExactly(3L, 3L, 3L);
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
            Annotations.Reading.PLAIN,
            list);
    assertThat(written).isEqualTo(new Annotations.Written(5, 0, Map.of(), List.of()));
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
    Annotations.write(Annotations.Format.PARQUET, out, images, Annotations.Reading.PLAIN, second);
    assertThat(contents(second)).containsExactly("20cat", "40cat", "60cat", "100dog");
    assertThatThrownBy(
            () ->
                Annotations.write(
                    Annotations.Format.PARQUET, out, images, Annotations.Reading.PLAIN, second))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is not empty");
  }

  @Test
  void noImageStaysOfADataSetThatCannotBeReadToItsEnd() throws IOException {
    Path parts = Files.createDirectory(directory.resolve("parts"));
    byte[] whole = Files.readAllBytes(resource("hugging-face.parquet"));
    Files.write(parts.resolve("0.parquet"), whole);
    Files.write(parts.resolve("1.parquet"), Arrays.copyOf(whole, whole.length - 1));
    Path images = directory.resolve("images");
    Path list = directory.resolve("list.csv");
    assertThatThrownBy(
            () ->
                Annotations.write(
                    Annotations.Format.PARQUET, parts, images, Annotations.Reading.PLAIN, list))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("1.parquet");
    assertThat(images).isEmptyDirectory();
    assertThat(list).doesNotExist();
    Files.write(parts.resolve("1.parquet"), whole);
    assertThat(
            Annotations.write(
                Annotations.Format.PARQUET, parts, images, Annotations.Reading.PLAIN, list))
        .isEqualTo(new Annotations.Written(10, 0, Map.of(), List.of()));
  }

  /** From a data set of Hugging Face's datasets 5.0 with further columns to a corrected one. */
  @Test
  void aDataSetKeepsItsColumns() throws IOException {
    Path stored = resource("datasets.parquet");
    Path list = directory.resolve("list.csv");
    Annotations.Reading reading =
        new Annotations.Reading(Optional.empty(), Optional.of("fine_label"));
    assertThatThrownBy(
            () ->
                Annotations.write(
                    Annotations.Format.PARQUET,
                    stored,
                    directory.resolve("none"),
                    Annotations.Reading.PLAIN,
                    list))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("or in the column that --label names");
    Path images = directory.resolve("images");
    Annotations.write(Annotations.Format.PARQUET, stored, images, reading, list);
    assertThat(contents(list)).containsExactly("20cat", "40dog", "60cat", "80dog");
    Path csv =
        Files.writeString(
            directory.resolve("d.csv"),
            DECISIONS + "1,0000001.png,dog,relabel,cat\n2,0000002.png,cat,drop,\n");
    Path out = directory.resolve("corrected.parquet");
    assertThat(
            CorrectedAnnotations.write(
                Correction.of(Decisions.read(csv), list, List.of()),
                Annotations.Format.PARQUET,
                stored,
                reading,
                out))
        .isEqualTo(new CorrectedAnnotations.Written(1, 1));
    SampleTable table = SampleTable.read(out);
    assertThat(table.require("fine_label")).containsExactly("cat", "cat", "dog");
    assertThat(table.require("note")).containsExactly("a", "ü", "d");
    assertThat(table.require("score")).containsExactly("0.5", "0.25", "2");
    Path again = directory.resolve("again.csv");
    Annotations.write(Annotations.Format.PARQUET, out, directory.resolve("second"), reading, again);
    assertThat(contents(again)).containsExactly("20cat", "40cat", "80dog");
  }

  /** Metadata that pandas 3.0 wrote. */
  @Test
  void metadataMayBeParquet() throws IOException {
    Files.copy(resource("metadata.parquet"), directory.resolve("metadata.parquet"));
    for (String name : List.of("a.png", "b.png")) {
      ImageIO.write(
          new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY),
          "png",
          directory.resolve(name).toFile());
    }
    LabelledImages images =
        DataSets.load(
                DataSpec.of("folder", Optional.of(directory.toString()))
                    .withImages(Optional.of(2), true))
            .train();
    assertThat(images.classNames()).containsExactly("cat", "dog");
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
              public void columns(List<TableFormat.Column> columns) {
                assertThat(columns)
                    .extracting(TableFormat.Column::name)
                    .containsExactly("name", "n", "x", "yes");
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

  /** Whole numbers in one column, others in the next; only what was decided about changes. */
  @Test
  void zerosAndOnesAreCorrectedInPlace() throws IOException {
    Path table = directory.resolve("y.parquet");
    new ParquetFormat()
        .write(
            table,
            List.of(
                new TableFormat.Field("id", Long.class),
                new TableFormat.Field("cat", Long.class),
                new TableFormat.Field("dog", Double.class)),
            List.of(
                new Object[] {0L, 1L, 1.0},
                new Object[] {1L, 0L, 0.0},
                new Object[] {2L, 0L, 1.0}));
    Path decisions =
        Files.writeString(
            directory.resolve("decisions.csv"),
            "id,path,observed,decision,label\n0,,cat,relabel,not cat\n3,,not dog,relabel,dog\n"
                + "5,,dog,drop,\n");
    Correction correction =
        Correction.of(
            Decisions.read(decisions),
            table,
            List.of(),
            Optional.of(new LabelSets(";", List.of("cat", "dog"))),
            List.of());
    Path parquet = directory.resolve("out.parquet");
    correction.writeManifest(parquet);
    assertThat(NumberTable.read(parquet).columns()).contains(List.of("cat", "dog"));
    assertThat(NumberTable.read(parquet).rows()).isDeepEqualTo(new float[][] {{0, 1}, {0, 1}});
    Path csv = directory.resolve("out.csv");
    correction.writeManifest(csv);
    assertThat(csv).hasContent("id,cat,dog\n0,0,1\n1,0,1\n");
  }
}
