package dev.rote.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.text.InputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
    return Annotations.write(format, source, images, out);
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
    assertThat(written).isEqualTo(new Annotations.Written(1, 2));
    assertThat(Files.readAllLines(out)).hasSize(2).last().asString().endsWith("20,5,10,10\",lamp");
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
    assertThat(written).isEqualTo(new Annotations.Written(2, 2));
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
            <bndbox><xmin>21</xmin><ymin>6</ymin><xmax>30</xmax><ymax>15</ymax></bndbox>
            <part><name>bulb</name>
              <bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></part>
          </object>
          <object><name>night</name>
            <bndbox><xmin>1</xmin><ymin>1</ymin><xmax>20</xmax><ymax>20</ymax></bndbox></object>
        </annotation>
        """);
    assertThat(Annotations.write(Annotations.Format.VOC, xml, images, out))
        .isEqualTo(new Annotations.Written(2, 0));
    assertThat(contents()).containsExactly("200 lamp", "40 night");
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
    assertThat(written).isEqualTo(new Annotations.Written(2, 1));
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
        "is not XML");
    refused(
        Annotations.Format.OPEN_IMAGES,
        "ImageID,LabelName,XMin,XMax,YMin,YMax\nabsent,x,0,1,0,1\n",
        "does not exist");
    Files.writeString(out, "path,label\n\"images/a.png#xywh=50,5,10,10\",x\nimages/a.png,y\n");
    assertThatThrownBy(this::read)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has 40 x 20 pixels, and no part #xywh=50,5,10,10");
  }

  private void refused(Annotations.Format format, String content, String message)
      throws IOException {
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
