package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rote.format.Npy;
import dev.rote.format.NpyArray;
import dev.rote.run.Json;
import dev.rote.text.CsvRow;
import java.awt.image.BufferedImage;
import java.io.IOException;
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
import tools.jackson.databind.JsonNode;

/** Audits predictions and features whose samples a manifest describes. */
final class AuditWithManifestTest {
  private static final int SAMPLES = 200;
  private static final List<String> CLASSES = List.of("ham", "news", "spam");

  @TempDir Path directory;
  private final List<String> truth = new ArrayList<>();
  private final List<String> given = new ArrayList<>();
  private Path probabilities;
  private String said;

  @BeforeEach
  void makeData() throws IOException {
    Random random = new Random(3);
    float[] rows = new float[SAMPLES * 3];
    for (int i = 0; i < SAMPLES; i++) {
      int k = i % 3;
      truth.add(CLASSES.get(k));
      given.add(i % 10 == 4 ? CLASSES.get((k + 1) % 3) : CLASSES.get(k));
      float sure = 0.9f + 0.1f * random.nextFloat();
      Arrays.fill(rows, 3 * i, 3 * i + 3, (1 - sure) / 2);
      rows[3 * i + k] = sure;
    }
    probabilities = directory.resolve("p.npy");
    Npy.write(probabilities, rows, SAMPLES, 3);
  }

  private int rote(Object... arguments) {
    CommandResult result = CommandResult.of(arguments);
    said = result.said();
    return result.code();
  }

  private Path texts(String... columns) throws IOException {
    StringBuilder csv = new StringBuilder(String.join(",", columns)).append('\n');
    for (int i = 0; i < SAMPLES; i++) {
      List<String> cells = new ArrayList<>();
      for (String column : columns) {
        cells.add(
            switch (column) {
              case "label" -> given.get(i);
              case "original_label" -> truth.get(i);
              case "body" -> "Dear \"friend\" no. " + i + ", <b>hello</b>";
              case "id" -> "m-" + (1000 + i);
              default -> "  " + i + " ";
            });
      }
      csv.append(CsvRow.line(cells));
    }
    return Files.writeString(directory.resolve("mails.csv"), csv);
  }

  private static JsonNode page(Path out) throws IOException {
    String html = Files.readString(out.resolve("audit.html"));
    String opens = "<script type=\"application/json\" id=\"data\">";
    int start = html.indexOf(opens) + opens.length();
    return Json.WITHOUT_NAN.readTree(html.substring(start, html.indexOf("</script>", start)));
  }

  private static JsonNode audit(Path out) throws IOException {
    return Json.WITHOUT_NAN.readTree(Files.readAllBytes(out.resolve("audit.json")));
  }

  @Test
  void thePageShowsTextsAndDecisionsMakeALessNoisyManifest() throws IOException {
    Path manifest = texts("id", "body", "label", "note", "original_label");
    Path out = directory.resolve("first");
    assertThat(
            rote(
                "audit",
                "--pred-probs",
                probabilities,
                "--manifest",
                manifest,
                "--text-column",
                "body",
                "--show",
                "id",
                "--out",
                out))
        .as(said)
        .isZero();
    assertThat(audit(out).path("class_names").toString()).isEqualTo("[\"ham\",\"news\",\"spam\"]");
    assertThat(audit(out).path("suspects").asInt()).isBetween(18, 20);
    assertThat(audit(out).path("against_original_labels").path("wrong").asInt())
        .isEqualTo(SAMPLES / 10);
    JsonNode shown = page(out);
    int first = shown.path("ids").get(0).asInt();
    assertThat(shown.path("texts").get(0).asString())
        .isEqualTo("Dear \"friend\" no. %d, <b>hello</b>\nid: m-%d".formatted(first, 1000 + first));
    assertThat(shown.path("texts")).hasSize(SAMPLES);

    // decide as the page suggests about those that are likely wrong
    StringBuilder decisions = new StringBuilder("id,observed,decision,label\n");
    for (int row = 0; row < audit(out).path("suspects").asInt(); row++) {
      decisions.append(
          "%d,%s,relabel,%s\n"
              .formatted(
                  shown.path("ids").get(row).asInt(),
                  CLASSES.get(shown.path("observed").get(row).asInt()),
                  CLASSES.get(shown.path("suggested").get(row).asInt())));
    }
    Path decided = Files.writeString(directory.resolve("decisions.csv"), decisions);
    Path corrected = directory.resolve("corrected.csv");
    assertThat(rote("audit", "apply", decided, "--manifest", manifest, "--out", corrected))
        .as(said)
        .isZero();
    List<String> before = Files.readAllLines(manifest);
    List<String> after = Files.readAllLines(corrected);
    List<Integer> decidedAbout = new ArrayList<>();
    for (int row = 0; row < audit(out).path("suspects").asInt(); row++) {
      decidedAbout.add(shown.path("ids").get(row).asInt());
    }
    for (int i = 0; i < SAMPLES; i++) {
      String label = decidedAbout.contains(i) ? truth.get(i) : given.get(i);
      assertThat(after.get(i + 1))
          .isEqualTo(before.get(i + 1).replace("," + given.get(i) + ",", "," + label + ","));
    }
    Path again = directory.resolve("second");
    assertThat(
            rote("audit", "--pred-probs", probabilities, "--manifest", corrected, "--out", again))
        .isZero();
    assertThat(audit(again).path("suspects").asInt()).isLessThan(3);
  }

