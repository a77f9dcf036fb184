package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.format.Npy;
import dev.rote.run.Json;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Runs the command line on inputs that people have and that are unusual or wrong. */
final class OddInputsTest {
  private static final int SAMPLES = 60;
  private static final int CLASSES = 3;

  @TempDir Path directory;
  private Path out;
  private float[][] rows;
  private int[] labels;
  private String said;

  @BeforeEach
  void makePredictions() {
    out = directory.resolve("out");
    Random random = new Random(1);
    rows = new float[SAMPLES][CLASSES];
    labels = new int[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      labels[i] = i % CLASSES;
      float sure = 0.6f + 0.4f * random.nextFloat();
      Arrays.fill(rows[i], (1 - sure) / (CLASSES - 1));
      rows[i][labels[i]] = sure;
    }
  }

  private Path probabilities(String name) throws IOException {
    float[] flat = new float[SAMPLES * CLASSES];
    for (int i = 0; i < SAMPLES; i++) {
      System.arraycopy(rows[i], 0, flat, i * CLASSES, CLASSES);
    }
    Path file = directory.resolve(name);
    Npy.write(file, flat, SAMPLES, CLASSES);
    return file;
  }

  private Path labels() throws IOException {
    Path file = directory.resolve("y.npy");
    Npy.write(file, labels);
    return file;
  }

  private int rote(String... arguments) {
    CommandResult result = CommandResult.of((Object[]) arguments);
    said = result.said();
    return result.code();
  }

  private JsonNode audited() throws IOException {
    return Json.WITHOUT_NAN.readTree(Files.readAllBytes(out.resolve("audit.json")));
  }

  private void audit(Path p, Path y, String... more) {
    String[] arguments = new String[7 + more.length];
    String[] first = {"audit", "--pred-probs", "" + p, "--labels", "" + y, "--out", "" + out};
    System.arraycopy(first, 0, arguments, 0, 7);
    System.arraycopy(more, 0, arguments, 7, more.length);
    assertThat(rote(arguments)).as(said).isZero();
  }

  private void refused(String message, String... arguments) {
    assertThat(rote(arguments)).isEqualTo(2);
    assertThat(said.lines()).hasSize(1).first().asString().startsWith("rote: ").contains(message);
    assertThat(out).doesNotExist();
  }

  @Test
  void probabilitiesRoundedToBfloat16AreAcceptedAndSaid() throws IOException {
    for (float[] row : rows) {
      for (int k = 0; k < CLASSES; k++) {
        row[k] = Float.intBitsToFloat(Float.floatToRawIntBits(row[k]) & 0xffff0000);
      }
    }
    audit(probabilities("p.npy"), labels());
    assertThat(audited().path("warnings").toString())
        .containsOnlyOnce("do not sum to 1")
        .contains("they are rescaled");
    assertThat(audited().path("noise_rate").asDouble()).isLessThan(0.001);
  }

  @Test
  void probabilitiesOfThreeDecimalsInCsvAreAcceptedWithTheirClassNames() throws IOException {
    StringBuilder csv = new StringBuilder("cat,dog,owl\n");
    for (float[] row : rows) {
      csv.append("%.3f,%.3f,%.3f\n".formatted(row[0], row[1], row[2]));
    }
    Path y = directory.resolve("y.csv");
    String[] names = {"cat", "dog", "owl"};
    StringBuilder text = new StringBuilder("id,label\n");
    for (int i = SAMPLES - 1; i >= 0; i--) { // in another order: matched by id
      text.append(i).append(',').append(names[labels[i]]).append('\n');
    }
    Files.writeString(y, text);
    audit(Files.writeString(directory.resolve("p.csv"), csv), y);
    assertThat(audited().path("class_names").toString()).isEqualTo("[\"cat\",\"dog\",\"owl\"]");
    assertThat(audited().path("noise_rate").asDouble()).isLessThan(0.001);
  }

  /** As pandas writes them: an index without a name, and a header. */
  @Test
  void featuresInCsvAreReadWithoutTheirIndex() throws IOException {
    StringBuilder csv = new StringBuilder(",width,height\n");
    for (int i = 0; i < SAMPLES; i++) {
      csv.append("%d,%.4f,%.4f\n".formatted(i, 5f * labels[i] + rows[i][0], rows[i][1]));
    }
    Path x = Files.writeString(directory.resolve("x.csv"), csv);
    String[] command = {
      "audit", "--features", "" + x, "--labels", "" + labels(), "--out", "" + out
    };
    assertThat(rote(command)).as(said).isZero();
    assertThat(audited().path("noise_rate").asDouble()).isLessThan(0.01);
    Files.writeString(x, csv.toString().replaceFirst("\n1,", "\n7,"));
    assertThat(rote(command)).isEqualTo(2);
    assertThat(said).contains("row 3 has the id '7'");
  }

