package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.data.TableFormat;
import dev.rote.text.CsvRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MainTest {
  @TempDir Path temp;

  private static CommandResult rote(String... args) {
    return CommandResult.of((Object[]) args);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "study --loss rrl | unknown loss 'rrl'; did you mean 'rll'?",
        "study --network resnet23 | unknown network 'resnet23'; did you mean 'resnet32'?",
        "study --dataset minst | minst",
        "study --noise symmetric(1.2) | 1.2",
        "study --noise symmetric(nan) | NaN",
        "study --noise symetric(0.2) | did you mean 'symmetric'",
        "study --nosie none | unknown option '--nosie'; did you mean '--noise'?",
        "study --epochs many | --epochs",
        "study --epochs 0 | epochs 0 is below 1",
        "study --workers 0 | --workers 0: expected an integer of at least 1",
        "study --device gpu | unknown device 'gpu'; known: auto, cpu, cuda",
        "study --preset papr-mnist-resnet18 | did you mean 'paper-mnist-resnet18'",
        "study --inputs shuffled-pixel | did you mean 'shuffled-pixels'",
        "study --dropout 1 | dropout 1.0 is outside [0, 1)",
        "study --dataset glyphs --network resnet32 --dropout 0.5 | resnet32 has no dropout",
        "study --subset 0 | 0",
        "study --dataset glyphs --image-size 8 | --image-size and --grey are for folders",
        "study --dataset glyphs --grey | the images of glyphs are used as they are",
        "study --dataset glyphs --split test | --split is for folders of images; glyphs has none",
        "study --scale 1.5 --dataset cifar10 --data . | --scale 1.5 is outside (0, 1]",
        "study --scale 0.5 --dataset folder --data . | --scale needs --subset",
        "study --preset quick --preset quick | two of the studies are of small-cnn on glyphs",
        "plan --dataset glyphs --parallel 2 | --parallel is for --slurm and --kubernetes",
        "plan --dataset glyphs --slurm --mount /shared | --mount is for --kubernetes",
        "plan --network mlp --network small-cnn --dataset glyphs | one study at a time",
        "study no-such.yaml | it does not exist",
        "study --out s3a://bucket/mine | --out s3a://bucket/mine: expected a directory",
        "study --store s3a://bucket/mine | --store is for --cluster",
        "stduy | unknown argument 'stduy'; did you mean 'study'?",
        "study --loss-rate cce | is not LOSS=RATE",
        "study --dataset mnist --data /no/such/place | /no/such/place"
      })
  void badInputGetsOneLineAndExitCode2(String args, String message) {
    Path out = temp.resolve("out");
    String[] words =
        (args + (args.matches("(study|plan) (?!.*--out).*") ? " --out " + out : ""))
            .trim()
            .split(" ");
    CommandResult result = rote(words);
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).startsWith("rote: ").contains(message);
    assertThat(result.err().strip().lines()).hasSize(1);
    assertThat(out).doesNotExist();
  }

  @Test
  void aDryRunSaysWhatWouldRunAndWritesNothing() {
    Path out = temp.resolve("out");
    CommandResult result =
        rote("study", "--dry-run", "--loss", "cce", "--loss", "rll", "--out", out.toString());
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .contains("4 runs, 0 finished")
        .contains("rll(alpha=0.1) symmetric(0.4) seed 1")
        .contains("about");
    assertThat(out).doesNotExist();
  }

  @Test
  void severalNetworksAreSeveralStudiesWithOneReport() throws IOException {
    Path out = temp.resolve("out");
    String[] args =
        ("study --dataset glyphs --network mlp --network mlp(hidden=8) --subset 1000 --scale 0.2"
                + " --test-subset 100 --epochs 5 --loss cce --noise none --out "
                + out)
            .split(" ");
    CommandResult dry =
        rote(Stream.concat(Stream.of(args), Stream.of("--dry-run")).toArray(String[]::new));
    assertThat(dry.out())
        .contains("mlp on glyphs: 200 training and 20 test images")
        .contains("2 studies, 2 runs: about");
    assertThat(out).doesNotExist();
    CommandResult result = rote(args);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(out.resolve("report.html")).isNotEmptyFile();
    List<String> networks = new ArrayList<>();
    for (String network : List.of("mlp", "mlp(hidden=8)")) {
      String directory = "glyphs-" + network.replace("(hidden=8)", "_hidden=8");
      List<String> rows = Files.readAllLines(out.resolve(directory + "/summary.csv"));
      assertThat(rows).hasSize(2);
      assertThat(rows.get(1)).contains("," + network + ",").contains(",1,1,"); // seed and epochs
      networks.add(network + " on glyphs");
    }
    assertThat(result.out().lines()).containsAll(networks);
    assertThat(Files.readString(out.resolve("curves.csv"))).contains(",mlp,", ",mlp(hidden=8),");
  }

  @Test
  void aDirectoryThatHoldsSomethingElseIsRefusedUntouched() throws IOException {
    Files.writeString(temp.resolve("thesis.tex"), "x");
    CommandResult result = rote("study", "--out", temp.toString());
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("holds no study");
    assertThat(temp.toFile().list()).containsExactly("thesis.tex");
  }

  @Test
  void aStudyTrainsSummarizesAndHasNothingLeftToDo() throws IOException {
    Path out = temp.resolve("out");
    String[] args = {
      "study",
      "--network",
      "mlp",
      "--subset",
      "200",
      "--test-subset",
      "50",
      "--epochs",
      "2",
      "--loss",
      "cce",
      "--noise",
      "symmetric(0.4)",
      "--out",
      out.toString()
    };
    CommandResult first = rote(args);
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.err()).contains("epoch   2/2");
    assertThat(first.out()).contains("memorized").doesNotContain("epoch   2/2");
    assertThat(Files.readAllLines(out.resolve("summary.csv")))
        .hasSize(2)
        .first()
        .isEqualTo(
            "id,dataset,network,inputs,loss,noise,seed,epochs,j1,j2,memorized,corrected,test,best_test,"
                + "flip_epoch,fitted,seconds");
    CommandResult again = rote(args);
    assertThat(again.code()).isZero();
    assertThat(again.err()).contains("1 run, 1 finished").doesNotContain("epoch   2/2");
    JsonNode shown = JsonMapper.shared().readTree(rote("show", out.toString(), "--json").out());
    JsonNode studied =
        JsonMapper.shared()
            .readTree(
                rote(Stream.concat(Stream.of(args), Stream.of("--json", "--quiet"))
                        .toArray(String[]::new))
                    .out());
    assertThat(studied).isEqualTo(shown);
    assertThat(shown.get("runs")).hasSize(1);
    assertThat(shown.get("runs").get(0).get("finished").asBoolean()).isTrue();
    assertThat(shown.get("runs").get(0).get("epochs").asInt()).isEqualTo(2);
    for (int write = 0; write < 2; write++) { // and replaces what is there
      assertThat(rote("report", out.toString(), "--parquet").code()).isZero();
    }
    List<CsvRow> epochs = TableFormat.rows(out.resolve("epochs.parquet"));
    assertThat(epochs).hasSize(3); // with the header
    List<String> header = epochs.get(0).cells();
    assertThat(header).contains("loss_function", "loss", "j1").doesNotHaveDuplicates();
    assertThat(epochs.get(2).cells().get(header.indexOf("epoch"))).isEqualTo("2");
    JsonNode listed = JsonMapper.shared().readTree(rote("list", temp.toString(), "--json").out());
    assertThat(listed.get("studies").get(0).get("finished").asInt()).isEqualTo(1);
    assertThat(rote("list", temp.toString()).out()).contains("1 of 1 run finished");

    CommandResult other =
        rote("study", "--subset", "200", "--network", "small-cnn", "--out", out.toString());
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("belongs to another study");
  }

  @Test
  void aYamlTypoIsNamedWithItsLine() throws IOException {
    Path file = Files.writeString(temp.resolve("my.yaml"), "dataset: glyphs\nepohcs: 3\n");
    CommandResult result = rote("study", file.toString());
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("my.yaml line 2").contains("did you mean 'epochs'");
  }
}
