package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.data.Annotations;
import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.data.LabelledImages;
import dev.rote.data.UnreadableFile;
import dev.rote.run.Json;
import dev.rote.text.InputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Corrected data of every form, read back by the readers of the formats. */
final class CorrectionTest {
  private static final String HEADER = "id,path,observed,decision,label\n";

  @TempDir Path directory;
  private Path images;
  private Path manifest;

  /** Images cat/1 to cat/3 and dog/1, dog/2 of different grey, and the manifest of an audit. */
  @BeforeEach
  void makeImages() throws IOException {
    images = directory.resolve("images");
    StringBuilder csv = new StringBuilder("path,label,note\n");
    String[] names = {"cat/1.png", "cat/2.png", "cat/3.png", "dog/1.png", "dog/2.png"};
    for (int i = 0; i < names.length; i++) {
      Path file = images.resolve(names[i]);
      grey(file, 20 * (i + 1));
      csv.append("images/%s,%s,\" n%d \"\n".formatted(names[i], names[i].substring(0, 3), i));
    }
    manifest = Files.writeString(directory.resolve("manifest.csv"), csv);
  }

  /** Relabels cat/1 as dog, drops cat/2, and cannot read dog/2. */
  private Correction correction() throws IOException {
    Path csv =
        Files.writeString(
            directory.resolve("decisions.csv"),
            HEADER + "0,cat/1.png,cat,relabel,dog\n1,cat/2.png,cat,drop,\n");
    return Correction.of(
        Decisions.read(csv),
        manifest,
        List.of(new UnreadableFile(4, "dog/2.png", 1, "is truncated")));
  }

  private static LabelledImages read(String dataset, Path path) {
    return DataSets.load(
            DataSpec.of(dataset, Optional.of(path.toString())).withImages(Optional.of(4), true))
        .train();
  }

  /** Grey value and class of each image, which tell which image became what. */
  private static List<String> contents(LabelledImages images) {
    return IntStream.range(0, images.size())
        .mapToObj(
            i -> (images.pixels()[16 * i] & 0xff) + images.classNames().get(images.labels()[i]))
        .sorted()
        .toList();
  }

  @Test
  void aFolderHasEachImageInItsClass() throws IOException {
    for (CorrectedFolder.By by : CorrectedFolder.By.values()) {
      Path out = directory.resolve("corrected-" + by);
      assertThat(CorrectedFolder.write(correction(), Optional.empty(), out, by))
          .isEqualTo(new CorrectedFolder.Written(3, List.of()));
      assertThat(contents(read("folder", out))).containsExactly("20dog", "60cat", "80dog");
      // both images of the class dog are named 1.png
      assertThat(out.resolve("dog/1.png")).exists();
      assertThat(out.resolve("dog/1-3.png")).exists();
      boolean same = Files.isSameFile(out.resolve("cat/3.png"), images.resolve("cat/3.png"));
      assertThat(same).isEqualTo(by == CorrectedFolder.By.LINK);
      assertThatThrownBy(() -> CorrectedFolder.write(correction(), Optional.empty(), out, by))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("exists; name a new directory");
    }
    assertThat(images.resolve("cat/2.png")).exists();
  }

