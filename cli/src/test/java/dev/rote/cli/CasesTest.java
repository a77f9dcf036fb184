package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.data.LabelFile;
import dev.rote.data.ReadDataSet;
import dev.rote.noise.LabelNoise;
import dev.rote.run.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** Small inputs that once went wrong, where they are present ({@code shared/cases}). */
final class CasesTest {
  @TempDir Path out;
  private Path cases;

  @BeforeEach
  void findCases() {
    for (Path p = Path.of("").toAbsolutePath(); p != null && cases == null; p = p.getParent()) {
      Path candidate = p.resolve("shared").resolve("cases");
      cases = Files.isDirectory(candidate) ? candidate : null;
    }
    Assumptions.assumeTrue(cases != null, "no shared/cases above the working directory");
  }

  private static void rote(Object... arguments) {
    StringWriter said = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(said));
    line.setErr(new PrintWriter(said));
    String[] words = Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new);
    assertThat(line.execute(words)).as(said.toString()).isZero();
  }

  private static ReadDataSet read(String dataset, Path path) {
    return DataSets.read(
        DataSpec.of(dataset, Optional.of(path.toString())).withImages(Optional.of(8), false));
  }

  @ParameterizedTest
  @CsvSource({
    "clean-labels-many-classes, p.npy, 80, 0.001, fewer than",
    "class-with-one-sample, p.npy, 60, 0.05, single sample: 1",
    "probabilities-rounded, bf16.npy, 59, 0.001, are rescaled",
    "probabilities-rounded, three-decimals.npy, 59, 0.001, fewer than",
    "probabilities-rounded, minus-1e-9.npy, 59, 0.001, negative values",
  })
  void predictionsAreAudited(String name, String p, int samples, double most, String warning)
      throws IOException {
    Path folder = cases.resolve(name);
    Path audit = out.resolve("audit");
    rote(
        "audit",
        "--pred-probs",
        folder.resolve(p),
        "--labels",
        folder.resolve("y.npy"),
        "--out",
        audit);
    JsonNode facts = Json.WITHOUT_NAN.readTree(Files.readAllBytes(audit.resolve("audit.json")));
    assertThat(facts.path("samples").asInt()).isEqualTo(samples);
    assertThat(facts.path("noise_rate").asDouble()).isBetween(0.0, most);
    assertThat(facts.path("warnings").toString()).contains(warning);
  }

  @Test
  void aRunThatPredictsARareClassAsOftenAsItOccursFits() throws IOException {
    Path study = out.resolve("study");
    rote(
        ("study --dataset folder --image-size 8 --network mlp --loss cce --noise none --epochs 20"
                + " --batch-size 16 --workers 1 --threads 1 --data "
                + cases.resolve("imbalanced-perfect-run-did-not-fit").resolve("data")
                + " --out "
                + study)
            .split(" "));
    assertThat(Files.readAllLines(study.resolve("summary.csv")).get(1))
        .contains(",20,1,1,")
        .contains(",true,");
  }

  @Test
  void otherCellsStayAsTheyAre() throws IOException {
    Path folder = cases.resolve("apply-changes-other-cells");
    // beside a copy of the manifest, so that paths stay as well
    Path manifest = Files.copy(folder.resolve("m.csv"), out.resolve("m.csv"));
    Path corrected = out.resolve("c.csv");
    rote("audit", "apply", folder.resolve("d.csv"), "--manifest", manifest, "--out", corrected);
    assertThat(Files.readString(corrected))
        .isEqualTo(Files.readString(manifest).replace("b.png,02", "b.png,01"));
  }

  @Test
  void hiddenFoldersArePassedOverAndSaid() {
    ReadDataSet read = read("folder", cases.resolve("hidden-folders-in-class").resolve("data"));
    assertThat(read.data().train().size()).isEqualTo(8);
    assertThat(read.notes()).anyMatch(note -> note.contains("@eaDir"));
  }

  @Test
  void numericFoldersAreInTheOrderOfTheirNumbers() {
    Path folder = cases.resolve("numeric-folders-text-order");
    var images = read("folder", folder.resolve("data")).data().train();
    assertThat(images.classNames())
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
    assertThat(
            LabelFile.read(folder.resolve("y.npy"))
                .match(images.ids(), images.paths(), images.classNames()))
        .isEqualTo(images.labels());
    int[] next = LabelNoise.parse("pair(1)").draw(images, 1).observed();
    for (int i = 0; i < next.length; i++) {
      assertThat(next[i]).isEqualTo((images.labels()[i] + 1) % 11);
    }
  }

  @ParameterizedTest
  @CsvSource({"m.csv, 7, 40", "one-based.csv, 1, 2", "ids.csv, 1001, 2002"})
  void integersThatLeaveGapsAreTheClassesThatOccur(String name, String first, String second) {
    var images =
        read("manifest", cases.resolve("sparse-integer-labels").resolve(name)).data().train();
    assertThat(images.classNames()).containsExactly(first, second);
    assertThat(LabelNoise.parse("symmetric(0.5)").draw(images, 1).observed()).containsOnly(0, 1);
  }
}
