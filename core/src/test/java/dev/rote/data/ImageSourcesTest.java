package dev.rote.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.text.InputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders and manifests of PNG and JPEG images. */
class ImageSourcesTest {
  @TempDir private Path root;

  private static DataSpec spec(String dataset, Path path, int size, boolean grey) {
    return DataSpec.of(dataset, Optional.of(path.toString())).withImages(Optional.of(size), grey);
  }

  private LabelledImages folder(int size, boolean grey) {
    return DataSets.load(spec("folder", root, size, grey)).train();
  }

  /** An image of one colour. */
  private void paint(String path, int rgb, int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, rgb);
      }
    }
    write(path, image);
  }

  private void write(String path, BufferedImage image) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    String format = path.substring(path.lastIndexOf('.') + 1);
    assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
  }

  private void manifest(String content) throws IOException {
    Files.writeString(root.resolve("list.csv"), content);
  }

  private DataSet manifest(int size) {
    return DataSets.load(spec("manifest", root.resolve("list.csv"), size, false));
  }

  private void refused(String dataset, Path path, String... messages) {
    assertThatThrownBy(() -> DataSets.load(spec(dataset, path, 4, false)))
        .isInstanceOf(InputException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(messages).doesNotContain("\n"));
  }

  @Test
  void classesAreFoldersInOrderAndImagesKeepTheirPlaces() throws IOException {
    paint("dog/b.png", 0x102030, 4, 4);
    paint("dog/a.PNG", 0xff0000, 9, 5);
    paint("cat/z.png", 0x0000ff, 1, 1);
    paint("cat/deeper/y.png", 0x00ff00, 2, 8);
    Files.writeString(root.resolve("cat/notes.txt"), "no image");
    Files.writeString(root.resolve("cat/.hidden.png"), "no image");
    Files.createDirectory(root.resolve(".git"));
    LabelledImages images = folder(4, false);
    assertThat(images.classNames()).containsExactly("cat", "dog");
    assertThat(images.labels()).containsExactly(0, 0, 1, 1);
    assertThat(images.ids()).containsExactly(0, 1, 2, 3);
    assertThat(images.paths().orElseThrow())
        .containsExactly("cat/deeper/y.png", "cat/z.png", "dog/a.PNG", "dog/b.png");
    int[][] colours = {{0, 255, 0}, {0, 0, 255}, {255, 0, 0}, {0x10, 0x20, 0x30}};
    for (int i = 0; i < 4; i++) {
      for (int c = 0; c < 3; c++) {
        byte[] plane = Arrays.copyOfRange(images.pixels(), (i * 3 + c) * 16, (i * 3 + c + 1) * 16);
        assertThat(plane).containsOnly(colours[i][c]);
      }
    }
  }

  @Test
  void trainAndTestFoldersAreParts() throws IOException {
    paint("train/a/1.png", 0, 2, 2);
    paint("train/b/1.png", 0, 2, 2);
    paint("test/b/2.png", 0, 2, 2);
    DataSet data = DataSets.load(spec("folder", root, 2, true));
    assertThat(data.train().labels()).containsExactly(0, 1);
    assertThat(data.test().orElseThrow().labels()).containsExactly(1);
    assertThat(data.test().orElseThrow().paths().orElseThrow()).containsExactly("test/b/2.png");
    paint("test/c/2.png", 0, 2, 2);
    refused("folder", root, "class 'c'", "not among the training classes");
  }

  @Test
  void colourBecomesGreyByItsLuma() throws IOException {
    paint("a/red.png", 0xff0000, 2, 2);
    paint("b/mixed.png", 0x64c832, 2, 2);
    // 0.299 · 255 = 76.2; 0.299 · 100 + 0.587 · 200 + 0.114 · 50 = 153
    assertThat(folder(2, true).pixels()).containsExactly(76, 76, 76, 76, 153, 153, 153, 153);
  }

  @Test
  void greySamplesAreTakenAsTheyAre() throws IOException {
    BufferedImage bytes = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
    BufferedImage shorts = new BufferedImage(2, 2, BufferedImage.TYPE_USHORT_GRAY);
    int[] values = {0, 60, 128, 255};
    for (int i = 0; i < 4; i++) {
      bytes.getRaster().setSample(i % 2, i / 2, 0, values[i]);
      shorts.getRaster().setSample(i % 2, i / 2, 0, values[i] * 257);
    }
    write("a/bytes.png", bytes);
    write("b/shorts.png", shorts);
    assertThat(folder(2, true).pixels()).containsExactly(0, 60, 128, 255, 0, 60, 128, 255);
    assertThat(folder(2, false).pixels())
        .startsWith(0, 60, 128, 255, 0, 60, 128, 255, 0, 60, 128, 255);
  }

  @Test
  void jpegIsReadToWithinItsLoss() throws IOException {
    paint("a/1.jpg", 0x808080, 16, 16);
    paint("b/2.jpeg", 0xc04020, 16, 16);
    LabelledImages images = folder(8, false);
    assertThat(Byte.toUnsignedInt(images.pixels()[0])).isBetween(126, 130);
    assertThat(Byte.toUnsignedInt(images.pixels()[3 * 64])).isBetween(0xc0 - 5, 0xc0 + 5);
    assertThat(Byte.toUnsignedInt(images.pixels()[4 * 64])).isBetween(0x40 - 5, 0x40 + 5);
  }

  @Test
  void transparencyIsIgnored() throws IOException {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x20806040);
    write("a/1.png", image);
    paint("b/1.png", 0, 1, 1);
    assertThat(Arrays.copyOf(folder(1, false).pixels(), 3))
        .containsExactly((byte) 0x80, (byte) 0x60, (byte) 0x40);
  }

  private static float[] resize(float[] plane, int height, int width, int newHeight, int newWidth) {
    Resampling resampling = new Resampling(1, height, width, newHeight, newWidth);
    for (int y = 0; y < height; y++) {
      resampling.add(0, Arrays.copyOfRange(plane, y * width, (y + 1) * width), y);
    }
    return resampling.planes()[0];
  }

  @Test
  void resizingToTheSameSizeChangesNothing() {
    float[] plane = {1, 2, 3, 4, 5, 6};
    assertThat(resize(plane, 2, 3, 2, 3)).isEqualTo(plane);
  }

  @Test
  void enlargingIsBilinear() {
    // new centres at 0.25, 0.75, 1.25, 1.75 of old pixels with centres at 0.5 and 1.5
    assertThat(resize(new float[] {0, 100}, 1, 2, 1, 4))
        .containsExactly(new float[] {0, 25, 75, 100}, within(1e-4f));
    assertThat(resize(new float[] {0, 100}, 2, 1, 4, 1))
        .containsExactly(new float[] {0, 25, 75, 100}, within(1e-4f));
  }

  @Test
  void shrinkingLeavesNoPixelOut() {
    // triangle of reach 2 about 1: weights 3, 3, 1 of 7; about 3: 1, 3, 3
    assertThat(resize(new float[] {70, 0, 0, 140}, 1, 4, 1, 2))
        .containsExactly(new float[] {30, 60}, within(1e-4f));
    float[] checkers = new float[64];
    for (int i = 0; i < 64; i++) {
      checkers[i] = (i / 8 + i % 8) % 2 == 0 ? 0 : 200;
    }
    for (float value : resize(checkers, 8, 8, 2, 2)) {
      assertThat(value).isCloseTo(100, within(1f));
    }
  }

  @Test
  void brokenImagesAreRefused() throws IOException {
    paint("a/fine.png", 0, 2, 2);
    BufferedImage noisy = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 64 * 64; i++) {
      noisy.setRGB(i % 64, i / 64, i * 7919);
    }
    for (String name : new String[] {"broken.png", "broken.jpg", "broken.bmp", "broken.gif"}) {
      write("b/" + name, noisy);
      Path file = root.resolve("b").resolve(name);
      byte[] whole = Files.readAllBytes(file);
      for (int length :
          new int[] {0, 1, 10, 200, whole.length / 2, whole.length * 9 / 10, whole.length - 60}) {
        Files.write(file, Arrays.copyOf(whole, length));
        refused("folder", root, name);
      }
      Files.delete(file);
    }
    Files.writeString(root.resolve("b/text.png"), "this is not an image");
    refused("folder", root, "text.png is not a readable PNG, JPEG, WebP, TIFF, BMP or GIF image");
    Files.delete(root.resolve("b/text.png"));
    Files.writeString(root.resolve("b/image.heic"), "RIFF");
    refused("folder", root, "image.heic is not PNG, JPEG, WebP, TIFF, BMP or GIF");
    Files.delete(root.resolve("b/image.heic"));
    refused("folder", root, "1 class; at least 2 are needed");
  }

  @Test
  void foldersThatAreNoDataSetAreRefused() throws IOException {
    refused("folder", root, "holds no folders");
    paint("only/1.png", 0, 2, 2);
    refused("folder", root, "1 class; at least 2 are needed");
    refused("folder", root.resolve("only/1.png"), "is not a directory");
    refused("folder", root.resolve("absent"), "absent", "does not exist");
    paint("second/1.png", 0, 2, 2);
    DataSpec tested =
        DataSpec.of("folder", Optional.of(root.toString()))
            .withSubset(Optional.empty(), Optional.of(2));
    assertThatThrownBy(() -> DataSets.load(tested))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has no test images");
  }

  @Test
  void manifestWithNamesSortsThem() throws IOException {
    paint("images/1.png", 0xff0000, 2, 2);
    paint("images/2 b.png", 0x00ff00, 2, 2);
    manifest("\uFEFFpath, label\r\nimages/1.png,dog\r\n\r\n\"images/2 b.png\",\"cat, tabby\"\r\n");
    LabelledImages images = manifest(1).train();
    assertThat(images.classNames()).containsExactly("cat, tabby", "dog");
    assertThat(images.labels()).containsExactly(1, 0);
    assertThat(images.original()).isEmpty();
    assertThat(images.paths().orElseThrow()).containsExactly("images/1.png", "images/2 b.png");
    assertThat(images.pixels()).containsExactly(255, 0, 0, 0, 255, 0);
  }

  @Test
  void integerLabelsOfAManifestKeepTheirTextAndCountByNumber() throws IOException {
    paint("1.png", 0, 2, 2);
    manifest("original_label,path,label\n3,1.png,0\n1,1.png,01\n2,1.png,2\n");
    LabelledImages images = manifest(1).train();
    assertThat(images.classNames()).containsExactly("0", "01", "1", "2", "3");
    assertThat(images.labels()).containsExactly(0, 1, 3);
    assertThat(images.original().orElseThrow()).containsExactly(4, 2, 3);
    assertThat(images.ids()).containsExactly(0, 1, 2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "path,label;1.png,0;absent.png,1    | row 3: image absent.png does not exist",
        "path,label;;1.png,0;;absent.png,1  | row 5: image absent.png does not exist",
        "path,label;1.png,0;bad.png,1       | row 3: image bad.png is not a readable",
        "path,label;1.png,0;1.png,0         | 1 class; at least 2 are needed",
        "path,label;1.png,a;1.png,a         | 1 class; at least 2 are needed",
        "path,label;1.png,0;1.png           | row 3 has 1 values under a header of 2",
        "path,label;1.png,0;1.png,          | row 3: label is empty",
        "path,label,original_label;1.png,0,;1.png,1,1 | row 2: original_label is empty",
        "path,lable;1.png,0                 | did you mean 'label'?",
        "path;1.png                         | the header is 'path'; it needs path and label",
        "Path,Label;1.png,0                 | unknown column 'Path'; did you mean 'path'?",
        "path,label,original_labels;1.png,0,0 | did you mean 'original_label'?",
        "path,label,label;1.png,0,1         | the header is 'path,label,label'",
        "1.png,0;1.png,1                    | row 1 is '1.png,0', which is not a header; put the"
            + " line path,label first",
        "path,label                         | has a header but no rows",
        "path,label;'1.png,0;1.png,1        | row 2: image '1.png does not exist"
      })
  void badManifestsAreRefused(String content, String message) throws IOException {
    paint("1.png", 0, 2, 2);
    Files.writeString(root.resolve("bad.png"), "no image");
    manifest(content.replace(';', '\n'));
    refused("manifest", root.resolve("list.csv"), "list.csv", message);
  }

  @Test
  void filesThatAreNoManifestAreRefused() throws IOException {
    refused("manifest", root, "is not a file");
    refused("manifest", root.resolve("absent.csv"), "absent.csv", "does not exist");
    manifest("");
    refused("manifest", root.resolve("list.csv"), "is not a header");
    Files.write(root.resolve("list.csv"), new byte[] {(byte) 0xff, 0, 1});
    refused("manifest", root.resolve("list.csv"), "not UTF-8");
    manifest("path,label\n\"1.png,0\n");
    refused("manifest", root.resolve("list.csv"), "list.csv", "CSV");
    manifest("path;label\n1.png;0\n");
    refused(
        "manifest", root.resolve("list.csv"), "semicolons between its values; save it with commas");
    manifest("path\tlabel\n1.png\t0\n");
    refused("manifest", root.resolve("list.csv"), "tabs between its values");
  }

  @Test
  void otherColumnsOfAManifestArePassedOver() throws IOException {
    paint("1.png", 0, 2, 2);
    paint("2.png", 0xffffff, 2, 2);
    manifest("split,path,width,label\ntrain,1.png,2,dog\ntest,2.png,2,cat\n");
    assertThat(manifest(1).train().labels()).containsExactly(1, 0);
  }

  @Test
  void aLinkMayStandForAClassFolder() throws IOException {
    paint("real/1.png", 0xff0000, 2, 2);
    paint("real/deep/2.png", 0x00ff00, 2, 2);
    paint("elsewhere/b/3.png", 0x0000ff, 2, 2);
    Path data = Files.createDirectories(root.resolve("data"));
    Files.createSymbolicLink(data.resolve("a"), root.resolve("real"));
    Files.createSymbolicLink(data.resolve("b"), root.resolve("elsewhere/b"));
    Files.createSymbolicLink(root.resolve("real/round"), data); // would never end
    LabelledImages images = DataSets.load(spec("folder", data, 1, false)).train();
    assertThat(images.paths().orElseThrow()).containsExactly("a/1.png", "a/deep/2.png", "b/3.png");
    Files.createSymbolicLink(root.resolve("real/4.png"), root.resolve("nowhere.png"));
    refused("folder", data, "4.png", "does not exist");
  }
}
