package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.format.Npy;
import dev.rote.run.EpochRecord;
import dev.rote.run.StoredRun;
import dev.rote.run.Summary;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ImportCommandTest {
  private static final double TWO_THIRDS = 0.666666667; // epochs.csv has nine digits

  @TempDir Path temp;
  private final StringWriter said = new StringWriter();

  private int rote(Object... arguments) {
    said.getBuffer().setLength(0);
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(said));
    line.setErr(new PrintWriter(said));
    return line.execute(Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new));
  }

  private int imported(Path run, Path out, Object... more) {
    Object[] all = {
      "import",
      "--predictions",
      run.resolve("predictions.npy"),
      "--observed",
      run.resolve("observed.npy"),
      "--original",
      run.resolve("original.npy"),
      "--network",
      "their-net",
      "--out",
      out
    };
    Object[] arguments = Arrays.copyOf(all, all.length + more.length);
    System.arraycopy(more, 0, arguments, all.length, more.length);
    return rote(arguments);
  }

  @Test
  void anImportedRunIsMeasuredLikeTheRunThatItWasExportedFrom() throws IOException {
    Path study = temp.resolve("study");
    String data = "--dataset glyphs --subset 300";
    String command =
        "study "
            + data
            + " --network mlp --loss cce --noise symmetric(0.4) --epochs 12"
            + " --learning-rate 0.003 --workers 1 --threads 1 --out "
            + study;
    assertThat(rote((Object[]) command.split(" "))).as(said.toString()).isZero();
    StoredRun trained = StoredRun.readAll(study).get(0);

    Path out = temp.resolve("imported");
    Object[] more = (data + " --noise symmetric(0.4) --loss focal(gamma=2) --seed 7").split(" ");
    assertThat(imported(trained.directory(), out, more)).as(said.toString()).isZero();
    StoredRun run = StoredRun.readAll(out).get(0);
    assertThat(run.finished()).isTrue();
    assertThat(run.epochs())
        .extracting(EpochRecord::memorization)
        .isEqualTo(trained.epochs().stream().map(EpochRecord::memorization).toList());
    assertThat(run.record().data().digest()).isEqualTo(trained.record().data().digest());
    assertThat(run.record().noise().realizedRate())
        .isEqualTo(trained.record().noise().realizedRate());
    Summary theirs = Summary.of(run);
    assertThat(theirs.flipEpoch()).isEqualTo(Summary.of(trained).flipEpoch()).isPresent();
    assertThat(theirs.fit().fitted()).isTrue();

    assertThat(rote("report", out)).as(said.toString()).isZero();
    assertThat(out.resolve("report.html")).content().contains("focal(gamma=2)", "their-net");
    assertThat(imported(trained.directory(), out, more)).isEqualTo(2);
    assertThat(said.toString()).contains("has this run already");
    assertThat(imported(trained.directory(), out, "--loss", "mse", "--noise", "symmetric(0.1)"))
        .isEqualTo(2);
    assertThat(said.toString()).contains("does not fit the labels");
  }

  /** Two epochs, three samples, two classes; the label of the last sample was altered. */
  @Test
  void theClassOfTheHighestValueIsThePrediction() throws IOException {
    Path run = Files.createDirectory(temp.resolve("log"));
    float[] logits = {2, 1, 0, 1, 5, -5, /* epoch 2 */ 2, 1, 0, 1, -5, 5};
    Npy.write(run.resolve("predictions.npy"), logits, 2, 3, 2);
    Npy.write(run.resolve("observed.npy"), new int[] {0, 1, 1}, 3);
    Npy.write(run.resolve("original.npy"), new int[] {0, 1, 0}, 3);
    Npy.write(run.resolve("test.npy"), new double[] {0.5, 0.75}, 2);
    Path out = temp.resolve("out");
    assertThat(imported(run, out, "--loss", "mine", "--test", run.resolve("test.npy")))
        .as(said.toString())
        .isZero();
    List<EpochRecord> epochs = StoredRun.readAll(out).get(0).epochs();
    assertThat(epochs).extracting(e -> e.memorization().j1()).containsExactly(TWO_THIRDS, 1.0);
    assertThat(epochs).extracting(e -> e.memorization().j2()).containsExactly(1.0, TWO_THIRDS);
    assertThat(epochs).extracting(EpochRecord::test).containsExactly(0.5, 0.75);
    assertThat(epochs).extracting(EpochRecord::loss).containsOnly(Double.NaN);

    Npy.write(run.resolve("observed.npy"), new int[] {0, 1}, 2);
    assertThat(imported(run, temp.resolve("other"), "--loss", "mine")).isEqualTo(2);
    assertThat(said.toString()).contains("2 observed labels do not fit predictions for 3 samples");
    assertThat(temp.resolve("other")).doesNotExist();
  }
}
