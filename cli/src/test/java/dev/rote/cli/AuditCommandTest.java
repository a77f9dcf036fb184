package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.data.LabelledImages;
import dev.rote.format.Npy;
import dev.rote.loss.CategoricalCrossEntropy;
import dev.rote.loss.Loss;
import dev.rote.run.DirectoryLock;
import dev.rote.run.Json;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class AuditCommandTest {
  @TempDir Path directory;

  @Test
  void decisionsBecomeACorrectedManifest() throws IOException {
    String manifest = write("labels.csv", "path,label\na.png,cat\nb.png,dog\nc.png,cat\n");
    String decisions =
        write("decisions.csv", "id,path,observed,decision,label\n2,c.png,cat,relabel,dog\n");
    String corrected = directory.resolve("corrected.csv").toString();
    StringWriter said = new StringWriter();
    assertThat(rote(said, "audit", "apply", decisions, "--manifest", manifest, "--out", corrected))
        .isZero();
    assertThat(said.toString()).contains("0 kept, 1 relabelled, 0 dropped, 2 not decided");
    assertThat(Path.of(corrected)).hasContent("path,label\na.png,cat\nb.png,dog\nc.png,dog\n");
  }

  @Test
  void decisionsAboutUnknownIdsGetOneLine() throws IOException {
    String manifest = write("labels.csv", "path,label\na.png,cat\nb.png,dog\n");
    String decisions =
        write("decisions.csv", "id,path,observed,decision,label\n7,c.png,cat,drop,\n");
    String corrected = directory.resolve("corrected.csv").toString();
    StringWriter said = new StringWriter();
    assertThat(rote(said, "audit", "apply", decisions, "--manifest", manifest, "--out", corrected))
        .isEqualTo(2);
    assertThat(said.toString().lines()).hasSize(1).first().asString().contains("unknown id 7");
    assertThat(Path.of(corrected)).doesNotExist();
    assertThat(rote(said, "audit", "apply", decisions, "--out", corrected)).isEqualTo(2);
  }

  @Test
  void dataThatWouldBeIgnoredIsRefused() {
    for (List<String> audited :
        List.of(
            List.of(directory.toString()),
            List.of("--manifest", "labels.csv"),
            List.of("--pred-probs", "p.npy", "--labels", "y.npy"))) {
      StringWriter said = new StringWriter();
      List<String> words = new ArrayList<>(List.of("audit", "--data", "elsewhere"));
      words.addAll(audited);
      assertThat(rote(said, words.toArray(String[]::new))).isEqualTo(2);
      assertThat(said.toString().lines()).hasSize(1).first().asString().contains("--data");
    }
  }

  @Test
  void predictionsOfAnotherSystemAreAudited() throws IOException {
    // 40 samples of two classes, every tenth label wrong, predictions that know better.
    double[] probabilities = new double[80];
    int[] labels = new int[40];
    for (int i = 0; i < 40; i++) {
      int original = i % 2;
      labels[i] = i % 10 == 4 ? 1 - original : original;
      probabilities[2 * i + original] = 0.95;
      probabilities[2 * i + 1 - original] = 0.05;
    }
    Path p = directory.resolve("p.npy");
    Path y = directory.resolve("y.npy");
    Npy.write(p, probabilities, 40, 2);
    Npy.write(y, labels, 40);
    String out = directory.resolve("audit").toString();
    StringWriter said = new StringWriter();
    assertThat(rote(said, "audit", "--pred-probs", "" + p, "--labels", "" + y, "--out", out))
        .as(said.toString())
        .isZero();
    List<String> suspects = Files.readAllLines(Path.of(out, "suspects.csv"));
    assertThat(suspects.get(0))
        .isEqualTo("rank,id,path,observed,suggested,score,probability_wrong");
    assertThat(suspects).hasSize(41);
    assertThat(suspects.subList(1, 5))
        .extracting(row -> row.split(",")[1])
        .containsExactlyInAnyOrder("4", "14", "24", "34");
    var json = Json.MAPPER.readTree(Files.readString(Path.of(out, "audit.json")));
    assertThat(json.get("noise_rate").asDouble()).isBetween(0.05, 0.15);
    assertThat(json.get("interval").get(0).asDouble()).isLessThan(0.1);
    assertThat(json.get("interval").get(1).asDouble()).isGreaterThan(0.1);
    assertThat(json.get("estimators").size()).isEqualTo(4);
    assertThat(Path.of(out, "audit.html")).isNotEmptyFile();

    StringWriter printed = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(printed, true));
    assertThat(
            line.execute(
                "audit", "--pred-probs", "" + p, "--labels", "" + y, "--out", out, "--json", "-q"))
        .isZero();
    assertThat(Json.MAPPER.readTree(printed.toString())).isEqualTo(json);

    String[] named = {
      "audit", "--pred-probs", "" + p, "--labels", "" + y, "--out", out, "--class-names", "cat, dog"
    };
    assertThat(rote(new StringWriter(), named)).isZero();
    assertThat(Files.readAllLines(Path.of(out, "suspects.csv")).get(1)).contains(",dog,cat,");
    named[8] = "cat";
    StringWriter misnamed = new StringWriter();
    assertThat(rote(misnamed, named)).isEqualTo(2);
    assertThat(misnamed.toString()).contains("names given: 1");

    Npy.write(y, new int[39], 39);
    StringWriter refused = new StringWriter();
    String other = directory.resolve("other").toString();
    assertThat(rote(refused, "audit", "--pred-probs", "" + p, "--labels", "" + y, "--out", other))
        .isEqualTo(2);
    assertThat(refused.toString().lines()).hasSize(1);
    assertThat(Path.of(other)).doesNotExist();
  }

  /** Audited, decided, applied and audited again: fewer wrong labels, in an array as before. */
  @Test
  void anArrayOfLabelsComesBackCorrected() throws IOException {
    double[] probabilities = new double[400];
    long[] labels = new long[200];
    StringBuilder decisions = new StringBuilder("id,path,observed,decision,label\n");
    for (int i = 0; i < 200; i++) {
      int original = i % 2;
      boolean wrong = i % 10 == 4;
      labels[i] = wrong ? 1 - original : original;
      probabilities[2 * i + original] = 0.95;
      probabilities[2 * i + 1 - original] = 0.05;
      if (wrong) {
        decisions.append(i).append(",,dog,").append(i == 4 ? "drop,\n" : "relabel,cat\n");
      }
    }
    Path p = directory.resolve("p.npy");
    Path y = directory.resolve("y.npy");
    Npy.write(p, probabilities, 200, 2);
    Npy.write(y, labels, 200);
    Path out = directory.resolve("audit");
    StringWriter said = new StringWriter();
    String audit =
        "audit --pred-probs " + p + " --labels " + y + " --class-names cat,dog --out " + out;
    assertThat(rote(said, audit.split(" "))).as(said.toString()).isZero();
    String apply =
        "audit apply " + write("decisions.csv", decisions.toString()) + " --manifest " + y;
    Path corrected = directory.resolve("corrected.npy");
    assertThat(Files.readString(out.resolve("audit.html")))
        .contains("--manifest " + y)
        .contains("corrected.npy");
    StringWriter refused = new StringWriter();
    assertThat(rote(refused, (apply + " --out " + corrected).split(" "))).isEqualTo(2);
    assertThat(refused.toString()).contains("y.npy holds labels alone: --audit DIR names");
    StringWriter applied = new StringWriter();
    assertThat(rote(applied, (apply + " --audit " + out + " --out " + corrected).split(" ")))
        .as(applied.toString())
        .isZero();
    assertThat(applied.toString())
        .contains("0 kept, 19 relabelled, 1 dropped, 180 not decided")
        .contains("Left out, as they must be of the arrays beside it: 4\n");
    long[] expected = new long[199];
    double[] rest = new double[398];
    for (int i = 0; i < 199; i++) {
      int sample = i < 4 ? i : i + 1;
      expected[i] = sample % 2;
      rest[2 * i] = probabilities[2 * sample];
      rest[2 * i + 1] = probabilities[2 * sample + 1];
    }
    Path same = directory.resolve("same.npy");
    Npy.write(same, expected, 199);
    assertThat(corrected).hasSameBinaryContentAs(same);
    Npy.write(p, rest, 199, 2);
    Path again = directory.resolve("again");
    assertThat(
            rote(
                new StringWriter(),
                audit.replace("" + y, "" + corrected).replace("" + out, "" + again).split(" ")))
        .isZero();
    var before = Json.MAPPER.readTree(Files.readString(out.resolve("audit.json")));
    var after = Json.MAPPER.readTree(Files.readString(again.resolve("audit.json")));
    assertThat(after.get("noise_rate").asDouble())
        .isLessThan(before.get("noise_rate").asDouble() / 2);
  }

  @Test
  void columnsInAnotherOrderAreNamedFirstWithTheRemedy() throws IOException {
    double[] probabilities = new double[80];
    int[] labels = new int[40];
    for (int i = 0; i < 40; i++) {
      labels[i] = i % 10 == 4 ? 1 - i % 2 : i % 2;
      probabilities[2 * i + i % 2] = 0.05;
      probabilities[2 * i + 1 - i % 2] = 0.95;
    }
    Path p = directory.resolve("p.npy");
    Path y = directory.resolve("y.npy");
    Npy.write(p, probabilities, 40, 2);
    Npy.write(y, labels, 40);
    Path out = directory.resolve("audit");
    String command = "audit --pred-probs " + p + " --labels " + y + " --out " + out;
    StringWriter said = new StringWriter();
    assertThat(rote(said, command.split(" "))).isZero();
    assertThat(said.toString().lines().findFirst().orElseThrow())
        .startsWith("Warning: the columns of " + p + " are probably in another order")
        .endsWith("repeat with --class-names 1,0");
    var json = Json.MAPPER.readTree(Files.readString(out.resolve("audit.json")));
    assertThat(json.get("warnings").get(0).asString()).startsWith("the columns of " + p);

    StringWriter repeated = new StringWriter();
    assertThat(rote(repeated, (command + " --class-names 1,0").split(" "))).isZero();
    assertThat(repeated.toString()).doesNotContain("another order");
    assertThat(Files.readAllLines(out.resolve("suspects.csv")).subList(1, 5))
        .extracting(row -> row.split(",")[1])
        .containsExactlyInAnyOrder("4", "14", "24", "34");
  }

  @Test
  void aDataSetIsAuditedFromImagesToPage() throws IOException {
    String out = directory.resolve("audit").toString();
    String[] command = {
      "audit",
      "--dataset",
      "glyphs",
      "--subset",
      "600",
      "--noise",
      "symmetric(0.2)",
      "--epochs",
      "6",
      "--folds",
      "3",
      "--workers",
      "2",
      "--out",
      out
    };
    StringWriter said = new StringWriter();
    assertThat(rote(said, command)).as(said.toString()).isZero();
    assertThat(said.toString()).contains("of the labels are wrong (95% interval: ");
    var json = Json.MAPPER.readTree(Files.readString(Path.of(out, "audit.json")));
    var quality = json.get("against_original_labels");
    assertThat(quality.get("auroc").asDouble()).isGreaterThan(0.9);
    assertThat(json.get("estimators").size()).isEqualTo(8);
    assertThat(Files.readAllLines(Path.of(out, "dynamics.csv"))).hasSize(601);
    try (Stream<Path> files = Files.walk(Path.of(out))) {
      assertThat(files.filter(file -> file.endsWith("network.onnx")))
          .as("networks to predict with")
          .singleElement()
          .satisfies(file -> assertThat(file).startsWith(Path.of(out, "network/runs")));
    }

    assertThat(said.toString())
        .contains("fold 2/3  epoch   6/6", "on all    epoch   6/6")
        .doesNotContain("rll(alpha=0.1) given labels");

    StringWriter again = new StringWriter();
    assertThat(rote(again, command)).isZero();
    assertThat(again.toString()).as("nothing is trained twice").doesNotContain("epoch ");

    StringWriter shown = new StringWriter();
    assertThat(rote(shown, "show", out)).isZero();
    assertThat(shown.toString())
        .contains("of the labels are wrong (95% interval: ", "disagreement curve")
        .containsPattern("folds/2 +6/6 epochs +held out 0\\.\\d{3}")
        .containsPattern("network +6/6 epochs");

    for (String[] bad :
        new String[][] {
          {"audit"},
          {"audit", "--dataset", "glyphs", "--budget", "soon"},
          {"audit", "--dataset", "glyphs", "--budget", "20ms"},
          {"audit", "--dataset", "glyphs", "--pred-probs", "p.npy"},
          {"audit", directory.resolve("nowhere").toString()},
          {"audit", "--dataset", "glyphs", "--loss", "rll(alpha=0)"},
          {"audit", "--dataset", "glyphs", "--loss", "normalized(cce)"},
          {"audit", "--dataset", "glyphs", "--network", "resnet3"},
          {"audit", "--dataset", "glyphs", "--workers", "none"},
          {"audit", "--dataset", "glyphs", "--images", "-1"},
          {"audit", "--dataset", "glyphs", "--epochs", "0"},
          {"audit", "--dataset", "glyphs", "--folds", "1000000"}
        }) {
      StringWriter refused = new StringWriter();
      Path untouched = directory.resolve("untouched");
      String[] there = Arrays.copyOf(bad, bad.length + 2);
      there[bad.length] = "--out";
      there[bad.length + 1] = untouched.toString();
      assertThat(rote(refused, there)).as(String.join(" ", bad)).isEqualTo(2);
      assertThat(refused.toString().lines()).hasSize(1);
      assertThat(untouched).as("after " + String.join(" ", bad)).doesNotExist();
    }

    // what another audit left there is not mixed with this one's
    byte[] labels = Files.readAllBytes(Path.of(out, "trained_labels.csv"));
    String[] others = command.clone();
    others[4] = "500";
    StringWriter foreign = new StringWriter();
    assertThat(rote(foreign, others)).isEqualTo(2);
    assertThat(foreign.toString()).contains("choose another --out");
    assertThat(Path.of(out, "trained_labels.csv")).hasBinaryContent(labels);
    // without --epochs it continues with those that it began with
    String[] unstated = command.clone();
    unstated[7] = "--budget";
    unstated[8] = "1h";
    StringWriter resumed = new StringWriter();
    assertThat(rote(resumed, unstated)).isZero();
    assertThat(resumed.toString())
        .contains("6 epochs each, as it was begun")
        .doesNotContain("epoch ");

    Path p = directory.resolve("p.npy");
    Path y = directory.resolve("y.npy");
    Npy.write(p, new double[] {.9, .1, .9, .1, .1, .9, .1, .9}, 4, 2);
    Npy.write(y, new int[] {0, 0, 1, 1}, 4);
    StringWriter mixed = new StringWriter();
    assertThat(rote(mixed, "audit", "--pred-probs", "" + p, "--labels", "" + y, "--out", out))
        .isEqualTo(2);
    assertThat(mixed.toString()).contains("choose another --out");
  }

  @Test
  void featuresAreAuditedWithoutANetwork() throws IOException {
    Random random = new Random(3);
    float[] values = new float[200 * 4];
    int[] labels = new int[200];
    for (int i = 0; i < 200; i++) {
      int original = i % 2;
      labels[i] = i % 20 == 4 ? 1 - original : original;
      for (int d = 0; d < 4; d++) {
        values[4 * i + d] = (float) (random.nextGaussian() + (d == original ? 6 : 0));
      }
    }
    Path x = directory.resolve("x.npy");
    Path y = directory.resolve("y.npy");
    Npy.write(x, values, 200, 4);
    Npy.write(y, labels, 200, 1);
    String out = directory.resolve("audit").toString();
    StringWriter said = new StringWriter();
    assertThat(rote(said, "audit", "--features", "" + x, "--labels", "" + y, "--out", out))
        .as(said.toString())
        .isZero();
    assertThat(Files.readAllLines(Path.of(out, "suspects.csv")).subList(1, 11))
        .allMatch(row -> Integer.parseInt(row.split(",")[1]) % 20 == 4);
    var json = Json.MAPPER.readTree(Files.readString(Path.of(out, "audit.json")));
    assertThat(json.get("estimators").get(4).get("name").asText()).isEqualTo("neighbour consensus");
    assertThat(json.get("estimators").get(4).get("noise_rate").asDouble()).isBetween(0.02, 0.09);
    assertThat(Files.readAllLines(Path.of(out, "neighbours.csv")).subList(1, 11))
        .allMatch(row -> Integer.parseInt(row.split(",")[1]) % 20 == 4);
    assertThat(rote(said, "audit", "--features", "" + x, "--out", out)).isEqualTo(2);

    // An audit that trains would leave these files beside its own.
    byte[] before = Files.readAllBytes(Path.of(out, "audit.json"));
    StringWriter refused = new StringWriter();
    assertThat(rote(refused, "audit", "--dataset", "glyphs", "--subset", "60", "--out", out))
        .isEqualTo(2);
    assertThat(refused.toString().lines())
        .singleElement()
        .asString()
        .contains("holds an audit that trained no networks; choose another --out");
    assertThat(Path.of(out, "audit.json")).hasBinaryContent(before);
    assertThat(Path.of(out, "folds")).doesNotExist();
  }

  @Test
  void theSecondRoundTrainsOnCorrectedLabels() throws IOException {
    Path out = directory.resolve("audit");
    String command =
        "audit --dataset glyphs --subset 600 --network mlp --epochs 6 --folds 2 --rounds 2"
            + " --workers 1 --noise symmetric(0.2) --no-final-network --out "
            + out;
    StringWriter said = new StringWriter();
    assertThat(rote(said, command.split(" "))).as(said.toString()).isZero();
    List<String> first = Files.readAllLines(out.resolve("trained_labels.csv"));
    List<String> second = Files.readAllLines(out.resolve("trained_labels-2.csv"));
    long corrected =
        IntStream.range(0, first.size()).filter(i -> !first.get(i).equals(second.get(i))).count();
    assertThat(said.toString())
        .contains("2 folds, in 2 rounds", "Round 2: trains again, with " + corrected + " of the");
    LabelledImages glyphs =
        DataSets.load(
                DataSpec.of("glyphs", Optional.empty())
                    .withSubset(Optional.of(600), Optional.empty()))
            .train();
    int wrong = 0;
    int left = 0;
    for (int i = 0; i < glyphs.size(); i++) {
      String right = "," + glyphs.classNames().get(glyphs.labels()[i]);
      wrong += first.get(i + 1).endsWith(right) ? 0 : 1;
      left += second.get(i + 1).endsWith(right) ? 0 : 1;
    }
    assertThat(left).as("wrong labels after, %d before", wrong).isLessThan(wrong / 2);

    Files.delete(out.resolve("audit.json"));
    StringWriter again = new StringWriter();
    assertThat(rote(again, command.split(" "))).isZero();
    assertThat(again.toString()).as("nothing is trained twice").doesNotContain("epoch ");
    StringWriter shown = new StringWriter();
    assertThat(rote(shown, "show", "" + out)).isZero();
    assertThat(shown.toString()).containsPattern("round-2/2 +6/6 epochs");
    StringWriter refused = new StringWriter();
    assertThat(rote(refused, command.replace("--rounds 2", "--rounds 6").split(" "))).isEqualTo(2);
    assertThat(refused.toString()).contains("--rounds 6 is outside [1, 5]");
  }

  /** These networks correct no label, so a second round would train the same networks again. */
  @Test
  void aRoundWithTheSameLabelsIsLeftOut() throws IOException {
    Path out = directory.resolve("audit");
    String command =
        "audit --dataset glyphs --subset 400 --network small-cnn --epochs 14 --folds 2 --rounds 2"
            + " --seed 3 --workers 2 --no-final-network --out "
            + out;
    StringWriter said = new StringWriter();
    assertThat(rote(said, command.split(" "))).as(said.toString()).isZero();
    Path first = out.resolve("trained_labels.csv");
    Path second = out.resolve("trained_labels-2.csv");
    // another processor may round so that a label is corrected after all
    if (Files.exists(second)) {
      assertThat(Files.mismatch(first, second)).isNotNegative();
    } else {
      assertThat(out.resolve("round-2")).doesNotExist();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "airbench --budget 55s, in 2 rounds",
    "airbench --budget 1s, ''",
    "airbench --budget 1s --epochs 6, in 2 rounds",
    "small-cnn --budget 55s, ''"
  })
  void aSecondRoundTakesABudgetThatPaysForIt(String options, String rounds) {
    StringWriter said = new StringWriter();
    String command = "audit --dataset glyphs --subset 300 --dry-run --network " + options;
    assertThat(rote(said, command.split(" "))).as(said.toString()).isZero();
    if (rounds.isEmpty()) {
      assertThat(said.toString()).doesNotContain("rounds");
    } else {
      assertThat(said.toString()).contains(rounds);
    }
  }

  @Test
  void networksThatLearnedNothingAreSaidToHave() throws IOException {
    String out = directory.resolve("audit").toString();
    StringWriter said = new StringWriter();
    String command =
        "audit --dataset glyphs --subset 600 --network mlp --epochs 1 --folds 2 --workers 1"
            + " --no-final-network --loss truncated-gce(k=0.9) --out ";
    assertThat(rote(said, (command + out).split(" "))).as(said.toString()).isZero();
    assertThat(said.toString()).contains("the networks learned too little to judge these labels");
    assertThat(said.toString()).as("no estimate").doesNotContainPattern("(curve|joint) +\\d");
    assertThat(Path.of(out, "audit.html"))
        .content()
        .contains("There is no estimate: the networks learned too little")
        .doesNotContain("What labels became");
    var json = Json.MAPPER.readTree(Files.readString(Path.of(out, "audit.json")));
    assertThat(json.get("noise_rate").isNull()).isTrue();
    assertThat(json.get("estimators")).isEmpty();
    assertThat(Files.readAllLines(Path.of(out, "suspects.csv")).get(1)).endsWith(",");
  }

  /** Diverges in its second step. */
  static final class DivergingLoss implements Loss {
    private int steps;

    @Override
    public Tensor perSample(Tensor logits, Tensor labels) {
      Tensor losses = new CategoricalCrossEntropy().perSample(logits, labels);
      return ++steps == 2 ? losses.mul(new Scalar(Double.NaN)) : losses;
    }
  }

  @Test
  void aNetworkThatDivergesEndsTheAuditAtOnce() {
    String out = directory.resolve("audit").toString();
    StringWriter said = new StringWriter();
    String command =
        "audit --dataset glyphs --subset 300 --network mlp --epochs 400 --folds 2 --workers 1 --out"
            + " ";
    String[] words = (command + out + " --loss X").split(" ");
    words[words.length - 1] = "class('" + DivergingLoss.class.getName() + "')";
    assertThat(rote(said, words)).as(said.toString()).isEqualTo(1);
    assertThat(said.toString())
        .contains("the network diverged in epoch 1")
        .doesNotContain("epoch   3/400");
    assertThat(Path.of(out, "audit.json")).doesNotExist();
  }

  @Test
  void aDirectoryThatAnotherAuditWritesToIsRefused() throws IOException {
    Path out = directory.resolve("audit");
    StringWriter said = new StringWriter();
    String command = "audit --dataset glyphs --subset 60 --network mlp --epochs 1 --folds 2 --out ";
    try (DirectoryLock other = DirectoryLock.tryAcquire(out).orElseThrow()) {
      assertThat(rote(said, (command + out).split(" "))).isEqualTo(2);
      assertThat(said.toString()).contains("another audit is writing to " + out);
      assertThat(out.resolve("folds")).doesNotExist();
    }
  }

  @Test
  void aDirectoryThatHoldsSomethingElseIsRefusedUntouched() throws IOException {
    Path out = Files.createDirectory(directory.resolve("mine"));
    Files.writeString(out.resolve("manifest.csv"), "mine");
    Path p = directory.resolve("p.npy");
    Path y = directory.resolve("y.npy");
    Npy.write(p, new double[] {.9, .1, .9, .1, .1, .9, .1, .9}, 4, 2);
    Npy.write(y, new int[] {0, 0, 1, 1}, 4);
    for (String what :
        List.of(
            "audit --dataset glyphs --subset 60 --network mlp --epochs 1 --folds 2",
            "audit --pred-probs " + p + " --labels " + y,
            "audit --features " + p + " --labels " + y)) {
      StringWriter said = new StringWriter();
      assertThat(rote(said, (what + " --out " + out).split(" "))).isEqualTo(2);
      assertThat(said.toString().lines())
          .singleElement()
          .asString()
          .contains("output directory " + out + " is not empty and holds no audit");
      assertThat(out.toFile().list()).containsExactly("manifest.csv");
    }
  }

  /**
   * Decisions outlive a repetition, whose page starts with them, and are never about other data.
   */
  @Test
  void decisionsAreKeptWhenTheAuditIsRepeated() throws IOException {
    Path p = directory.resolve("p.npy");
    Path y = directory.resolve("y.npy");
    double[] rows = new double[80];
    int[] labels = new int[40];
    for (int i = 0; i < 40; i++) {
      labels[i] = i % 10 == 4 ? 1 - i % 2 : i % 2;
      rows[2 * i + i % 2] = 0.95;
      rows[2 * i + 1 - i % 2] = 0.05;
    }
    Npy.write(p, rows, 40, 2);
    Npy.write(y, labels, 40);
    Path out = directory.resolve("audit");
    String[] command = ("audit --pred-probs " + p + " --labels " + y + " --out " + out).split(" ");
    StringWriter said = new StringWriter();
    assertThat(rote(said, command)).as(said.toString()).isZero();
    assertThat(said.toString()).doesNotContain("Decisions so far");
    String decided =
        "id,path,observed,decision,label,note\n4,,1,relabel,0,looks odd\n7,,1,drop,,\n";
    Files.writeString(out.resolve("decisions.csv"), decided);
    assertThat(rote(said, command)).as(said.toString()).isZero();
    assertThat(out.resolve("decisions.csv")).hasContent(decided);
    assertThat(said.toString()).contains("Decisions so far: 2 in " + out.resolve("decisions.csv"));
    assertThat(Files.readString(out.resolve("audit.html")))
        .contains("\"decided\":{\"4\":[\"relabel\",0,\"looks odd\"],\"7\":[\"drop\",-1,\"\"]}");
    byte[] audit = Files.readAllBytes(out.resolve("audit.json"));
    labels[4] = 0;
    Npy.write(y, labels, 40);
    StringWriter refused = new StringWriter();
    assertThat(rote(refused, command)).isEqualTo(2);
    assertThat(refused.toString().lines())
        .singleElement()
        .asString()
        .contains("decisions.csv is about other data: sample 4 here is not labelled '1'");
    assertThat(out.resolve("audit.json")).hasBinaryContent(audit);

    StringWriter shown = new StringWriter();
    assertThat(rote(shown, "show", out.toString())).as(shown.toString()).isZero();
    assertThat(shown.toString())
        .contains("of the labels are wrong", "disagreement curve", "" + out.resolve("audit.html"))
        .contains("Decisions so far: 2");
  }

  @Test
  void smallMistakesAreNamed() throws IOException {
    Path images = directory.resolve("few");
    for (int k = 0; k < 2; k++) {
      Files.createDirectories(images.resolve("" + k));
    }
    BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 4; i++) {
      image.getRaster().setSample(i, i, 0, 200);
      ImageIO.write(image, "png", images.resolve(i % 2 + "/" + i + ".png").toFile());
    }
    Path p = directory.resolve("p.npy");
    Path y = directory.resolve("y.npy");
    Npy.write(p, new double[] {.9, .1, .9, .1, .1, .9, .1, .9}, 4, 2);
    Npy.write(y, new int[] {0, 0, 1, 1}, 4);
    for (String[] bad :
        new String[][] {
          {"audit " + directory.resolve("nowhere"), "nowhere does not exist; check the path"},
          {"audit --pred-probs " + p + " --labels " + y + " --class-names a,a", "given twice"},
          {"audit " + images + " --folds 5", "--folds 5 is outside [2, 2]"},
        }) {
      StringWriter said = new StringWriter();
      assertThat(rote(said, (bad[0] + " --out " + directory.resolve("out")).split(" ")))
          .as(bad[0])
          .isEqualTo(2);
      assertThat(said.toString()).contains(bad[1]);
    }
  }

  /** Classes that do not occur, as in a manifest with the labels 3 and 7. */
  @Test
  void labelsWithGapsAreAudited() throws IOException {
    StringBuilder manifest = new StringBuilder("path,label\n");
    for (int i = 0; i < 60; i++) {
      BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
      image.getRaster().setSample(i % 2, i % 4, 0, 50 + i);
      ImageIO.write(image, "png", directory.resolve(i + ".png").toFile());
      manifest.append(i).append(".png,").append(i % 2 == 0 ? 3 : 7).append('\n');
    }
    String out = directory.resolve("audit").toString();
    StringWriter said = new StringWriter();
    String command =
        "audit --network mlp --epochs 1 --folds 2 --workers 1 --no-final-network --manifest ";
    assertThat(
            rote(
                said,
                (command + write("list.csv", manifest.toString()) + " --out " + out).split(" ")))
        .as(said.toString())
        .isZero();
    assertThat(said.toString()).contains("Look and decide");
    assertThat(Path.of(out, "audit.html"))
        .content()
        .contains("/list.csv --audit " + out + " --out corrected.csv");
  }

  @Test
  void aFolderWithBrokenFilesAndCopiesIsAudited() throws IOException {
    Path root = directory.resolve("images");
    for (int k = 0; k < 2; k++) {
      Path folder = Files.createDirectories(root.resolve(k == 0 ? "dark" : "light"));
      for (int i = 0; i < 12; i++) {
        BufferedImage image = new BufferedImage(9, 8 + i % 3, BufferedImage.TYPE_BYTE_GRAY);
        for (int x = 0; x < 9; x++) {
          image.getRaster().setSample(x, i % 8, 0, 100 * k + 8 * i + x);
          image.getRaster().setSample(x, 7, 0, 40 + 150 * k);
        }
        ImageIO.write(image, i % 2 == 0 ? "png" : "bmp", folder.resolve(i + ".png").toFile());
      }
    }
    Files.copy(root.resolve("dark/3.png"), root.resolve("light/copy.png"));
    Files.writeString(root.resolve("dark/10.png"), "no image");
    String out = directory.resolve("audit").toString();
    StringWriter said = new StringWriter();
    assertThat(rote(said, ofFolder(root, out))).as(said.toString()).isZero();
    assertThat(said.toString())
        .contains("images that cannot be read and are left out: 1; the first, dark/10.png, ")
        .contains("labels that are wrong for certain: at least 1");
    assertThat(Path.of(out, "audit.html"))
        .content()
        .contains(
            "The same image with different labels", "<img class=\"beside\" alt=\"\" src=\"data:")
        .contains("\"root\":\"" + root.toUri())
        .contains("<code>./rote audit " + root + " --grey")
        .contains("./rote audit apply decisions.csv --manifest " + out + "/manifest.csv --out");
    var json = Json.MAPPER.readTree(Files.readString(Path.of(out, "audit.json")));
    assertThat(json.get("unreadable").get(0).get("path").asString()).isEqualTo("dark/10.png");
    assertThat(json.get("duplicates").get(0).get("labels").toString())
        .isEqualTo("[\"dark\",\"light\"]");
    assertThat(json.get("samples").asInt()).isEqualTo(24);
    // dark: 0, 1, 10 (broken), 11, 2, 3 ...; a row for each file, so that ids are rows.
    List<String> manifest = Files.readAllLines(Path.of(out, "manifest.csv"));
    assertThat(manifest).hasSize(26).allSatisfy(row -> assertThat(row).contains(","));
    assertThat(manifest.get(3)).endsWith("dark/10.png,dark");
    String id =
        Files.readAllLines(Path.of(out, "suspects.csv")).stream()
            .map(row -> row.split(","))
            .filter(row -> row[2].equals("light/copy.png"))
            .map(row -> row[1])
            .findFirst()
            .orElseThrow();
    String decisions =
        write(
            "decisions.csv",
            "id,path,observed,decision,label\n"
                + id
                + ",light/copy.png,light,relabel,dark\n2,dark/10.png,dark,drop,\n");
    String corrected = directory.resolve("corrected.csv").toString();
    assertThat(
            rote(
                said,
                "audit",
                "apply",
                decisions,
                "--manifest",
                out + "/manifest.csv",
                "--out",
                corrected))
        .as(said.toString())
        .isZero();
    assertThat(Files.readAllLines(Path.of(corrected)))
        .hasSize(25)
        .contains("images/light/copy.png,dark")
        .noneMatch(row -> row.contains("dark/10.png"));

    String part = directory.resolve("part").toString();
    assertThat(rote(said, ofFolder(root, part, "--subset", "16"))).as(said.toString()).isZero();
    assertThat(Files.readAllLines(Path.of(part, "suspects.csv"))).hasSize(17);
    assertThat(Files.readAllLines(Path.of(part, "manifest.csv")))
        .as("a row for each file of the folder all the same")
        .isEqualTo(manifest);
  }

  /** A short audit of small images. */
  private static String[] ofFolder(Path root, String out, String... more) {
    Stream<String> command =
        Stream.of(
            "audit",
            "" + root,
            "--grey",
            "--image-size",
            "8",
            "--network",
            "mlp",
            "--no-final-network");
    Stream<String> rest =
        Stream.of("--epochs", "2", "--folds", "2", "--workers", "1", "--out", out);
    return Stream.of(command, rest, Stream.of(more)).flatMap(s -> s).toArray(String[]::new);
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
  }

  private static int rote(StringWriter said, String... args) {
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(said, true));
    line.setErr(new PrintWriter(said, true));
    return line.execute(args);
  }

  @Test
  void aBudgetIsATimeInAnyUsualUnit() {
    assertThat(AuditTrainingOptions.time("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThat(AuditTrainingOptions.time("90 sec")).isEqualTo(Duration.ofSeconds(90));
    assertThat(AuditTrainingOptions.time("10min")).isEqualTo(Duration.ofMinutes(10));
    assertThat(AuditTrainingOptions.time("2 hours")).isEqualTo(Duration.ofHours(2));
  }
}
