package dev.rote.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.text.InputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Annotations in the layouts that the formats' documentations show. */
final class AnnotationsTest {
  @TempDir Path directory;
  private Path images;
  private Path out;

  /** Grey images of 40 x 20: a light box of 10 x 10 at (20, 5) on a dark ground. */
  @BeforeEach
  void makeImages() throws IOException {
    images = Files.createDirectories(directory.resolve("images/sub")).getParent();
    for (String name : List.of("a.png", "sub/b c.png")) {
      ImageIO.write(image(), "png", images.resolve(name).toFile());
    }
    ImageIO.write(image(), "jpg", images.resolve("0001.jpg").toFile());
    out = directory.resolve("m.csv");
  }

  private static BufferedImage image() {
    BufferedImage image = new BufferedImage(40, 20, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < 20; y++) {
      for (int x = 0; x < 40; x++) {
        boolean inside = x >= 20 && x < 30 && y >= 5 && y < 15;
        image.getRaster().setSample(x, y, 0, inside ? 200 : 40);
      }
    }
    return image;
  }

  private Annotations.Written write(Annotations.Format format, String name, String content)
      throws IOException {
    Path source = Files.writeString(directory.resolve(name), content);
    return Annotations.write(format, source, images, Annotations.Reading.PLAIN, out);
  }

  private LabelledImages read() {
    return DataSets.load(
            DataSpec.of("manifest", Optional.of(out.toString())).withImages(Optional.of(1), true))
        .train();
  }

  /** Mean grey and class of each sample. */
  private List<String> contents() {
    LabelledImages read = read();
    return IntStream.range(0, read.size())
        .mapToObj(i -> (read.pixels()[i] & 0xff) + " " + read.classNames().get(read.labels()[i]))
        .toList();
  }