  @Test
  void thePageShowsTheImagesThatPathsLeadTo() throws IOException {
    Path images = Files.createDirectory(directory.resolve("images"));
    StringBuilder csv = new StringBuilder("path,label\n");
    for (int i = 0; i < SAMPLES; i++) {
      if (i < 20) {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        image.setRGB(1, 1, i * 1000);
        ImageIO.write(image, "png", images.resolve(i + ".png").toFile());
      }
      csv.append("images/%d.png,%s\n".formatted(i, given.get(i)));
    }
    Path manifest = Files.writeString(directory.resolve("images.csv"), csv);
    // features: the predictions, which tell the classes apart
    Path out = directory.resolve("out");
    assertThat(rote("audit", "--features", probabilities, "--manifest", manifest, "--out", out))
        .as(said)
        .isZero();
    JsonNode shown = page(out);
    for (int row = 0; row < SAMPLES; row++) {
      int id = shown.path("ids").get(row).asInt();
      assertThat(shown.path("paths").get(row).asString()).isEqualTo("images/" + id + ".png");
      assertThat(shown.path("images").get(row).isNull()).isEqualTo(id >= 20);
    }
    assertThat(shown.path("root").asString()).isEqualTo(directory.toUri().toString());
    assertThat(Files.readString(out.resolve("audit.html"))).contains("./rote audit apply");

    Path tasks = directory.resolve("tasks.json");
    assertThat(rote("audit", "export", out, "--out", tasks, "--top", 5)).as(said).isZero();
    JsonNode first = Json.WITHOUT_NAN.readTree(Files.readAllBytes(tasks)).get(0);
    int id = shown.path("ids").get(0).asInt();
    assertThat(first.path("data").path("image").asString())
        .isEqualTo("/data/local-files/?d=images/" + id + ".png");
    Files.writeString(
        tasks,
        Files.readString(tasks)
            .replace("\"predictions\"", "\"annotations\"")); // whoever agrees with all of them
    Path corrected = directory.resolve("corrected.csv");
    assertThat(rote("audit", "apply", tasks, "--manifest", manifest, "--out", corrected))
        .as(said)
        .isZero();
    assertThat(said).contains("0 kept, 5 relabelled, 0 dropped, 195 not decided");
    assertThat(Files.readAllLines(corrected))
        .contains("images/%d.png,%s".formatted(id, truth.get(id)));
  }

  @Test
  void labelsOfAFileAreMatchedToPathsOfTheManifest() throws IOException {
    StringBuilder manifest = new StringBuilder("path\n");
    StringBuilder labels = new StringBuilder("path,label\n");
    for (int i = 0; i < SAMPLES; i++) {
      manifest.append(i).append(".wav\n");
      int other = SAMPLES - 1 - i;
      labels.append("%d.wav,%s\n".formatted(other, given.get(other)));
    }
    Path out = directory.resolve("out");
    assertThat(
            rote(
                "audit",
                "--pred-probs",
                probabilities,
                "--manifest",
                Files.writeString(directory.resolve("m.csv"), manifest),
                "--labels",
                Files.writeString(directory.resolve("l.csv"), labels),
                "--out",
                out))
        .as(said)
        .isZero();
    assertThat(audit(out).path("suspects").asInt()).isBetween(18, 20);
  }

