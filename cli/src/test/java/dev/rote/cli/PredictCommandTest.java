package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.rote.audit.AuditFiles;
import dev.rote.data.UnreadableFile;
import dev.rote.format.PredictionsFile;
import dev.rote.run.Json;
import dev.rote.text.CsvRow;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trains a network on image files, and uses its {@code network.onnx}. */
final class PredictCommandTest {
  private static final List<String> CLASSES = List.of("blue", "green", "red");
  private static final int IMAGES = 120;
  private static final int EPOCHS = 4;

  @TempDir Path directory;
  private String printed;
  private String said;

  private int rote(Object... arguments) {
    CommandResult result = CommandResult.of(arguments);
    printed = result.out();
    said = result.err();
    return result.code();
  }

  /** Writes noise in which one colour is stronger; each tenth image is in the wrong folder. */
  private Path images() throws IOException {
    Random random = new Random(1);
    Path root = directory.resolve("images");
    for (int i = 0; i < IMAGES; i++) {
      BufferedImage image = new BufferedImage(40 + i % 5, 40, BufferedImage.TYPE_INT_RGB);
      for (int p = 0; p < image.getWidth() * 40; p++) {
        int[] colour = {random.nextInt(80), random.nextInt(80), random.nextInt(80)};
        colour[2 - i % 3] += 150;
        image.setRGB(
            p % image.getWidth(),
            p / image.getWidth(),
            colour[0] << 16 | colour[1] << 8 | colour[2]);
      }
      Path folder =
          Files.createDirectories(root.resolve(CLASSES.get((i + (isWrong(i) ? 1 : 0)) % 3)));
      ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
    }
    return root;
  }

  private static boolean isWrong(int i) {
    return i % 10 == 4;
  }

  private static List<CsvRow> rows(byte[] csv) {
    List<CsvRow> rows = CsvRow.parse(csv, "test");
    return rows.subList(1, rows.size());
  }

  @Test
  void networksOfRunsLabelImagesAndServeAsEncoders() throws IOException {
    Path images = images();
    Path study = directory.resolve("study");
    assertThat(
            rote(
                "study",
                "--quiet",
                "--dataset",
                "folder",
                "--data",
                images,
                "--network",
                "small-cnn",
                "--epochs",
                EPOCHS,
                "--loss",
                "rll(alpha=0.1)",
                "--noise",
                "none",
                "--out",
                study))
        .as(said)
        .isZero();
    Path run;
    try (Stream<Path> runs = Files.list(study.resolve("runs"))) {
      run = runs.findFirst().orElseThrow();
    }
    Path network = run.resolve("network.onnx");
    assertThat(
            Json.MAPPER
                .readTree(Files.readAllBytes(run.resolve("run.json")))
                .at("/data/preprocessing")
                .asString())
        .startsWith("pixels / 255, minus [");

    assertThat(rote("predict", network, images, "--probabilities")).as(said).isZero();
    assertThat(printed).startsWith("path,label,probability,blue,green,red\n");
    List<CsvRow> predicted = rows(printed.getBytes(StandardCharsets.UTF_8));
    try (PredictionsFile.Reader reader =
        PredictionsFile.read(run.resolve("predictions.npy"), EPOCHS)) {
      int[] inTraining = reader.epoch(EPOCHS);
      for (int i = 0; i < IMAGES; i++) {
        assertThat(predicted.get(i).cells().get(1))
            .as(predicted.get(i).cells().get(0))
            .isEqualTo(CLASSES.get(inTraining[i]));
      }
    }

    Files.writeString(images.resolve("red/broken.png"), "no image");
    Files.writeString(images.resolve("blue/game.tga"), "another format");
    Files.writeString(images.resolve("blue/notes.txt"), "of no format");
    Path audit = directory.resolve("audit");
    assertThat(rote("audit", images, "--encoder", network, "--out", audit)).as(said).isZero();
    assertThat(said)
        .contains("output features")
        .contains("are left out: 2; the first, blue/game.tga, is not PNG")
        .contains("convert it or remove it")
        .contains("skipped: blue/notes.txt");
    assertThat(AuditFiles.readUnreadable(audit))
        .extracting(UnreadableFile::path, UnreadableFile::reason)
        .containsExactly(
            tuple(
                "blue/game.tga",
                "is not PNG, JPEG, WebP, TIFF, BMP or GIF; convert it or remove it"),
            tuple("red/broken.png", "is not a readable PNG, JPEG, WebP, TIFF, BMP or GIF image"));
    assertThat(Files.readString(audit.resolve("audit.html")))
        .contains("Images that cannot be read: 2.")
        .contains("red/broken.png");
    List<CsvRow> suspects = rows(Files.readAllBytes(audit.resolve("suspects.csv")));
    List<List<String>> decisions = new ArrayList<>();
    for (CsvRow suspect : suspects.subList(0, IMAGES / 10)) {
      List<String> cells = suspect.cells();
      assertThat(isWrong(Integer.parseInt(cells.get(2).replaceAll(".*/|\\.png", ""))))
          .as(cells.toString())
          .isTrue();
      decisions.add(List.of(cells.get(1), cells.get(2), cells.get(3), "relabel", cells.get(4)));
    }

    // what was decided, applied and audited once more, has no wrong label left
    StringBuilder csv = new StringBuilder("id,path,observed,decision,label\n");
    decisions.forEach(row -> csv.append(CsvRow.line(row)));
    Path decided = Files.writeString(directory.resolve("decisions.csv"), csv);
    Path corrected = directory.resolve("corrected.csv");
    assertThat(
            rote(
                "audit",
                "apply",
                decided,
                "--manifest",
                audit.resolve("manifest.csv"),
                "--out",
                corrected))
        .as(said)
        .isZero();
    Path second = directory.resolve("second");
    assertThat(rote("audit", "--manifest", corrected, "--encoder", network, "--out", second))
        .as(said)
        .isZero();
    for (CsvRow suspect : rows(Files.readAllBytes(second.resolve("suspects.csv")))) {
      assertThat(Double.parseDouble(suspect.cells().get(6)))
          .as(suspect.cells().toString())
          .isLessThan(0.5);
    }
  }

  @Test
  void saysWhatCannotBeUsed() throws IOException {
    Path text = Files.writeString(directory.resolve("a.onnx"), "x");
    assertThat(rote("predict", text, directory.resolve("none"))).isEqualTo(Main.BAD_INPUT);
    assertThat(said).contains("does not exist");
    assertThat(rote("predict", text, directory)).isEqualTo(Main.BAD_INPUT);
    assertThat(said).contains("holds no");
    assertThat(rote("audit", directory, "--encoder", text, "--encoder-pixels", "imagnet"))
        .isEqualTo(Main.BAD_INPUT);
    assertThat(said).contains("imagenet");
  }
}
