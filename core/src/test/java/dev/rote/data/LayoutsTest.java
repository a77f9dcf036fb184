package dev.rote.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.format.Npy;
import dev.rote.noise.LabelNoise;
import dev.rote.noise.NoiseDraw;
import dev.rote.text.InputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders and manifests as people have them: what becomes a class, a split, a sample. */
class LayoutsTest {
  @TempDir private Path root;

  private void image(String path) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    assertThat(
            ImageIO.write(
                new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB), "png", file.toFile()))
        .isTrue();
  }

  private void images(String... paths) throws IOException {
    for (String path : paths) {
      image(path);
    }
  }

  private static DataSpec spec(String dataset, Path path) {
    return DataSpec.of(dataset, Optional.of(path.toString())).withImages(Optional.of(2), true);
  }

  private ReadDataSet folder() {
    return DataSets.read(spec("folder", root));
  }

  private LabelledImages manifest(String content) throws IOException {
    Path csv = Files.writeString(root.resolve("m.csv"), content);
    return DataSets.load(spec("manifest", csv)).train();
  }

  private void refused(String... messages) {
    assertThatThrownBy(this::folder)
        .isInstanceOf(InputException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(messages).doesNotContain("\n"));
  }

  @Test
  void numberedFoldersCountByNumber() throws IOException {
    for (int i = 0; i < 22; i++) {
      image(i / 2 + "/i" + i % 2 + ".png");
    }
    int[] numbers = {0, 0, 1, 1, 10, 10, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9};
    LabelledImages images = folder().data().train();
    assertThat(images.classNames())
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
    Path labels = root.resolve("y.npy");
    Npy.write(labels, numbers);
    assertThat(LabelNoise.parse("labels(" + labels + ")").draw(images, 1).realizedRate()).isZero();
    NoiseDraw pair = LabelNoise.parse("pair(1)").draw(images, 1);
    for (int i = 0; i < 22; i++) {
      assertThat(images.classNames().get(pair.observed()[i]))
          .isEqualTo(Integer.toString((numbers[i] + 1) % 11));
    }
  }

  @Test
  void integersThatLeaveGapsMakeAsManyClassesAsOccur() throws IOException {
    images("a.png", "b.png");
    for (List<String> pair :
        List.of(List.of("7", "40"), List.of("1", "2"), List.of("-1", "99999999999"))) {
      StringBuilder csv = new StringBuilder("path,label\n");
      for (int i = 0; i < 50; i++) {
        csv.append("a.png,%s\nb.png,%s\n".formatted(pair.get(1), pair.get(0)));
      }
      LabelledImages images = manifest(csv.toString());
      assertThat(images.classNames()).isEqualTo(pair);
      assertThat(images.labels()).startsWith(1, 0, 1, 0);
      assertThat(LabelNoise.parse("symmetric(0.5)").draw(images, 1).observed()).containsOnly(0, 1);
    }
    assertThat(manifest("path,label\na.png,10\na.png,01\na.png,9\n").classNames())
        .containsExactly("01", "9", "10");
  }

  @Test
  void foldersOfNotebooksAndNetworkDrivesArePassedOverAndNamed() throws IOException {
    images("cat/c1.png", "cat/c2.png", "dog/d1.png", "dog/d2.png");
    images("cat/.ipynb_checkpoints/c1-checkpoint.png", "dog/@eaDir/d1.png/SYNOPHOTO_THUMB_M.png");
    images("__MACOSX/cat/._c1.png", "dog/sub/._d1.png");
    ReadDataSet read = folder();
    assertThat(read.data().train().paths().orElseThrow())
        .containsExactly("cat/c1.png", "cat/c2.png", "dog/d1.png", "dog/d2.png");
    assertThat(read.notes())
        .singleElement()
        .asString()
        .contains("skipped", "cat/.ipynb_checkpoints", "dog/@eaDir", "dog/sub/._d1.png");
  }

  @Test
  void splitsInAnyCaseAreNoClasses() throws IOException {
    images("Training/a/1.png", "Training/b/1.png", "VAL/a/2.png", "valid.txt/x.png");
    Files.delete(root.resolve("valid.txt/x.png"));
    ReadDataSet read = folder();
    assertThat(read.data().train().classNames()).containsExactly("a", "b");
    assertThat(read.data().test().orElseThrow().paths().orElseThrow())
        .containsExactly("VAL/a/2.png");
    assertThat(read.notes()).singleElement().asString().contains("Training, VAL", "--split");
    images("VAL/b/2.png");
    ReadDataSet chosen = DataSets.read(spec("folder", root).withSplit(Optional.of("val")));
    assertThat(chosen.data().train().paths().orElseThrow())
        .containsExactly("VAL/a/2.png", "VAL/b/2.png");
    assertThat(chosen.data().test()).isEmpty();
    ReadDataSet both = DataSets.read(spec("folder", root).withSplit(Optional.of("val,training")));
    assertThat(both.data().train().size()).isEqualTo(4);
    assertThat(both.data().train().ids()).containsExactly(0, 1, 2, 3);
    assertThatThrownBy(() -> DataSets.read(spec("folder", root).withSplit(Optional.of("test"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("unknown split 'test'; known: Training, VAL");
  }

  @Test
  void whatMayBeASplitOrAClassIsNotGuessed() throws IOException {
    images("train/a/1.png", "train/b/1.png", "plane/1.png");
    refused("'train', which may be a split or a class, beside plane", "--split train");
    assertThat(
            DataSets.read(spec("folder", root).withSplit(Optional.of("train")))
                .data()
                .train()
                .classNames())
        .containsExactly("a", "b");
    images("train/directly.png");
    assertThat(folder().data().train().classNames()).containsExactly("plane", "train");
  }

  @Test
  void splitsWithoutClassFoldersAreRefused() throws IOException {
    images("train/1.png", "test/1.png");
    refused("holds the splits test, train, but no class folders in them");
  }

  @Test
  void foldersAboveTheClassFoldersAreNoticed() throws IOException {
    images("images/cat/1.png", "images/dog/1.png");
    refused("holds the folders cat, dog; if those are the classes, give " + root.resolve("images"));
    images("more/cat/1.png", "more/dog/1.png");
    ReadDataSet read = folder();
    assertThat(read.data().train().classNames()).containsExactly("images", "more");
    assertThat(read.notes())
        .singleElement()
        .asString()
        .contains("images, more", "hold only the same folders cat, dog");
  }

  @Test
  void linksToFoldersWithinAClassAreNamed() throws IOException {
    images("cat/1.png", "dog/1.png", "elsewhere/more/2.png");
    Files.createSymbolicLink(root.resolve("cat/more"), root.resolve("elsewhere/more"));
    assertThat(folder().notes())
        .singleElement()
        .asString()
        .isEqualTo("links to folders within a class are not followed: cat/more");
  }

  @Test
  void aSplitIsChosenByItsExactNameFirst() throws IOException {
    images("Train/cat/1.png", "Train/dog/1.png", "train/cat/2.png", "train/dog/2.png");
    ReadDataSet lower = DataSets.read(spec("folder", root).withSplit(Optional.of("train")));
    assertThat(lower.data().train().paths().orElseThrow())
        .containsExactly("train/cat/2.png", "train/dog/2.png");
  }

  @Test
  void pathsThatLeadNowhereAreExplained() {
    for (String[] odd :
        new String[][] {
          {"img\\1.png", "does not exist, but would with / in place of each backslash"},
          {"https://example.org/1.png", "is an address; download the images"},
          {"img", "is a directory"},
          {"img/empty.png", "is empty"}
        }) {
      assertThatThrownBy(
              () -> {
                image("img/1.png");
                Files.write(root.resolve("img/empty.png"), new byte[0]);
                manifest("path,label\nimg/1.png,x\n" + odd[0] + ",y\n");
              })
          .isInstanceOf(InputException.class)
          .hasMessageContaining(odd[1]);
    }
  }

  @Test
  void emptyFoldersAreNoClassesAndNamed() throws IOException {
    images("cat/1.png", "dog/1.png");
    Files.createDirectories(root.resolve("owl/nest"));
    Files.writeString(root.resolve("owl/notes.txt"), "none yet");
    ReadDataSet read = folder();
    assertThat(read.data().train().classNames()).containsExactly("cat", "dog");
    assertThat(read.notes())
        .hasSize(2)
        .anyMatch(note -> note.endsWith("not classes: owl"))
        .anyMatch(note -> note.endsWith("are skipped: owl/notes.txt"));
  }

  @Test
  void filesWithoutEndingAreKnownByTheirContent() throws IOException {
    images("cat/1.png", "dog/1.png");
    Files.move(root.resolve("cat/1.png"), root.resolve("cat/0a1b2c"));
    Files.writeString(root.resolve("cat/LICENSE"), "no image");
    assertThat(folder().data().train().paths().orElseThrow())
        .containsExactly("cat/0a1b2c", "dog/1.png");
  }

  @Test
  void namesThatLookAlikeArePointedOut() throws IOException {
    assertThat(Classes.alike("m.csv", List.of("Cat", "cat", "dog", "owl", "owl ")))
        .containsExactly(
            "m.csv counts 'Cat' and 'cat' as different classes, which differ only in case; rename"
                + " them if they are one",
            "m.csv counts 'owl' and 'owl ' as different classes, which differ only in spaces;"
                + " rename them if they are one");
    assertThat(Classes.alike("m.csv", List.of("\u00c4pfel", "A\u0308pfel")))
        .singleElement()
        .asString()
        .contains("Unicode normalization");
    assertThat(Classes.alike("m.csv", List.of("1", "01", "2")))
        .singleElement()
        .asString()
        .contains("leading zeros");
    images("Cat/1.png", "cat/1.png");
    assertThat(folder().notes()).singleElement().asString().contains("'Cat' and 'cat'");
  }

  /** As documented at https://huggingface.co/docs/datasets/image_dataset. */
  @Test
  void imageFoldersOfHuggingFaceAreRead() throws IOException {
    images("train/0001.png", "train/0002.png", "train/sub/0003.png", "test/0001.png");
    Files.writeString(
        root.resolve("train/metadata.csv"),
        "file_name,label,text\n"
            + "0001.png,cat,a cat\n"
            + "0002.png,dog,\"a dog, lying\"\n"
            + "sub/0003.png,cat,\n");
    Files.writeString(
        root.resolve("test/metadata.jsonl"),
        "{\"file_name\": \"0001.png\", \"label\": \"dog\", \"tags\": [1, 2]}\n");
    DataSet data = folder().data();
    assertThat(data.train().classNames()).containsExactly("cat", "dog");
    assertThat(data.train().labels()).containsExactly(0, 1, 0);
    assertThat(data.train().paths().orElseThrow())
        .containsExactly("train/0001.png", "train/0002.png", "train/sub/0003.png");
    assertThat(data.test().orElseThrow().labels()).containsExactly(1);
    Files.writeString(
        root.resolve("train/metadata.jsonl"), "{\"file_name\": \"0001.png\", \"label\": 1}\n{");
    Files.delete(root.resolve("train/metadata.csv"));
    refused("metadata.jsonl line 2 is not JSON");
    Files.writeString(root.resolve("train/metadata.jsonl"), "{\"image\": \"0001.png\"}\n");
    refused("has no column file_name");
  }

  @Test
  void oneMetadataFileMayListTheImagesOfAllSplits() throws IOException {
    images("train/a.png", "train/b.png", "train/unlisted.png", "test/c.png");
    Files.writeString(
        root.resolve("metadata.jsonl"),
        "\ufeff{\"file_name\": \"train/a.png\", \"label\": 0}\n"
            + "{\"file_name\": \"test/c.png\", \"label\": 1}\n"
            + "{\"file_name\": \"train/b.png\", \"label\": 1}\n");
    ReadDataSet read = folder();
    assertThat(read.data().train().paths()).hasValue(List.of("train/a.png", "train/b.png"));
    assertThat(read.data().test().orElseThrow().paths()).hasValue(List.of("test/c.png"));
    assertThat(read.notes())
        .anyMatch(note -> note.contains("does not list all images"))
        .anyMatch(note -> note.contains("2 of 3 are listed"));
  }

  @Test
  void aMissingHeaderIsNamedAsSuch() throws IOException {
    image("a.png");
    assertThatThrownBy(() -> manifest("a.png,cat\na.png,dog\n"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "row 1 is 'a.png,cat', which is not a header; put the line path,label");
  }

  /** The program of {@link #aNameThatTheLocaleCannotRepresentIsNamedWithTheRemedy}. */
  static final class InAnotherLocale {
    public static void main(String[] arguments) {
      try {
        DataSets.read(spec(arguments[0], Path.of(arguments[1])).leavingOutUnreadable());
        System.out.println("read");
      } catch (InputException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void aNameThatTheLocaleCannotRepresentIsNamedWithTheRemedy() throws Exception {
    images("data/\u00c4pfel/1.png", "data/Birnen/1.png");
    Path csv =
        Files.writeString(
            root.resolve("m.csv"), "path,label\ndata/\u00c4pfel/1.png,x\ndata/Birnen/1.png,y\n");
    for (String[] source : new String[][] {{"folder", root + "/data"}, {"manifest", "" + csv}}) {
      ProcessBuilder java =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  InAnotherLocale.class.getName(),
                  source[0],
                  source[1])
              .redirectErrorStream(true);
      java.environment().put("LC_ALL", "C");
      Process process = java.start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(said.lines()).hasSize(1);
      assertThat(said).contains("cannot be represented in this locale", "LC_ALL=C.UTF-8");
    }
  }
}