  @Test
  void aFolderAppearsWholeOrNotAtAll() throws IOException {
    Files.delete(images.resolve("dog/1.png"));
    Path out = directory.resolve("corrected");
    assertThatThrownBy(
            () ->
                CorrectedFolder.write(correction(), Optional.empty(), out, CorrectedFolder.By.COPY))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot copy")
        .hasMessageContaining("dog");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("images", "manifest.csv", "decisions.csv");
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws IOException {
    Path out = directory.resolve("x".repeat(300));
    assertThatThrownBy(
            () ->
                CorrectedFolder.write(correction(), Optional.empty(), out, CorrectedFolder.By.COPY))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot write the corrected folder to " + out);
  }

  @Test
  void classesThatNoFolderCanHaveAreRefused() throws IOException {
    for (String name : List.of("../up", ".", "a/b", "\"a:b\"")) {
      Files.writeString(
          manifest, "path,label\nimages/cat/1.png,%s\nimages/cat/2.png,x\n".formatted(name));
      Path csv = Files.writeString(directory.resolve("d.csv"), HEADER + "1,cat/2.png,x,keep,x\n");
      Correction correction = Correction.of(Decisions.read(csv), manifest, List.of());
      assertThatThrownBy(
              () ->
                  CorrectedFolder.write(
                      correction,
                      Optional.empty(),
                      directory.resolve("out"),
                      CorrectedFolder.By.COPY))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("cannot be the name of a folder");
    }
  }

  @Test
  void movesLeadFromTheOldFolderToTheNew() throws IOException {
    Path out = directory.resolve("moves.csv");
    assertThat(CorrectedFolder.writePlan(correction(), images, out)).isEqualTo(1);
    assertThat(out).hasContent("from,to\ncat/1.png,dog/1-0.png\n");
    assertThat(images.resolve("cat/1.png")).exists();
  }

  /** A folder with splits, its audit of train and val, and one that is not audited. */
  private Path splits(Path root) throws IOException {
    String[] names = {
      "Train/cat/1.png",
      "Train/cat/2.png",
      "Train/dog/1.png",
      "val/cat/1.png",
      "val/cat/3.png",
      "val/dog/9.png"
    };
    StringBuilder csv = new StringBuilder("path,label\n");
    for (int i = 0; i < names.length; i++) {
      grey(root.resolve(names[i]), 20 * (i + 1));
      csv.append(
          "../%s/%s,%s\n"
              .formatted(root.getFileName(), names[i], names[i].replaceAll(".*/(.*)/.*", "$1")));
    }
    grey(root.resolve("test/cat/5.png"), 200);
    grey(root.resolve("test/dog/6.png"), 220);
    Path audit = Files.createDirectory(directory.resolve("audit of " + root.getFileName()));
    Files.writeString(audit.resolve("manifest.csv"), csv);
    Files.writeString(
        audit.resolve("audit.json"), Json.LINE.writeValueAsString(Map.of("images", "" + root)));
    return audit;
  }

  private static void grey(Path file, int value) throws IOException {
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
    for (int p = 0; p < 16; p++) {
      image.getRaster().setSample(p % 4, p / 4, 0, value);
    }
    ImageIO.write(image, "png", file.toFile());
  }

  @Test
  void splitsAreKeptAndThoseThatWereNotAuditedComeAlong() throws IOException {
    Path root = directory.resolve("data");
    Path audit = splits(root);
    assertThat(AuditFiles.readFolder(audit)).contains(root);
    assertThat(AuditFiles.readFolder(directory)).as("a manifest").isEmpty();
    Path csv =
        Files.writeString(
            directory.resolve("decisions.csv"),
            HEADER + "0,Train/cat/1.png,cat,relabel,dog\n3,val/cat/1.png,cat,relabel,dog\n");
    Correction correction =
        Correction.of(Decisions.read(csv), audit.resolve("manifest.csv"), List.of());
    for (CorrectedFolder.By by : CorrectedFolder.By.values()) {
      Path out = directory.resolve("corrected-" + by);
      assertThat(CorrectedFolder.write(correction, AuditFiles.readFolder(audit), out, by))
          .isEqualTo(new CorrectedFolder.Written(6, List.of("test")));
      DataSpec spec = DataSpec.of("folder", Optional.of("" + out)).withImages(Optional.of(4), true);
      assertThat(contents(DataSets.load(spec).train())).containsExactly("20dog", "40cat", "60dog");
      assertThat(contents(DataSets.load(spec).test().orElseThrow()))
          .containsExactly("200cat", "220dog");
      assertThat(contents(DataSets.load(spec.withSplit(Optional.of("val"))).train()))
          .containsExactly("100cat", "120dog", "80dog");
      assertThat(Files.isSameFile(out.resolve("test/cat/5.png"), root.resolve("test/cat/5.png")))
          .isEqualTo(by == CorrectedFolder.By.LINK);
    }
    // a manifest says what belongs to the data, so nothing else comes along
    Path listed = directory.resolve("listed");
    Path beside = root.resolve("labels.csv");
    Files.writeString(
        beside, Files.readString(audit.resolve("manifest.csv")).replace("../data/", ""));
    Correction ofManifest = Correction.of(Decisions.read(csv), beside, List.of());
    assertThat(CorrectedFolder.write(ofManifest, Optional.empty(), listed, CorrectedFolder.By.COPY))
        .isEqualTo(new CorrectedFolder.Written(6, List.of()));
    assertThat(listed.resolve("val/dog/1.png")).exists();
    assertThat(listed.resolve("test")).doesNotExist();
    Path moves = directory.resolve("moves.csv");
    assertThat(CorrectedFolder.writePlan(correction, root, moves)).isEqualTo(2);
    assertThat(moves)
        .hasContent("from,to\nTrain/cat/1.png,Train/dog/1-0.png\nval/cat/1.png,val/dog/1.png\n");
  }

  /** Each cell changes in the labels that were decided about, and in nothing else. */
  @Test
  void samplesWithSeveralLabelsAreCorrectedLabelByLabel() throws IOException {
    Files.writeString(
        manifest, "path,label,note\na.png,cat; dog,x\nb.png,,\"y, z\"\nc.png,cow,\nd.png,dog,\n");
    LabelSets sets = new LabelSets(";", List.of("cat", "cow", "dog"));
    Path csv =
        Files.writeString(
            directory.resolve("decisions.csv"),
            HEADER
                + "0,a.png,cat,relabel,not cat\n1,a.png,not cow,relabel,cow\n"
                + "5,b.png,not dog,relabel,dog\n6,c.png,not cat,keep,not cat\n"
                + "9,d.png,not cat,relabel,cat\n11,d.png,dog,drop,\n");
    Correction correction =
        Correction.of(Decisions.read(csv), manifest, List.of(), Optional.of(sets), List.of());
    assertThat(correction.applied()).isEqualTo(new Correction.Applied(1, 4, 1, 6, 0));
    Path out = directory.resolve("out.csv");
    correction.writeManifest(out);
    assertThat(out)
        .hasContent("path,label,note\na.png,dog;cow,x\nb.png,dog,\"y, z\"\nc.png,cow,\n");
    for (String[] bad :
        new String[][] {
          {"0,a.png,not cat,relabel,cat", "has the label 'not cat', but 'cat'"},
          {
            "0,a.png,cat,relabel,dog",
            "'dog' is no answer to the question whether the sample is 'cat'"
          },
          {"12,a.png,cat,drop,", "has the ids 0 to 11"},
          {"0,a.png,cat,relabel,bird", "unknown class 'bird'"}
        }) {
      Files.writeString(csv, HEADER + bad[0] + "\n");
      assertThatThrownBy(
              () ->
                  Correction.of(
                      Decisions.read(csv), manifest, List.of(), Optional.of(sets), List.of()))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(bad[1]);
    }
  }

  @Test
  void metadataIsReadAsAnImageFolder() throws IOException {
    Path out = images.resolve("metadata.csv");
    correction().writeMetadata(out);
    assertThat(out)
        .hasContent(
            "file_name,label,note\ncat/1.png,dog,\" n0 \"\ncat/3.png,cat,\" n2 \"\n"
                + "dog/1.png,dog,\" n3 \"\n");
    assertThat(contents(read("folder", images))).containsExactly("20dog", "60cat", "80dog");
    Files.delete(out);
    Path lines = images.resolve("metadata.jsonl");
    correction().writeMetadata(lines);
    assertThat(lines)
        .content()
        .startsWith("{\"file_name\":\"cat/1.png\",\"label\":\"dog\",\"note\":\" n0 \"}\n");
    assertThat(contents(read("folder", images))).containsExactly("20dog", "60cat", "80dog");
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    assertThatThrownBy(() -> correction().writeMetadata(elsewhere.resolve("metadata.csv")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is not below");
  }

  @Test
  void aManifestElsewhereIsReadWithItsImages() throws IOException {
    Path elsewhere = Files.createDirectories(directory.resolve("a/b"));
    Path out = elsewhere.resolve("corrected.csv");
    correction().writeManifest(out);
    assertThat(contents(read("manifest", out))).containsExactly("20dog", "60cat", "80dog");
  }

  @Test
  void fiftyOneGetsAClassForEachPathWithoutExtension() throws IOException {
    Path out = directory.resolve("labels.json");
    FiftyOne.write(correction(), images, out);
    JsonNode labels = Json.WITHOUT_NAN.readTree(Files.readAllBytes(out));
    assertThat(labels.toString())
        .isEqualTo(
            "{\"classes\":[\"cat\",\"dog\"],\"labels\":{\"cat/1\":1,\"cat/3\":0,\"dog/1\":1}}");
    assertThatThrownBy(() -> FiftyOne.write(correction(), images.resolve("cat"), out))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is not below");
  }

  @Test
  void labelsChangedInFiftyOneAreDecisions() throws IOException {
    Path file = directory.resolve("labels.json");
    // as FiftyOne's exporter writes them: classes sorted, labels by path without extension
    Files.writeString(
        file,
        "{\"classes\": [\"bird\", \"cat\", \"dog\"],"
            + " \"labels\": {\"cat/1\": 2, \"cat/2\": 1, \"dog/1\": null}}");
    assertThat(FiftyOne.isLabels(file)).isTrue();
    assertThat(FiftyOne.isLabels(manifest)).isFalse();
    Decisions decisions = FiftyOne.read(file, images, manifest);
    assertThat(decisions.rows())
        .extracting(Decisions.Row::decision)
        .containsExactly(
            new Decision(0, "images/cat/1.png", "cat", Decision.Action.RELABEL, "dog"));
    Correction correction = Correction.of(decisions, manifest, List.of());
    assertThat(correction.applied()).isEqualTo(new Correction.Applied(0, 1, 0, 4, 0));
    // without a list of classes; an image from elsewhere by its whole path; with a confidence
    Files.writeString(
        file,
        "{\"classes\": null, \"labels\": {\"%s\": \"dog\", \"cat/2\": {\"label\": \"cat\", \"confidence\": 0.5}}}"
            .formatted(images.resolve("cat/1.png")));
    assertThat(FiftyOne.isLabels(file)).isTrue();
    assertThat(FiftyOne.read(file, images, manifest).rows()).isEqualTo(decisions.rows());
    Files.writeString(file, "{\"classes\": [\"cat\"], \"labels\": {\"cat/1\": [0, 0]}}");
    assertThatThrownBy(() -> FiftyOne.read(file, images, manifest))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cat/1 has a list of labels");
    Files.writeString(file, "{\"classes\": [\"cat\"], \"labels\": {\"cat/1\": 3}}");
    assertThatThrownBy(() -> FiftyOne.read(file, images, manifest))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cat/1 has the class 3 of 1 class");
    assertThatThrownBy(() -> FiftyOne.read(file, directory.resolve("other"), manifest))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("names no image");
  }

  @Test
  void boxesAreDetectionsInFiftyOneAndComeBackByTheirPlace() throws IOException {
    Path boxes =
        Files.writeString(
            directory.resolve("boxes.csv"),
            """
            path,label
            "images/cat/1.png#xywh=1,2,2,1",lamp
            "images/cat/1.png#xywh=2,0,7,4",night
            "images/dog/1.png#xywh=0,0,4,4",night
            "images/dog/2.png#xywh=0,0,4,3",lamp
            """);
    Path csv =
        Files.writeString(
            directory.resolve("decisions.csv"),
            HEADER
                + "0,\"cat/1.png#xywh=1,2,2,1\",lamp,relabel,night\n"
                + "2,\"dog/1.png#xywh=0,0,4,4\",night,drop,\n");
    Path out = directory.resolve("labels.json");
    assertThat(FiftyOne.write(Correction.of(Decisions.read(csv), boxes, List.of()), images, out))
        .isEqualTo(FiftyOne.Kind.DETECTION);
    // left and upper edge, width and height, as shares of 4 x 4 pixels, and no further
    String written =
        "{\"classes\":[\"lamp\",\"night\"],\"labels\":{\"cat/1\":["
            + "{\"label\":1,\"bounding_box\":[0.25,0.5,0.5,0.25]},"
            + "{\"label\":1,\"bounding_box\":[0.5,0.0,0.5,1.0]}],"
            + "\"dog/2\":[{\"label\":0,\"bounding_box\":[0.0,0.0,1.0,0.75]}]}}";
    assertThat(Json.WITHOUT_NAN.readTree(Files.readAllBytes(out)).toString()).isEqualTo(written);
    // exported again, the boxes in another order, one with another class, one added
    Files.writeString(
        out,
        """
        {"classes": ["bulb", "lamp", "night"], "labels": {
          "cat/1": [{"label": 0, "bounding_box": [0.5, 0, 0.5, 1.0], "confidence": 0.5},
                    {"label": 1, "bounding_box": [0.1, 0.5, 0.5, 0.25]},
                    {"label": 1, "bounding_box": [0.25, 0.5, 0.5000000001, 0.25],
                     "attributes": {"index": 1}}],
          "dog/1": []}}
        """);
    assertThat(FiftyOne.read(out, images, boxes).rows())
        .extracting(Decisions.Row::decision)
        .containsExactly(
            new Decision(
                1, "images/cat/1.png#xywh=2,0,7,4", "night", Decision.Action.RELABEL, "bulb"));
    Files.writeString(
        out,
        "{\"classes\":[\"a\",\"b\"],\"labels\":{\"dog/1\":[{\"label\":1,\"bounding_box\":[0,0,1,1]},"
            + "{\"label\":0,\"bounding_box\":[0,0,1,1]}]}}");
    assertThatThrownBy(() -> FiftyOne.read(out, images, boxes))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("dog/1 has boxes of several classes at one place");
    Files.writeString(out, "{\"classes\":[\"a\"],\"labels\":{\"dog/1\":0}}");
    assertThatThrownBy(() -> FiftyOne.read(out, images, boxes))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("export a field that holds Detections");
    Files.writeString(boxes, "images/cat/1.png,night\n", StandardOpenOption.APPEND);
    assertThatThrownBy(
            () -> FiftyOne.write(Correction.of(Decisions.read(csv), boxes, List.of()), images, out))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the manifest has 1 whole image and 3 boxes");
  }

  @Test
  void namesWithoutFoldersThatMayMeanSeveralImagesAreRefused() throws IOException {
    Path file = directory.resolve("labels.json");
    Files.writeString(
        manifest, "images/1.png,dog,\nimages/2-2.png,dog,\n", StandardOpenOption.APPEND);
    // cat/1.png, dog/1.png or 1.png; and 2-2.png, or the second of cat/2.png and dog/2.png
    for (String name : List.of("1", "2-2")) {
      Files.writeString(
          file, "{\"classes\": [\"cat\", \"dog\"], \"labels\": {\"%s\": 0}}".formatted(name));
      assertThatThrownBy(() -> FiftyOne.read(file, images, manifest))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("'%s' may be any of the images".formatted(name))
          .hasMessageContaining("export with export_media=False and rel_dir=\"" + images);
    }
    // with folders there is no doubt
    Files.writeString(
        file, "{\"classes\": [\"cat\", \"dog\"], \"labels\": {\"1\": 0, \"cat/1\": 0}}");
    assertThat(FiftyOne.read(file, images, manifest).rows()).hasSize(1);
    Files.writeString(file, "{\"classes\": [\"cat\"], \"labels\": {\"3\": 0}}");
    assertThatThrownBy(() -> FiftyOne.read(file, images, manifest))
        .hasMessageContaining("names no image")
        .hasMessageContaining("rel_dir");
  }

  @Test
  void aCocoFileGetsOtherCategoriesAndKeepsTheRest() throws IOException {
    Path coco = directory.resolve("coco.json");
    Files.writeString(
        coco,
        """
        {"info": {"year": 2026}, "licenses": [],
         "images": [{"id": 7, "file_name": "cat/1.png", "width": 4, "height": 4}],
         "categories": [{"id": 1, "name": "cat"}, {"id": 90, "name": "dog"}],
         "annotations": [
           {"id": 1, "image_id": 7, "category_id": 1, "bbox": [0.10, 0, 2, 2], "iscrowd": 0},
           {"id": 2, "image_id": 7, "category_id": 1, "bbox": [0, 0, 4, 4], "iscrowd": 1,
            "segmentation": {"counts": [16], "size": [4, 4]}},
           {"id": 3, "image_id": 7, "category_id": 90, "bbox": [-1, 1, 3, 2], "score": 0.5},
           {"id": 4, "image_id": 7, "category_id": 90, "bbox": [1, 1, 2, 2]}]}
        """);
    Path list = directory.resolve("boxes.csv");
    Annotations.write(Annotations.Format.COCO, coco, images, Annotations.Reading.PLAIN, list);
    Path csv =
        Files.writeString(
            directory.resolve("decisions.csv"),
            "id,observed,decision,label\n0,cat,relabel,dog\n2,dog,drop,\n");
    Correction correction = Correction.of(Decisions.read(csv), list, List.of());
    Path out = directory.resolve("corrected.json");
    assertThat(
            CorrectedAnnotations.write(
                correction, Annotations.Format.COCO, coco, Annotations.Reading.PLAIN, out))
        .isEqualTo(new CorrectedAnnotations.Written(1, 1));
    assertThat(out)
        .content()
        .startsWith("{\"info\":{\"year\":2026},\"licenses\":[],\"images\":[{\"id\":7,")
        .endsWith(
            "\"annotations\":["
                + "{\"id\":1,\"image_id\":7,\"category_id\":90,\"bbox\":[0.10,0,2,2],\"iscrowd\":0},"
                + "{\"id\":2,\"image_id\":7,\"category_id\":1,\"bbox\":[0,0,4,4],\"iscrowd\":1,"
                + "\"segmentation\":{\"counts\":[16],\"size\":[4,4]}},"
                + "{\"id\":3,\"image_id\":7,\"category_id\":90,\"bbox\":[-1,1,3,2],\"score\":0.5}]}");
    Files.writeString(list, Files.readString(list).replace(",cat", ",dog"));
    assertThatThrownBy(
            () ->
                CorrectedAnnotations.write(
                    Correction.of(new Decisions("none", List.of()), list, List.of()),
                    Annotations.Format.COCO,
                    coco,
                    Annotations.Reading.PLAIN,
                    out))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("give what the manifest was made of");
  }

  /** Makes a manifest, relabels its first sample, drops its third, and writes the result. */
  private Path corrected(
      Annotations.Format format, Path source, String from, String to, String third)
      throws IOException {
    Path list = directory.resolve(format + ".csv");
    Annotations.write(format, source, images, Annotations.Reading.PLAIN, list);
    Path csv =
        Files.writeString(
            directory.resolve("decisions.csv"),
            "id,observed,decision,label\n0,%s,relabel,%s\n2,%s,drop,\n".formatted(from, to, third));
    Correction correction = Correction.of(Decisions.read(csv), list, List.of());
    Path out = directory.resolve("corrected-" + format);
    assertThat(
            CorrectedAnnotations.write(correction, format, source, Annotations.Reading.PLAIN, out))
        .isEqualTo(new CorrectedAnnotations.Written(1, 1));
    Path again = directory.resolve("again.csv");
    Annotations.write(format, out, images, Annotations.Reading.PLAIN, again);
    List<String> rows = new ArrayList<>(Files.readAllLines(list));
    rows.remove(3);
    rows.set(1, rows.get(1).replace("," + from, "," + to));
    assertThat(Files.readAllLines(again)).isEqualTo(rows);
    return out;
  }

  @Test
  void pascalVocKeepsWhatIsNotDecided() throws IOException {
    Path source = Files.createDirectory(directory.resolve("Annotations"));
    String object =
        "\t<object>\n"
            + "\t\t<name>%s</name>\n"
            + "\t\t<pose>Left</pose>\n"
            + "\t\t<difficult>1</difficult>\n"
            + "\t\t<bndbox>\n"
            + "\t\t\t<xmin>1</xmin>\n"
            + "\t\t\t<ymin>1</ymin>\n"
            + "\t\t\t<xmax>%d</xmax>\n"
            + "\t\t\t<ymax>3</ymax>\n"
            + "\t\t</bndbox>\n"
            + "\t</object>\n";
    String file = "<annotation>\n\t<filename>cat/%d.png</filename>\n%s</annotation>\n";
    Path first = source.resolve("1.xml");
    Files.writeString(
        first,
        file.formatted(
            1,
            object.formatted("cat", 3) + object.formatted("dog", 4) + object.formatted("dog", 2)));
    String untouched = file.formatted(2, object.formatted("Äffchen & co", 4).replace("&", "&amp;"));
    Files.writeString(source.resolve("2.xml"), untouched);
    Path out = corrected(Annotations.Format.VOC, source, "cat", "dog", "dog");
    assertThat(out.resolve("1.xml"))
        .hasContent(file.formatted(1, object.formatted("dog", 3) + object.formatted("dog", 4)));
    assertThat(out.resolve("2.xml")).hasContent(untouched);
  }

  @Test
  void cvatKeepsWhatIsNotDecided() throws IOException {
    String content =
        """
        <?xml version="1.0" encoding="utf-8"?>
        <annotations>
          <version>1.1</version>
          <image id="0" name="cat/1.png" width="4" height="4">
            <tag label="cat" source="manual">
              <attribute name="sure">no</attribute>
            </tag>
            <polygon label="cat" points="1,1;2,2;3,1"/>
            <box label="dog" source="manual" xtl="0.00" ytl="0.00" xbr="2.00" ybr="2.00"/>
          </image>
          <image id="1" name="cat/2.png" width="4" height="4">
            <tag label="dog" source="manual"/>
          </image>
        </annotations>
        """;
    Path source = Files.writeString(directory.resolve("annotations.xml"), content);
    Path out = corrected(Annotations.Format.CVAT, source, "cat", "dog", "dog");
    assertThat(Files.readString(out))
        .contains("<polygon", "<attribute name=\"sure\">no</attribute>", "id=\"1\"")
        .startsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<annotations>\n");
  }

  @Test
  void openImagesKeepsWhatIsNotDecided() throws IOException {
    for (int i = 1; i <= 2; i++) {
      ImageIO.write(
          ImageIO.read(images.resolve("cat/" + i + ".png").toFile()),
          "jpg",
          images.resolve(i + ".jpg").toFile());
    }
    String header = "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsGroupOf\n";
    Path source =
        Files.writeString(
            directory.resolve("boxes.csv"),
            header
                + "1,xclick,/m/a,1,0,0.50,0,0.5,0\n"
                + "absent,xclick,/m/a,1,0,0.50,0,0.5,0\n"
                + "1,xclick,/m/b,1,0,1,0,1,1\n"
                + "1,xclick,/m/b,1,0.5,1,0,1,0\n"
                + "2,xclick,/m/b,1,0,1,0,1,0\n");
    Path out = corrected(Annotations.Format.OPEN_IMAGES, source, "/m/a", "/m/b", "/m/b");
    assertThat(out)
        .hasContent(
            header
                + "1,xclick,/m/b,1,0,0.50,0,0.5,0\n"
                + "absent,xclick,/m/a,1,0,0.50,0,0.5,0\n"
                + "1,xclick,/m/b,1,0,1,0,1,1\n"
                + "1,xclick,/m/b,1,0.5,1,0,1,0\n");
  }

  /** With the file of descriptions beside it, and images that were saved in another format. */
  @Test
  void openImagesHasNamesAndIsWrittenWithItsIds() throws IOException {
    for (int i = 1; i <= 2; i++) {
      Files.copy(images.resolve("cat/" + i + ".png"), images.resolve(i + ".png"));
    }
    Files.writeString(
        directory.resolve("class-descriptions-boxable.csv"),
        "/m/a,Cat\n/m/b,Dog\n/m/c,Twin\n/m/d,Twin\n/m/e,\"Human, seated\"\n");
    String boxes =
        "ImageID,LabelName,XMin,XMax,YMin,YMax\n"
            + "1,%s,0,0.5,0,0.5\n"
            + "1,/m/c,0,1,0,1\n"
            + "%s2,/m/b,0,1,0,1\n";
    String dropped = "2,/m/b,0.5,1,0,1\n";
    Path source =
        Files.writeString(directory.resolve("boxes.csv"), boxes.formatted("/m/a", dropped));
    assertThat(Annotations.classes(Annotations.Format.OPEN_IMAGES, source))
        .containsExactly("Cat", "Dog", "Human, seated");
    Path out = corrected(Annotations.Format.OPEN_IMAGES, source, "Cat", "Dog", "Dog");
    assertThat(out).hasContent(boxes.formatted("/m/b", ""));
    assertThat(Files.readAllLines(directory.resolve("open-images.csv")))
        .anyMatch(row -> row.matches("\"?images/1\\.png#xywh=[\\d.,]+\"?,Cat"))
        .anyMatch(row -> row.endsWith(",/m/c"));
  }

  @Test
  void severalReviewersAreMergedAndConflictsStay() throws IOException {
    Path a =
        Files.writeString(
            directory.resolve("a.csv"),
            HEADER
                + "0,cat/1.png,cat,relabel,dog\n1,cat/2.png,cat,drop,\n2,cat/3.png,cat,keep,cat\n");
    Path b =
        Files.writeString(
            directory.resolve("b.csv"),
            HEADER
                + "3,dog/1.png,dog,relabel,cat\n0,cat/1.png,cat,keep,cat\n1,cat/2.png,cat,drop,\n");
    Decisions.Merged merged = Decisions.merge(List.of(Decisions.read(a), Decisions.read(b)));
    assertThat(merged.conflicts())
        .containsExactly(
            "sample 0 (cat/1.png): %s says relabel as 'dog', %s says keep".formatted(a, b));
    Correction correction = Correction.of(merged.decisions(), manifest, List.of());
    assertThat(correction.applied()).isEqualTo(new Correction.Applied(1, 1, 1, 2, 0));
    assertThatThrownBy(() -> correction.writeManifest(b))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nothing is changed in place");
    Path out = directory.resolve("out.csv");
    correction.writeManifest(out);
    assertThat(contents(read("manifest", out)))
        .containsExactly("100dog", "20cat", "60cat", "80cat");
  }
}