  @Test
  void whatDoesNotFitGetsOneLine() throws IOException {
    Path manifest = texts("body", "label");
    Path shorter = Files.writeString(directory.resolve("s.csv"), "body,label\na,ham\nb,spam\n");
    Path y = directory.resolve("y.csv");
    Files.writeString(y, "label\n" + String.join("\n", given) + "\n");
    Path out = directory.resolve("out");
    refused("unknown column 'bodi'; did you mean 'body'?", out, manifest, "--text-column", "bodi");
    refused("unknown column 'x'", out, manifest, "--show", "x");
    refused("2 rows for 200 samples", out, shorter);
    refused("leave out --labels, or that column", out, manifest, "--labels", "" + y);
    assertThat(rote("audit", "--pred-probs", probabilities, "--out", out)).isEqualTo(2);
    assertThat(said).contains("give --labels, or a --manifest");
    assertThat(rote("audit", "--pred-probs", probabilities, "--labels", y, "--show", "a"))
        .isEqualTo(2);
    assertThat(said).contains("name columns of a --manifest");
  }

  private void refused(String message, Path out, Path manifest, String... more) {
    List<Object> words =
        new ArrayList<>(
            List.of("audit", "--pred-probs", probabilities, "--manifest", manifest, "--out", out));
    words.addAll(List.of(more));
    assertThat(rote(words.toArray())).isEqualTo(2);
    assertThat(said.lines()).hasSize(1).first().asString().contains(message);
    assertThat(out).doesNotExist();
  }

  /** Several labels a sample: from cells or a table, through the page, to a corrected manifest. */
  @Test
  void labelsOfSeveralClassesAreAuditedAndCorrected() throws IOException {
    Random random = new Random(5);
    List<String> classes = List.of("cat", "dog", "outdoors");
    float[] sigmoid = new float[SAMPLES * 3];
    float[] ones = new float[SAMPLES * 3];
    StringBuilder csv = new StringBuilder("path,label,original_label,note\n");
    List<Integer> changed = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      List<String> right = new ArrayList<>();
      List<String> written = new ArrayList<>();
      for (int k = 0; k < 3; k++) {
        int question = 3 * i + k;
        boolean member = random.nextInt(10) < 4 - k;
        boolean flipped = random.nextInt(20) == 0;
        sigmoid[question] = (member ? 0.9f : 0.02f) + 0.08f * random.nextFloat();
        ones[question] = member != flipped ? 1 : 0;
        if (member) {
          right.add(classes.get(k));
        }
        if (member != flipped) {
          written.add(classes.get(k));
        }
        if (flipped) {
          changed.add(question);
        }
      }
      csv.append(
          "img/%d.jpg,%s,%s,\" n%d\"\n"
              .formatted(i, String.join(" | ", written), String.join("|", right), i));
    }
    Npy.write(probabilities, sigmoid, SAMPLES, 3);
    Path manifest = Files.writeString(directory.resolve("labels.csv"), csv);
    Path out = directory.resolve("audit");
    assertThat(
            rote(
                "audit",
                "--pred-probs",
                probabilities,
                "--manifest",
                manifest,
                "--multi-label",
                "|",
                "--out",
                out))
        .as(said)
        .isZero();
    assertThat(said).contains("the columns of " + probabilities + " are taken to be the classes");
    JsonNode audit = audit(out);
    assertThat(audit.path("samples").asInt()).isEqualTo(3 * SAMPLES);
    double rate = changed.size() / (3.0 * SAMPLES);
    assertThat(audit.path("interval").get(0).asDouble()).isLessThan(rate);
    assertThat(audit.path("interval").get(1).asDouble()).isGreaterThan(rate);
    assertThat(audit.path("against_original_labels").path("wrong").asInt())
        .isEqualTo(changed.size());
    assertThat(audit.path("against_original_labels").path("auroc").asDouble()).isGreaterThan(0.99);
    List<String> suspects = Files.readAllLines(out.resolve("suspects.csv"));
    assertThat(suspects.get(0)).endsWith(",probability_wrong,sample,label");
    int question = Integer.parseInt(suspects.get(1).split(",")[1]);
    String name = classes.get(question % 3);
    assertThat(changed).contains(question);
    assertThat(suspects.get(1))
        .contains(",img/%d.jpg,".formatted(question / 3))
        .endsWith(",%d,%s".formatted(question / 3, ones[question] == 1 ? "extra" : "missing"))
        .contains(ones[question] == 1 ? "," + name + ",not " + name : ",not " + name + "," + name);
    JsonNode shown = page(out);
    assertThat(shown.path("questions").asInt()).isEqualTo(3);
    assertThat(shown.path("texts").get(0).asString()).matches("no label|labels: .*");
    assertThat(Files.readString(out.resolve("audit.html")))
        .contains("Which labels are missing or extra?")
        .contains("--audit " + out);