  @Test
  void tinyNegativesCountAsZeroAndAreSaid() throws IOException {
    rows[5] = new float[] {1, 0, -1e-9f};
    labels[5] = 0;
    audit(probabilities("p.npy"), labels());
    assertThat(audited().path("warnings").toString()).containsOnlyOnce("negative values");
  }

  @Test
  void logitsAreTakenOnRequestOnly() throws IOException {
    for (float[] row : rows) {
      for (int k = 0; k < CLASSES; k++) {
        row[k] = (float) Math.log(row[k]) + 7;
      }
    }
    Path p = probabilities("p.npy");
    refused(
        "--logits", "audit", "--pred-probs", "" + p, "--labels", "" + labels(), "--out", "" + out);
    audit(p, labels(), "--logits");
    assertThat(audited().path("noise_rate").asDouble()).isLessThan(0.001);
  }

  @Test
  void labelsMayBeWholeFloatsInAColumn() throws IOException {
    double[] floats = Arrays.stream(labels).asDoubleStream().toArray();
    Path y = directory.resolve("column.npy");
    Npy.write(y, floats, SAMPLES, 1);
    audit(probabilities("p.npy"), y);
    assertThat(audited().path("noise_rate").asDouble()).isLessThan(0.001);
  }

  @Test
  void namesGoToColumnsInOrderAndThatIsSaid() throws IOException {
    Path y = directory.resolve("y.csv");
    StringBuilder text = new StringBuilder("label\n");
    for (int label : labels) {
      text.append(new String[] {"40", "7", "100"}[(label + 1) % CLASSES]).append('\n');
    }
    // 0 is class 7, 1 is class 100, 2 is class 40, so the columns are in the order 7, 100, 40
    Files.writeString(y, text);
    Path p = probabilities("p.npy");
    audit(p, y, "--class-names", "7,100,40");
    assertThat(audited().path("noise_rate").asDouble()).isLessThan(0.001);
    audit(p, y);
    assertThat(audited().path("class_names").toString()).isEqualTo("[\"7\",\"40\",\"100\"]");
    assertThat(audited().path("warnings").toString()).contains("in this order: 7, 40, 100");
    // two of three columns stand for another class: no network that is right on a third is believed
    assertThat(audited().path("noise_rate").isNull()).isTrue();
    assertThat(audited().path("fitted").asBoolean()).isFalse();
  }

  @Test
  void oneSampleOfAClassIsLeftUnjudgedAndSaid() throws IOException {
    labels = Arrays.stream(labels).map(label -> label == 2 ? 0 : label).toArray();
    for (int i = 0; i < SAMPLES; i++) {
      rows[i] = labels[i] == 0 ? new float[] {0.9f, 0.1f, 0} : new float[] {0.1f, 0.9f, 0};
    }
    labels[7] = 2;
    audit(probabilities("p.npy"), labels());
    assertThat(audited().path("warnings").toString()).contains("single sample: 1, such as '2'");
    assertThat(audited().path("class_rates")).hasSize(2);
    assertThat(audited().path("samples").asInt()).isEqualTo(SAMPLES);
    assertThat(audited().path("noise_rate").asDouble()).isLessThan(0.001);
  }