  @Test
  void boxesOutsideOfTheImageAreLeftOut() throws IOException {
    String box = "{\"image_id\": 1, \"category_id\": 1, \"bbox\": [%s]}";
    Annotations.Written written =
        write(
            Annotations.Format.COCO,
            "coco.json",
            """
            {"images": [{"id": 1, "file_name": "a.png"}],
             "categories": [{"id": 1, "name": "lamp"}],
             "annotations": [%s, %s, %s]}
            """
                .formatted(
                    box.formatted("20, 5, 10, 10"),
                    box.formatted("20, -15, 10, 10"),
                    box.formatted("-15, 5, 10, 10")));
    assertThat(written.leftOut()).isEqualTo(Map.of("boxes outside of their image", 2));
    assertThat(Files.readAllLines(out)).hasSize(2).last().asString().endsWith("20,5,10,10\",lamp");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aBackslashInANameStays() throws IOException {
    Files.copy(images.resolve("0001.jpg"), images.resolve("a\\b.jpg"));
    Annotations.Written written =
        write(
            Annotations.Format.COCO,
            "coco.json",
            """
            {"images": [{"id": 1, "file_name": "a\\\\b.jpg", "width": 40, "height": 20}],
             "categories": [{"id": 1, "name": "cat"}],
             "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [20, 5, 10, 10]}]}
            """);
    assertThat(written.missing()).isEmpty();
    assertThat(out).content().contains("/a\\b.jpg#xywh=");
  }

  @Test
  void cocoBoxesAreSamples() throws IOException {
    Annotations.Written written =
        write(
            Annotations.Format.COCO,
            "coco.json",
            """
            {"info": {"year": 2026}, "licenses": [],
             "images": [{"id": 7, "file_name": "a.png", "width": 40, "height": 20},
                        {"id": 9, "file_name": "sub/b c.png", "width": 40, "height": 20}],
             "categories": [{"id": 1, "name": "lamp", "supercategory": "thing"},
                            {"id": 90, "name": "night", "supercategory": "thing"}],
             "annotations": [
               {"id": 1, "image_id": 7, "category_id": 1, "bbox": [20.0, 5.0, 10.0, 10.0],
                "area": 100, "iscrowd": 0, "segmentation": [[20, 5, 30, 5, 30, 15]]},
               {"id": 2, "image_id": 9, "category_id": 90, "bbox": [-3, 0, 13, 20], "iscrowd": 0},
               {"id": 3, "image_id": 9, "category_id": 90, "bbox": [0, 0, 5, 5], "iscrowd": 1},
               {"id": 4, "image_id": 9, "category_id": 1, "bbox": [0, 0, 0, 5], "iscrowd": 0}]}
            """);
    assertThat(written.rows()).isEqualTo(2);
    assertThat(written.leftOut())
        .isEqualTo(Map.of("boxes around groups (crowds)", 1, "empty boxes", 1));
    assertThat(out)
        .hasContent(
            "path,label\n\"images/a.png#xywh=20,5,10,10\",lamp\n"
                + "\"images/sub/b c.png#xywh=0,0,10,20\",night\n");
    assertThat(contents()).containsExactly("200 lamp", "40 night");
    assertThat(read().paths().orElseThrow().get(0)).isEqualTo("images/a.png#xywh=20,5,10,10");
  }

  @Test
  void boxesOfPascalVocCountFromOne() throws IOException {
    Path xml = Files.createDirectory(directory.resolve("Annotations"));
    Files.writeString(
        xml.resolve("a.xml"),
        """
        <annotation><folder>VOC2007</folder><filename>a.png</filename>
          <size><width>40</width><height>20</height><depth>1</depth></size>
          <object><name>lamp</name><pose>Left</pose><truncated>0</truncated>
            <part><name>bulb</name>
              <bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></part>
            <bndbox><xmin>21</xmin><ymin>6</ymin><xmax>30</xmax><ymax>15</ymax></bndbox>
          </object>
          <object><name>night</name><truncated>1</truncated><difficult>1</difficult>
            <bndbox><xmin>1</xmin><ymin>1</ymin><xmax>20</xmax><ymax>20</ymax></bndbox></object>
        </annotation>
        """);
    assertThat(
            Annotations.write(Annotations.Format.VOC, xml, images, Annotations.Reading.PLAIN, out))
        .isEqualTo(new Annotations.Written(0, 2, Map.of(), List.of()));
    assertThat(contents()).containsExactly("200 lamp", "40 night");
  }

  @Test
  void imagesOfPascalVocWithoutAnEndingAreJpeg() throws IOException {
    write(
        Annotations.Format.VOC,
        "a.xml",
        "<annotation><filename>0001</filename><object><name>lamp</name><bndbox><xmin>21</xmin>"
            + "<ymin>6</ymin><xmax>30</xmax><ymax>15</ymax></bndbox></object></annotation>");
    assertThat(out).hasContent("path,label\n\"images/0001.jpg#xywh=20,5,10,10\",lamp\n");
  }

  @Test
  void boxesOfOpenImagesAreSharesOfTheImage() throws IOException {
    write(
        Annotations.Format.OPEN_IMAGES,
        "boxes.csv",
        """
        ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated
        0001,xclick,/m/lamp,1,0.5,0.75,0.25,0.75,0,0
        0001,xclick,/m/night,1,0,0.25,0,1,0,0
        """);
    LabelledImages read = read();
    assertThat(read.classNames()).containsExactly("/m/lamp", "/m/night");
    // a JPEG loses a little
    assertThat(read.pixels()[0] & 0xff).isBetween(190, 210);
    assertThat(read.pixels()[1] & 0xff).isBetween(35, 45);
  }

  @Test
  void choicesOfLabelStudioAreLabels() throws IOException {
    String annotation =
        "[{\"id\":1,\"was_cancelled\":%s,\"result\":[{\"from_name\":\"c\",\"to_name\":\"image\","
            + "\"type\":\"choices\",\"value\":{\"choices\":[\"%s\"]}}]}]";
    Annotations.Written written =
        write(
            Annotations.Format.LABEL_STUDIO,
            "ls.json",
            ("[{\"id\":1,\"data\":{\"image\":\"/data/local-files/?d=sub/b%%20c.png\"},\"annotations\":%s},"
                    + "{\"id\":2,\"data\":{\"image\":\"/data/upload/3/a.png\"},\"annotations\":%s},"
                    + "{\"id\":3,\"data\":{\"image\":\"/data/upload/3/x.png\"},\"annotations\":%s}]")
                .formatted(
                    annotation.formatted(false, "cat"),
                    annotation.formatted(false, "dog"),
                    annotation.formatted(true, "dog")));
    assertThat(written)
        .isEqualTo(new Annotations.Written(2, 0, Map.of("images without a label", 1), List.of()));
    assertThat(out).hasContent("path,label\nimages/sub/b c.png,cat\nimages/a.png,dog\n");
  }

  @Test
  void tagsAndBoxesOfCvatAreLabels() throws IOException {
    write(
        Annotations.Format.CVAT,
        "annotations.xml",
        """
        <?xml version="1.0" encoding="utf-8"?>
        <annotations><version>1.1</version><meta><task><id>4</id></task></meta>
          <image id="0" name="a.png" width="40" height="20">
            <box label="lamp" source="manual" occluded="0" xtl="20.00" ytl="5.00" xbr="30.00" ybr="15.00" z_order="0"></box>
          </image>
          <image id="1" name="sub/b c.png" width="40" height="20">
            <tag label="night" source="manual"></tag>
          </image>
        </annotations>
        """);
    // the whole image
    assertThat(contents())
        .satisfiesExactly(
            first -> assertThat(first).isEqualTo("200 lamp"),
            second -> assertThat(second).matches("(5|6|7)\\d night"));
  }

  /** A file with masks of pycocotools 2.0.11 and the NaN of Python's json. */
  @Test
  void aFileOfPycocotoolsIsRead() throws IOException {
    Path coco = resource("coco.json");
    Annotations.Written written =
        Annotations.write(Annotations.Format.COCO, coco, images, Annotations.Reading.PLAIN, out);
    assertThat(written.leftOut()).isEqualTo(Map.of("boxes around groups (crowds)", 1));
    assertThat(contents()).containsExactly("200 lamp", "40 night");
    Path corrected = directory.resolve("corrected.json");
    Annotations.rewrite(
        Annotations.Format.COCO,
        coco,
        Annotations.Reading.PLAIN,
        Map.of(0, Optional.of("night")),
        corrected);
    assertThat(Files.readString(corrected))
        .contains("\"area\":NaN", "\"category_id\":90,\"bbox\":[20.0,5.0,10.0,10.0]");
  }

  private Path resource(String name) throws IOException {
    Path file = directory.resolve(name);
    try (InputStream in = AnnotationsTest.class.getResourceAsStream(name)) {
      Files.copy(in, file);
    }
    return file;
  }

  private static String coco(String categories, String annotations) {
    return """
    {"images": [{"id": "u-7", "file_name": "a.png"}, {"id": "u-9", "file_name": "sub/b c.png"}],
     "categories": [%s], "annotations": [%s]}
    """
        .formatted(categories, annotations);
  }

  @Test
  void idsOfTextAndCrowdsOfTruthValuesAreRead() throws IOException {
    Annotations.Written written =
        write(
            Annotations.Format.COCO,
            "coco.json",
            coco(
                "{\"id\": 1, \"name\": \"lamp\"}",
                """
                {"image_id": "u-7", "category_id": 1, "bbox": [20, 5, 10, 10]},
                {"image_id": "u-9", "category_id": 1, "bbox": [20, -40, 10, 10]},
                {"image_id": "u-9", "category_id": 1, "bbox": [20, 5, 10, 10], "iscrowd": true},
                {"image_id": "u-9", "category_id": 1, "segmentation": []}
                """));
    assertThat(out).hasContent("path,label\n\"images/a.png#xywh=20,5,10,10\",lamp\n");
    assertThat(written.inWords())
        .isEqualTo(
            "; left out: 1 annotations without a box, 1 boxes around groups (crowds), 1 boxes"
                + " outside of their image");
  }

  @Test
  void whatIsAmbiguousInCocoIsRefused() throws IOException {
    String box = "{\"image_id\": \"u-7\", \"category_id\": 1, \"bbox\": %s}";
    String lamp = "{\"id\": 1, \"name\": \"lamp\"}";
    refused(
        Annotations.Format.COCO,
        coco(lamp + ", {\"id\": 2, \"name\": \"lamp\"}", box.formatted("[0, 0, 5, 5]")),
        "two categories named 'lamp', 1 and 2; give them different names");
    refused(
        Annotations.Format.COCO,
        coco(lamp, box.formatted("[0, null, 5, 5]")),
        "annotation 1 has the bbox [0,null,5,5]; four numbers are needed");
    refused(Annotations.Format.COCO, "[]", "is not a COCO file but a list");
    refused(
        Annotations.Format.COCO,
        coco(lamp, box.formatted("[0, 0, 5, 5]")).replace("a.png", "absent.png"),
        "such as absent.png (1 in all)");
  }

  @Test
  void groupsAndLabelsOfWholeImagesAreToldApartInOpenImages() throws IOException {
    Annotations.Written written =
        write(
            Annotations.Format.OPEN_IMAGES,
            "boxes.csv",
            """
            ImageID,LabelName,XMin,XMax,YMin,YMax,IsGroupOf
            0001,/m/lamp,0.5,0.75,0.25,0.75,0
            0001,/m/night,0,0.25,0,1,1
            absent,/m/night,0,0.25,0,1,0
            """);
    assertThat(written.left()).isEqualTo(2);
    assertThat(out).hasContent("path,label\n\"images/0001.jpg#xywh=20,5,10,10\",/m/lamp\n");
    refused(
        Annotations.Format.OPEN_IMAGES,
        "ImageID,LabelName,XMin,XMax,YMin,YMax\n0001,x,20,30,5,15\n",
        "edges are shares of the image's size, from 0 to 1");
    String labels =
        "ImageID,Source,LabelName,Confidence\n0001,verification,/m/a,1\n0001,verification,/m/b,0\n"
            + "0001,verification,/m/c,1\n";
    refused(Annotations.Format.OPEN_IMAGES, labels, "has the labels /m/a, /m/c; --multi-label");
    Annotations.write(
        Annotations.Format.OPEN_IMAGES,
        Files.writeString(directory.resolve("labels.csv"), labels),
        images,
        new Annotations.Reading(Optional.of(";"), Optional.empty()),
        out);
    assertThat(out).hasContent("path,label\nimages/0001.jpg,/m/a;/m/c\n");
  }

  @Test
  void otherShapesOfCvatAreCounted() throws IOException {
    String image =
        "<annotations><image name=\"a.png\" width=\"40\" height=\"20\">%s</image></annotations>";
    Annotations.Written written =
        write(
            Annotations.Format.CVAT,
            "annotations.xml",
            image.formatted(
                """
                <box label="lamp" xtl="20.00" ytl="5.00" xbr="30.00" ybr="15.00"/>
                <box label="lamp" xtl="20.00" ytl="5.00" xbr="30.00" ybr="15.00" rotation="45.00"/>
                <polygon label="lamp" points="1,2;3,4;5,6"/><skeleton label="x"><points/></skeleton>
                """));
    assertThat(written)
        .isEqualTo(
            new Annotations.Written(
                0, 1, Map.of("rotated boxes", 1, "shapes that are not boxes", 2), List.of()));
    String two = image.formatted("<tag label=\"cat\"/><tag label=\"dog\"/>");
    refused(Annotations.Format.CVAT, two, "has the labels cat, dog; --multi-label");
    refused(
        Annotations.Format.CVAT,
        "<annotations><track id=\"0\" label=\"cat\"/></annotations>",
        "export the task as 'CVAT for images 1.1'");
    refused(Annotations.Format.CVAT, "<project/>", "its root element is <project>");
  }

  /** A project's export: image elements carry their subset, and lie in its folder. */
  @Test
  void subsetsOfACvatProjectAreFolders() throws IOException {
    for (String subset : List.of("Train", "Test")) {
      Files.createDirectory(images.resolve(subset));
      Files.copy(images.resolve("a.png"), images.resolve(subset + "/a.png"));
    }
    String project =
        """
        <annotations><version>1.1</version><meta><project><id>7</id></project></meta>
          <image id="0" name="a.png" subset="Train" task_id="1" width="40" height="20">
            <tag label="lamp" source="manual"></tag>
          </image>
          <image id="0" name="a.png" subset="%s" task_id="2" width="40" height="20">
            <tag label="night" source="manual"></tag>
          </image>
        </annotations>
        """;
    write(Annotations.Format.CVAT, "annotations.xml", project.formatted("Test"));
    assertThat(out).hasContent("path,label\nimages/Train/a.png,lamp\nimages/Test/a.png,night\n");
    String absent = project.formatted("Val").replace("Train", "Val");
    refused(Annotations.Format.CVAT, absent, "has two images a.png; --images names");
  }

  @Test
  void imagesUploadedToLabelStudioMayKeepTheirOwnNames() throws IOException {
    String tasks =
        "["
            + task(1, "/data/upload/3/0a1b2c3d-a.png", chosen("kind", false, false, "lamp"))
            + ","
            + task(2, "/data/upload/3/4e5f6071-sub.png", chosen("kind", false, false, "night"))
            + "]";
    Files.copy(images.resolve("a.png"), images.resolve("4e5f6071-sub.png"));
    write(Annotations.Format.LABEL_STUDIO, "tasks.json", tasks);
    assertThat(out).hasContent("path,label\nimages/a.png,lamp\nimages/4e5f6071-sub.png,night\n");
  }

  private static String task(int id, String image, String annotations) {
    return "{\"id\":%d,\"data\":{\"photo\":\"%s\"},\"annotations\":[%s]}"
        .formatted(id, image, annotations);
  }

  private static String chosen(String control, boolean cancelled, boolean truth, String... labels) {
    return "{\"was_cancelled\":%s,\"ground_truth\":%s,\"result\":[{\"from_name\":\"%s\",\"type\":\"choices\",\"value\":{\"choices\":[\"%s\"]}}]}"
        .formatted(cancelled, truth, control, String.join("\",\"", labels));
  }

  @Test
  void annotatorsOfLabelStudioMayDiffer() throws IOException {
    String cat = chosen("c", false, false, "cat");
    String dog = chosen("c", false, false, "dog");
    Annotations.Written written =
        write(
            Annotations.Format.LABEL_STUDIO,
            "ls.json",
            "["
                + task(1, "s3://bucket/a.png?X-Sign=a/b", cat + "," + cat)
                + ","
                + task(2, "/data/upload/1/0001.jpg", cat + "," + dog)
                + ","
                + task(
                    3,
                    "/data/local-files/?d=sub/b%20c.png",
                    chosen("c", true, false, "cat") + "," + dog)
                + ","
                + task(4, "/data/upload/1/0001.jpg", cat + "," + chosen("c", false, true, "dog"))
                + "]");
    assertThat(out)
        .hasContent("path,label\nimages/a.png,cat\nimages/sub/b c.png,dog\nimages/0001.jpg,dog\n");
    assertThat(written.leftOut()).isEqualTo(Map.of("images whose annotators differ", 1));
    refused(
        Annotations.Format.LABEL_STUDIO,
        "["
            + task(1, "/data/upload/1/a.png", cat)
            + ","
            + task(2, "/data/upload/1/a.png", chosen("q", false, false, "good"))
            + "]",
        "has choices of c, q; --label names the one");
    refused(
        Annotations.Format.LABEL_STUDIO,
        "[" + task(1, "/data/upload/1/a.png", chosen("c", false, false, "cat", "dog")) + "]",
        "has the labels cat, dog; --multi-label");
    refused(
        Annotations.Format.LABEL_STUDIO,
        "[" + task(1, "/data/upload/1/a.png", cat.replace("choices", "rectanglelabels")) + "]",
        "export the boxes from Label Studio as COCO");
  }

  @Test
  void jsonMinOfLabelStudioIsRead() throws IOException {
    write(
        Annotations.Format.LABEL_STUDIO,
        "min.json",
        """
        [{"image": "/data/upload/1/a.png", "id": 1, "choice": "cat", "annotator": 1, "annotation_id": 1,
          "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "lead_time": 2.5},
         {"image": "/data/upload/1/0001.jpg", "id": 2, "choice": "dog", "annotator": 1},
         {"image": "/data/upload/1/0001.jpg", "id": 2, "choice": "dog", "annotator": 2}]
        """);
    assertThat(out).hasContent("path,label\nimages/a.png,cat\nimages/0001.jpg,dog\n");
  }

  /** Boxes as other formats write them, under the names of COCO. */
  @Test
  void boxesThatAreNotInPixelsAreNotCutInSilence() throws IOException {
    String box = "{\"image_id\": \"u-7\", \"category_id\": 1, \"bbox\": %s}";
    String sized =
        coco("{\"id\": 1, \"name\": \"lamp\"}", "BOXES")
            .replace("\"a.png\"", "\"a.png\", \"width\": 40, \"height\": 20");
    String shares = box.formatted("[0.5, 0.25, 0.25, 0.5]") + "," + box.formatted("[0, 0, 1, 1]");
    refused(
        Annotations.Format.COCO,
        sized.replace("BOXES", shares),
        "seem to be shares of the image's size, such as [0.5,0.25,0.25,0.5]");
    String corners = box.formatted("[20, 5, 30, 15]") + "," + box.formatted("[10, 10, 39, 20]");
    refused(
        Annotations.Format.COCO, sized.replace("BOXES", corners), "two corners, such as [20,5,");
    String pixels = box.formatted("[20, 5, 10, 10]") + "," + box.formatted("[30, 5, 35, 10]");
    assertThat(write(Annotations.Format.COCO, "coco.json", sized.replace("BOXES", pixels)).boxes())
        .as("one reaches beyond its image")
        .isEqualTo(2);
    String turned =
        box.formatted("[20, 5, 10, 10], \"attributes\": {\"rotation\": 30.0}")
            + ","
            + box.formatted("[20, 5, 10, 10], \"attributes\": {\"rotation\": 0.0}");
    assertThat(
            write(Annotations.Format.COCO, "coco.json", sized.replace("BOXES", turned)).inWords())
        .isEqualTo("; left out: 1 rotated boxes");
    refused(Annotations.Format.COCO, "", "odd is empty");
    refused(
        Annotations.Format.COCO,
        sized.replace("BOXES", pixels).replace("a.png", "sub\\\\a.png"),
        "separated by /, not by a backslash");
    Path nowhere = directory.resolve("nowhere/m.csv");
    Path source = directory.resolve("coco.json");
    assertThatThrownBy(
            () ->
                Annotations.write(
                    Annotations.Format.COCO, source, images, Annotations.Reading.PLAIN, nowhere))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot write the manifest to " + nowhere);
  }

  @Test
  void filesOfPascalVocAreFoundWhateverTheirEndingAndFoldersCounted() throws IOException {
    String content =
        "<annotation><filename>a.png</filename><object><name>lamp</name><bndbox><xmin>21</xmin>"
            + "<ymin>6</ymin><xmax>30</xmax><ymax>15</ymax></bndbox></object></annotation>";
    Path xml = Files.createDirectories(directory.resolve("Annotations/more")).getParent();
    Files.writeString(xml.resolve("a.XML"), content);
    Files.writeString(xml.resolve("b.xml"), content);
    Files.writeString(xml.resolve("._b.xml"), "what macOS leaves on other disks");
    Files.writeString(xml.resolve("more/c.xml"), content);
    Annotations.Written written =
        Annotations.write(Annotations.Format.VOC, xml, images, Annotations.Reading.PLAIN, out);
    assertThat(written.boxes()).isEqualTo(2);
    assertThat(written.inWords()).isEqualTo("; left out: 1 folders, whose files are not read");
  }

  @Test
  void twoAddressesOfLabelStudioThatEndAlikeAreNotOneImage() throws IOException {
    String cat = chosen("c", false, false, "cat");
    String first = task(1, "s3://bucket/left/a.png", cat);
    refused(
        Annotations.Format.LABEL_STUDIO,
        "[" + first + "," + task(2, "s3://bucket/right/a.png", cat) + "]",
        "s3://bucket/left/a.png and s3://bucket/right/a.png lead to the same file, a.png");
    write(
        Annotations.Format.LABEL_STUDIO,
        "tasks.json",
        "[" + first + "," + task(2, "s3://bucket/left/a.png", cat) + "]");
    assertThat(out).hasContent("path,label\nimages/a.png,cat\nimages/a.png,cat\n");
  }

  @Test
  void whatCannotBeReadGetsOneLine() throws IOException {
    refused(Annotations.Format.COCO, "{", "is not JSON");
    refused(Annotations.Format.COCO, "{\"annotations\":[]}", "has no labels in the format coco");
    refused(
        Annotations.Format.COCO,
        "{\"annotations\":[{\"bbox\":[0,0,1,1],\"image_id\":5,\"category_id\":1}]}",
        "annotation 1 names an image");
    refused(Annotations.Format.CVAT, "<a", "is not XML");
    refused(
        Annotations.Format.CVAT,
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a>&x;</a>",
        "has a DOCTYPE");
    refused(
        Annotations.Format.OPEN_IMAGES,
        "ImageID,LabelName,XMin,XMax,YMin,YMax\nabsent,x,0,1,0,1\n",
        "boxes in images that do not exist");
    Files.writeString(out, "path,label\n\"images/a.png#xywh=50,5,10,10\",x\nimages/a.png,y\n");
    assertThatThrownBy(this::read)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has 40 x 20 pixels, and no part #xywh=50,5,10,10");
  }

  private void refused(Annotations.Format format, String content, String message)
      throws IOException {
    Files.deleteIfExists(out);
    assertThatThrownBy(() -> write(format, "odd", content))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
    assertThat(out).doesNotExist();
  }

  @Test
  void aPreviewShowsTheWholePictureWithAFrame() throws IOException {
    Path part = Path.of(images.resolve("a.png") + "#xywh=20,5,10,10");
    BufferedImage shown =
        ImageIO.read(new ByteArrayInputStream(ImagePreview.of(part, 240).orElseThrow()));
    assertThat(shown.getWidth()).isEqualTo(40);
    assertThat(shown.getRGB(20, 10) & 0xff).isEqualTo(255);
    assertThat(shown.getRGB(19, 10) & 0xff).isZero();
    assertThat(shown.getRGB(25, 10) & 0xff).isEqualTo(200);
    assertThat(shown.getRGB(5, 5) & 0xff).isEqualTo(40);
  }
}