    // as the page suggests
    StringBuilder decisions = new StringBuilder("id,path,observed,decision,label\n");
    int count = audit.path("suspects").asInt();
    for (int row = 0; row < count; row++) {
      int id = shown.path("ids").get(row).asInt();
      decisions.append(
          "%d,img/%d.jpg,%s,relabel,%s\n"
              .formatted(
                  id,
                  id / 3,
                  shown.path("classes").get(shown.path("observed").get(row).asInt()).asString(),
                  shown.path("classes").get(shown.path("suggested").get(row).asInt()).asString()));
    }
    Path decided = Files.writeString(out.resolve("decisions.csv"), decisions);
    Path corrected = directory.resolve("corrected.csv");
    assertThat(
            rote(
                "audit",
                "apply",
                decided,
                "--manifest",
                manifest,
                "--audit",
                out,
                "--out",
                corrected))
        .as(said)
        .isZero();
    assertThat(Files.readAllLines(corrected))
        .hasSize(SAMPLES + 1)
        .last()
        .asString()
        .contains("\" n199\"");
    Path again = directory.resolve("again");
    assertThat(
            rote(
                "audit",
                "--pred-probs",
                probabilities,
                "--manifest",
                corrected,
                "--multi-label",
                "|",
                "--out",
                again))
        .as(said)
        .isZero();
    assertThat(audit(again).path("suspects").asInt()).isLessThan(count / 4);
    for (String form : List.of("folder", "moves", "fiftyone", "coco", "parquet")) {
      assertThat(
              rote(
                  "audit",
                  "apply",
                  decided,
                  "--manifest",
                  manifest,
                  "--audit",
                  out,
                  "--as",
                  form,
                  "--out",
                  directory.resolve("x")))
          .isEqualTo(2);
      assertThat(said.lines()).hasSize(1).first().asString().contains("holds one label for each");
    }
    assertThat(rote("audit", "export", out, "--out", directory.resolve("x"))).isEqualTo(2);
    assertThat(said).contains("no Label Studio tasks");

    // the same labels as zeros and ones, and logits
    Path y = directory.resolve("y.npy");
    Npy.write(y, ones, SAMPLES, 3);
    float[] logits = new float[sigmoid.length];
    for (int q = 0; q < logits.length; q++) {
      logits[q] = (float) Math.log(sigmoid[q] / (1 - sigmoid[q]));
    }
    Path z = directory.resolve("z.npy");
    Npy.write(z, logits, SAMPLES, 3);
    Path table = directory.resolve("table");
    assertThat(
            rote(
                "audit",
                "--pred-probs",
                z,
                "--logits",
                "--labels",
                y,
                "--multi-label",
                "--class-names",
                "cat,dog,outdoors",
                "--out",
                table))
        .as(said)
        .isZero();
    assertThat(audit(table).path("noise_rate").asDouble())
        .isCloseTo(audit.path("noise_rate").asDouble(), within(1e-6));
    assertThat(Files.readString(table.resolve("audit.html")))
        .contains("--manifest " + y)
        .contains("corrected.npy");

    // and back: as the page suggests
    Path asArray = directory.resolve("corrected.npy");
    assertThat(rote("audit", "apply", decided, "--manifest", y, "--audit", table, "--out", asArray))
        .as(said)
        .isZero();
    NpyArray right = Npy.read(asArray);
    assertThat(right.shape()).containsExactly(SAMPLES, 3);
    int differing = 0;
    for (int q = 0; q < ones.length; q++) {
      differing += right.doubleAt(q) == ones[q] ? 0 : 1;
    }
    assertThat(differing).isEqualTo(count);
    assertThat(rote("audit", "apply", decided, "--manifest", y, "--out", directory.resolve("x")))
        .isEqualTo(2);
    assertThat(said).contains("holds labels alone: --audit DIR");
    assertThat(rote("audit", "--features", z, "--labels", y, "--multi-label", "--out", table))
        .isEqualTo(2);
    assertThat(said).contains("--logits and --multi-label belong to --pred-probs");
    assertThat(rote("audit", "--dataset", "glyphs", "--multi-label", "--out", table)).isEqualTo(2);
    assertThat(said).contains("--multi-label belong to --pred-probs");
  }
}
