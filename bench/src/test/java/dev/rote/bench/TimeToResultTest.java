package dev.rote.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.rote.format.Npy;
import dev.rote.run.StoredRun;
import dev.rote.text.CsvRow;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@DisabledOnOs(OS.WINDOWS)
class TimeToResultTest {
  @TempDir Path temp;

  @Test
  void aCommandCostsItsTimeAndTheMemoryOfItsChildren() throws Exception {
    Cost cost = Cost.of(List.of("sh", "-c", "sleep 0.5 & wait"), temp);
    assertThat(cost.seconds()).isBetween(0.5, 60.0);
    if (OS.LINUX.isCurrentOs()) {
      assertThat(cost.megabytes()).isBetween(0.1, 100.0);
    }
    assertThatThrownBy(() -> Cost.of(List.of("sh", "-c", "echo no such thing; exit 3"), temp))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ended with status 3: no such thing");
  }

  @Test
  void predictionsAreRightAndATenthOfTheLabelsWrong() throws Exception {
    ResultCase made = ResultCase.prepare("probs-5000x10", true, ResultCase.Data.NONE, temp);
    double[] p = Npy.read(temp.resolve("probabilities.npy")).toDoubles();
    double[] labels = Npy.read(temp.resolve("labels.npy")).toDoubles();
    assertThat(p).hasSize(50_000);
    int wrong = 0;
    for (int i = 0; i < labels.length; i++) {
      double sum = 0;
      for (int k = 0; k < 10; k++) {
        sum += p[10 * i + k];
      }
      assertThat(sum).isCloseTo(1, within(1e-5));
      wrong += labels[i] == i % 10 ? 0 : 1;
    }
    // A tenth is drawn anew, a tenth of which stays right.
    assertThat(wrong / 5000.0).isCloseTo(0.09, within(0.015));

    assumeThat(Python.has(made.modules())).as("a Python with NumPy").isTrue();
    Cost.of(Python.command(made.python()), temp);
    List<CsvRow> issues =
        CsvRow.parse(Files.readAllBytes(made.out().resolve("issues.csv")), "issues");
    int found = 0;
    for (CsvRow issue : issues.subList(1, issues.size())) {
      int id = Integer.parseInt(issue.cells().get(0));
      found += labels[id] == id % 10 ? 0 : 1;
    }
    assertThat((double) found / wrong).as("recall").isGreaterThan(0.8);
    assertThat((double) found / (issues.size() - 1)).as("precision").isGreaterThan(0.8);
    double[] quality = Npy.read(made.out().resolve("quality.npy")).toDoubles();
    for (int i = 0; i < labels.length; i++) {
      assertThat(quality[i]).isEqualTo(p[10 * i + (int) labels[i]]);
    }
  }

  @Test
  void theQualityOfARankingIsHowOftenAWrongLabelIsBelowARightOne() throws Exception {
    // Labels 1 and 3 are wrong. Of the four pairs, 0.2 is below both right ones, 0.5 below one.
    ResultCase.Labels labels = ResultCase.Labels.of(new int[] {0, 1, 2, 0}, new int[] {0, 2, 2, 1});
    assertThat(labels.auroc(new double[] {0.9, 0.2, 0.4, 0.5})).isEqualTo(0.75);
    ResultCase made = ResultCase.prepare("audit-1000", true, ResultCase.Data.NONE, temp);
    double[] observed = Npy.read(temp.resolve("labels.npy")).toDoubles();
    double[] perfect = new double[1000];
    for (int i = 0; i < 1000; i++) {
      perfect[i] = observed[i] == made.labels().orElseThrow().original().get(i) ? 1 : 0;
    }
    Npy.write(Files.createDirectories(made.out()).resolve("quality.npy"), perfect);
    assertThat(made.auroc()).isEqualTo(1);
    Files.delete(made.out().resolve("quality.npy"));
    Files.writeString(
        made.out().resolve("audit.json"), "{\"against_original_labels\": {\"auroc\": 0.75}}");
    assertThat(made.auroc()).isEqualTo(0.75);
  }

  @Test
  void theReportedStudyHasWholeRuns() throws Exception {
    ResultCase.prepare("report-4x20x2000", true, ResultCase.Data.NONE, temp);
    assertThat(StoredRun.readAll(temp.resolve("study")))
        .hasSize(4)
        .allMatch(StoredRun::finished)
        .allMatch(run -> run.epochs().size() == 20);
  }

  /** Real images are audited where they are, and only there. */
  @Test
  void realImagesAreAuditedWhereTheyAre() throws Exception {
    assertThat(ResultCase.names(false, ResultCase.Data.NONE)).doesNotContain("cifar10-10000");
    Path batches = Files.createDirectories(temp.resolve("cifar-10-batches-bin"));
    byte[] records = new byte[40 * 3073];
    new Random(1).nextBytes(records);
    for (int i = 0; i < 40; i++) {
      records[3073 * i] = (byte) (i % 10);
    }
    Files.write(batches.resolve("test_batch.bin"), records);
    for (int part = 1; part <= 5; part++) {
      Files.write(batches.resolve("data_batch_" + part + ".bin"), records);
    }
    ResultCase.Data data = new ResultCase.Data(Optional.empty(), Optional.of("" + temp));
    assertThat(ResultCase.names(true, data)).contains("cifar10-1000");
    ResultCase made = ResultCase.prepare("cifar10-20", true, data, temp);
    assertThat(made.rote())
        .containsSubsequence("audit", "--dataset", "cifar10", "--data", "" + temp, "--subset", "20")
        .containsSubsequence("--network", "airbench", "--epochs", "2", "--folds", "3");
    assertThat(Npy.read(temp.resolve("images.npy")).shape()).containsExactly(20, 3, 32, 32);
    assumeThat(Python.has(made.modules())).as("a Python with PyTorch").isTrue();
    Cost.of(Python.command(made.python()), temp);
    assertThat(Npy.read(made.out().resolve("quality.npy")).toDoubles())
        .hasSize(20)
        .doesNotContain(0, 1);
  }

  @Test
  void anUnknownCaseIsRefused() {
    StringWriter err = new StringWriter();
    CommandLine line = BenchCommand.commandLine(new TimeToResult());
    line.setErr(new PrintWriter(err));
    assertThat(line.execute("--short", "--cases", "quik")).isEqualTo(2);
    assertThat(err.toString()).startsWith("bench: unknown case 'quik'; did you mean 'quick'?");
  }
}