  @Test
  void cleanLabelsOfManyClassesHaveNoNoise() throws IOException {
    int classes = 40;
    float[] flat = new float[2 * classes * classes];
    int[] clean = new int[2 * classes];
    for (int i = 0; i < clean.length; i++) {
      clean[i] = i / 2;
      for (int k = 0; k < classes; k++) {
        flat[i * classes + k] = k == clean[i] ? 0.8f : 0.2f / (classes - 1);
      }
    }
    Path p = directory.resolve("p.npy");
    Npy.write(p, flat, clean.length, classes);
    Path y = directory.resolve("y.npy");
    Npy.write(y, clean);
    audit(p, y);
    assertThat(audited().path("noise_rate").asDouble()).isZero();
    assertThat(audited().path("estimators").get(1).path("noise_rate").asDouble()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"img/1,cat", "img/1.png,cat", "img/1,0"})
  void aManifestWithoutHeaderIsRecognized(String row) throws IOException {
    Path manifest = Files.writeString(directory.resolve("m.csv"), row + "\nimg/2,dog\n");
    refused(
        "which is not a header; put the line path,label first",
        "audit",
        "--manifest",
        "" + manifest,
        "--out",
        "" + out);
    assertThat(said).doesNotContain("did you mean");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dataset: glyphs\ndataset: mnist\n",
        "dataset: glyphs\nloss-rate: {cce:0.1}\n",
        "null\n",
        "---\n~\n",
        "dataset: glyphs\nloss:\n  - cce\n  - null\n",
        "dataset: glyphs\nseed: [1, null]\n",
        "NESTED",
        "a: &a [*a]\n"
      })
  void oddStudyFilesGetOneLine(String yaml) throws IOException {
    String deep = "loss: " + "normalized(".repeat(5000) + "cce" + ")".repeat(5000) + "\n";
    Path study =
        Files.writeString(directory.resolve("s.yaml"), yaml.equals("NESTED") ? deep : yaml);
    refused("s.yaml", "study", "" + study, "--dry-run", "--out", "" + out);
    refused("nests", "study", "--loss", deep.substring(6).strip(), "--out", "" + out);
  }

  @Test
  void aStudyFileInAnotherEncodingIsNamed() throws IOException {
    Path study = directory.resolve("s.yaml");
    Files.writeString(study, "dataset: glyphs # für\n", StandardCharsets.ISO_8859_1);
    refused("s.yaml is not UTF-8 text", "study", "" + study, "--out", "" + out);
    Files.writeString(study, "dataset:\tglyphs\n");
    refused("found character '\\t(TAB)'", "study", "" + study, "--out", "" + out);
    Files.writeString(study, "loss: [cce\nseed: 1\n");
    refused("expected ',' or ']'", "study", "" + study, "--out", "" + out);
    refused("--out is empty", "study", "--out", "");
    refused("port 99999 is outside [0, 65535]", "serve", "" + directory, "--port", "99999");
  }

  @Test
  void whatCannotBeWrittenIsNamedBeforeTheWork() throws IOException {
    String file = Files.writeString(directory.resolve("file"), "text").toString();
    refused("cannot write charts to " + file + "/x", "losses", "--plots", file + "/x");
    refused(
        "name a file in a directory that exists",
        "predict",
        "network.onnx",
        "" + directory,
        "--out",
        file + "/labels.csv");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--noise symmetric(0.2)",
        "--epochs 5",
        "--subset 10",
        "--workers 2",
        "--encoder x.onnx",
        "--dry-run"
      })
  void anAuditOfPredictionsRefusesWhatItWouldIgnore(String option) throws IOException {
    List<String> words =
        new ArrayList<>(List.of("audit", "--pred-probs", "" + probabilities("p.npy")));
    words.addAll(List.of("--labels", "" + labels(), "--out", "" + out));
    words.addAll(List.of(option.split(" ")));
    refused(option.split(" ")[0] + " ", words.toArray(String[]::new));
  }

  @Test
  void otherAuditsRefuseWhatTheyWouldIgnore() throws IOException {
    Path images = Files.createDirectories(directory.resolve("images"));
    String encoder = directory.resolve("x.onnx").toString();
    refused(
        "--epochs does not apply to an audit with an encoder",
        "audit",
        "" + images,
        "--encoder",
        encoder,
        "--epochs",
        "3",
        "--out",
        "" + out);
    refused(
        "--encoder-output does not apply to an audit that trains",
        "audit",
        "" + images,
        "--encoder-output",
        "x",
        "--out",
        "" + out);
  }

  @Test
  void annotationsWithoutTheirFormAreRefused() throws IOException {
    Path decisions =
        Files.writeString(
            directory.resolve("d.csv"), "id,path,observed,decision,label\n0,a.png,cat,drop,\n");
    refused(
        "--annotations is for --as coco, voc, open-images, cvat and parquet, not manifest",
        "audit",
        "apply",
        "" + decisions,
        "--manifest",
        "" + decisions,
        "--annotations",
        "" + decisions,
        "--out",
        "" + out);
  }

  /** Where a manifest has names, and where it has their positions. */
  @ParameterizedTest
  @CsvSource({"cat, dog, horse", "0, 1, 2"})
  void whatAnAuditSuggestsCanBeAppliedThoughNoLabelIsOfThatClass(
      String cat, String dog, String horse) throws IOException {
    StringBuilder p = new StringBuilder("cat,dog,horse\n");
    StringBuilder manifest = new StringBuilder("path,label\n");
    for (int i = 0; i < SAMPLES; i++) {
      int seen = i % 10 == 0 ? 2 : i % 2;
      p.append(seen == 0 ? "0.9,0.05,0.05\n" : seen == 1 ? "0.05,0.9,0.05\n" : "0.05,0.05,0.9\n");
      manifest.append(i + ".png,").append(i % 2 == 0 ? cat : dog).append('\n');
    }
    Path csv = Files.writeString(directory.resolve("m.csv"), manifest);
    Path probabilities = Files.writeString(directory.resolve("p.csv"), p);
    String audit = out.toString();
    assertThat(
            rote(
                "audit",
                "--pred-probs",
                "" + probabilities,
                "--manifest",
                "" + csv,
                "--out",
                audit))
        .as(said)
        .isZero();
    Path decisions = directory.resolve("d.csv");
    Files.writeString(
        decisions,
        "id,path,observed,decision,label\n10,10.png,cat,relabel,horse\n1,1.png,dog,keep,\n");
    Path corrected = directory.resolve("corrected.csv");
    String[] apply =
        ("audit apply %s --manifest %s --audit %s --out %s"
                .formatted(decisions, csv, audit, corrected))
            .split(" ");
    assertThat(rote(apply)).as(said).isZero();
    assertThat(corrected)
        .hasContent(manifest.toString().replace("10.png," + cat, "10.png," + horse));

    Files.writeString(decisions, "id,path,observed,decision,label\n10,10.png,cat,relabel,bird\n");
    assertThat(rote(apply)).isEqualTo(2);
    assertThat(said).contains("unknown class 'bird'");
  }

  @Test
  void resultsAmongTheImagesAreRefused() throws IOException {
    Path images = Files.createDirectories(directory.resolve("images"));
    Path inside = images.resolve("audit");
    assertThat(rote("audit", "" + images, "--out", "" + inside)).isEqualTo(2);
    assertThat(said).contains("the results would be among the images");
    assertThat(inside).doesNotExist();
    assertThat(rote("audit", "" + images, "--out", "" + images, "--dry-run")).isEqualTo(2);
    Path link = Files.createSymbolicLink(directory.resolve("link"), images);
    assertThat(rote("audit", "" + images, "--out", "" + link.resolve("a"))).isEqualTo(2);
    assertThat(images.toFile().list()).isEmpty();
    assertThat(rote("audit", "" + images, "--out", "" + directory.resolve("images-audit")))
        .isEqualTo(2);
    assertThat(said).as("beside them").doesNotContain("among the images");
  }

  /** As an audit would take them for classes, and so would the next study. */
  @Test
  void resultsOfStudiesAmongTheImagesAreRefused() throws IOException {
    Path images = directory.resolve("images");
    for (int i = 0; i < 8; i++) {
      Path of = Files.createDirectories(images.resolve(i % 2 == 0 ? "dark" : "light"));
      BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
      image.setRGB(0, 0, 0x202020 * i);
      ImageIO.write(image, "png", of.resolve(i + ".png").toFile());
    }
    String inside = images.resolve("study").toString();
    for (String command : List.of("study", "plan")) {
      refused(
          "the results would be among the images",
          (command + " --network mlp --noise none --loss cce --dataset folder --data " + images)
              .concat(" --out " + inside)
              .split(" "));
    }
    Path predictions = directory.resolve("predictions.npy");
    Npy.write(predictions, new int[8], 1, 8);
    Path observed = directory.resolve("observed.npy");
    Npy.write(observed, new int[] {0, 0, 0, 0, 1, 1, 1, 1});
    refused(
        "the results would be among the images",
        ("import --dataset folder --data %s --predictions %s --observed %s --network n --loss cce"
                + " --out %s")
            .formatted(images, predictions, observed, inside)
            .split(" "));
    assertThat(images.toFile().list()).containsExactlyInAnyOrder("dark", "light");
  }

  @Test
  void aListOfImagesInPlaceOfAFolderIsPointedOut() throws IOException {
    Path list = Files.writeString(directory.resolve("corrected.csv"), "path,label\na.png,cat\n");
    refused("--manifest " + list, "audit", "" + list, "--out", "" + out);
  }

  @Test
  void annotationsBecomeAManifest() throws IOException {
    Path coco =
        Files.writeString(
            directory.resolve("coco.json"),
            "{\"images\":[{\"id\":1,\"file_name\":\"a.jpg\"}],\"categories\":[{\"id\":2,\"name\":\"cat\"}],"
                + "\"annotations\":[{\"image_id\":1,\"category_id\":2,\"bbox\":[1,2,3.5,4]}]}");
    Files.createFile(directory.resolve("a.jpg"));
    Path manifest = directory.resolve("m.csv");
    String[] command = {
      "data",
      "manifest",
      "" + coco,
      "--images",
      "" + directory,
      "--out",
      "" + manifest,
      "--from",
      ""
    };
    command[8] = "coco";
    assertThat(rote(command)).as(said).isZero();
    assertThat(manifest).hasContent("path,label\n\"a.jpg#xywh=1,2,3.5,4\",cat\n");
    assertThat(said).contains("1 sample in");
    command[8] = "voc2";
    refused("unknown format 'voc2'; did you mean 'voc'?", command);
    command[2] = "" + directory.resolve("absent");
    command[8] = "coco";
    refused("absent does not exist", command);
    command[2] = "" + coco;
    Files.delete(directory.resolve("a.jpg"));
    refused("none of the images of", command);
  }

  /** No box is a horse, but the file has the class; no file has a cow. */
  @ParameterizedTest
  @CsvSource({
    "coco,"
        + " '{\"images\":[{\"id\":1,\"file_name\":\"a.png\"}],\"categories\":[{\"id\":1,\"name\":\"cat\"},{\"id\":2,\"name\":\"dog\"},{\"id\":9,\"name\":\"horse\"}],\"annotations\":[{\"image_id\":1,\"category_id\":1,\"bbox\":[1,2,3,4]},{\"image_id\":1,\"category_id\":2,\"bbox\":[0,0,2,2]}]}',"
        + " '\"category_id\":9'",
    "cvat,"
        + " '<annotations><meta><job><labels><label><name>cat</name></label><label><name>dog</name></label><label><name>horse</name></label></labels></job></meta><image"
        + " id=\"0\" name=\"a.png\" width=\"9\" height=\"9\"><box label=\"cat\" xtl=\"1\" ytl=\"2\""
        + " xbr=\"4\" ybr=\"6\"/><box label=\"dog\" xtl=\"0\" ytl=\"0\" xbr=\"2\""
        + " ybr=\"2\"/></image></annotations>', label=\"horse\""
  })
  void aClassThatOnlyAnnotationsDeclareMayBeDecided(String form, String content, String expected)
      throws IOException {
    Path annotations = Files.writeString(directory.resolve("annotations"), content);
    Files.createFile(directory.resolve("a.png"));
    Path manifest = directory.resolve("m.csv");
    assertThat(
            rote(
                "data manifest %s --images %s --from %s --out %s"
                    .formatted(annotations, directory, form, manifest)
                    .split(" ")))
        .as(said)
        .isZero();
    Path decisions = directory.resolve("d.csv");
    String[] apply =
        "audit apply %s --manifest %s --as %s --annotations %s --out %s"
            .formatted(decisions, manifest, form, annotations, out)
            .split(" ");
    String row = "id,path,observed,decision,label\n0,\"a.png#xywh=1,2,3,4\",cat,relabel,%s\n";
    Files.writeString(decisions, row.formatted("cow"));
    refused("'cow'", apply);
    assertThat(out).doesNotExist();
    Files.writeString(decisions, row.formatted("horse"));
    assertThat(rote(apply)).as(said).isZero();
    assertThat(Files.readString(out)).contains(expected).contains("horse");
  }

  @Test
  void correctedManifestsReplaceRegularFilesOnly() throws IOException {
    Path manifest = Files.writeString(directory.resolve("m.csv"), "path,label\na.png,a\nb.png,b\n");
    Path decisions =
        Files.writeString(
            directory.resolve("d.csv"), "id,path,observed,decision,label\n0,a.png,a,relabel,b\n");
    Path target = Files.writeString(directory.resolve("precious"), "kept");
    Path link = Files.createSymbolicLink(directory.resolve("link"), target);
    for (Path file : new Path[] {link, directory, Path.of("/dev/full"), Path.of("/dev/null")}) {
      if (Files.exists(file)) {
        assertThat(
                rote(
                    "audit",
                    "apply",
                    "" + decisions,
                    "--manifest",
                    "" + manifest,
                    "--out",
                    "" + file))
            .isEqualTo(2);
        assertThat(said.lines()).hasSize(1);
        assertThat(file).exists();
      }
    }
    assertThat(link).isSymbolicLink();
    assertThat(target).hasContent("kept");
  }
}
