package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TheoryCommandTest {
  @TempDir Path temp;

  private record Result(int code, String out, String err) {}

  private static Result rote(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    int code = line.execute(args);
    return new Result(code, out.toString(), err.toString());
  }

  @Test
  void badInputGetsOneLine() {
    Result missing = rote("theory", temp.resolve("none").toString());
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err()).contains("is not a directory");
    Result empty = rote("theory", temp.toString());
    assertThat(empty.code()).isEqualTo(2);
    assertThat(empty.err()).contains("holds no runs");
    assertThat(temp.toFile().list()).isEmpty();
    Result negative = rote("study", "--keep-weights", "-1", "--out", temp.toString());
    assertThat(negative.code()).isEqualTo(2);
    assertThat(negative.err()).contains("-1");
  }

  @Test
  void theTheoremIsHeldAgainstEveryKeptNetwork() throws IOException {
    String out = temp.resolve("out").toString();
    String study =
        "study --subset 200 --test-subset 50 --epochs 2 --keep-weights 1 --network mlp --dataset"
            + " glyphs --loss cce --loss rll --noise symmetric(0.4) --workers 1 --out "
            + out;
    Result trained = rote(study.split(" "));
    assertThat(trained.code()).as(trained.err()).isZero();
    Result result = rote("theory", out, "--loss", "mae");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).contains("network 4/4");
    assertThat(result.out())
        .containsPattern("cce: not symmetric. The theorem does not hold")
        .containsPattern("rll\\(alpha=0.1\\): symmetric, C = 23.979. The theorem holds")
        .containsPattern("mae: symmetric, C = 18. The theorem holds");
    assertThat(Files.readAllLines(temp.resolve("out/theory.csv")))
        .hasSize(1 + 2 * 2 * 3)
        .first()
        .isEqualTo("run,epoch,loss,symmetric,risk,noisy_risk,predicted,deviation");
    assertThat(temp.resolve("out/theory-rates.csv")).exists();
  }
}
