package dev.rote.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class BenchCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = BenchCommand.commandLine(new BenchCommand());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return line.execute(arguments);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--networks resnet23 | unknown network 'resnet23'; did you mean 'resnet32'?",
        "--networks small-cnn | unknown network 'small-cnn'",
        "--subjects plain,torch | unknown subject 'torch'",
        "--precision fp16 | unknown precision 'fp16'; did you mean 'bf16'? known: float32, tf32, bf16",
        "--precision tf32 | precision tf32 is for GPUs; give --device cuda, or leave it out",
        "--device gpu | unknown device 'gpu'; known: cpu, cuda",
        "--device cuda --subjects djl | djl trains on processors only: leave --device cuda out",
        "--rounds 0 | rounds 0 is outside [1, 1000]",
        "--seconds 0 | seconds 0.0 is outside (0, 600]",
        "--seconds NaN | seconds NaN is outside (0, 600]",
        "--seconds 601 | seconds 601.0 is outside (0, 600]",
        "--threads 0 | threads 0 is outside [1, ",
        "--threads 100000 | threads 100000 is outside [1, ",
        "--runs 1 | runs 1 is outside [2, ",
        "--peak fp16=100 | unknown precision 'fp16'; did you mean 'bf16'? known: float32, tf32, bf16",
        "--peak bf16=0 | peak bf16=0.0 is outside (0, ∞)",
        "--peak bf16 | Value for option option '--peak' (PRECISION=TFLOPS)",
        "--csv no/such/directory/a.csv | cannot write no/such/directory/a.csv",
        "--svg . | cannot write .",
        "--rounds many | Invalid value for option '--rounds'",
        "--speed | Unknown option: '--speed'"
      })
  void whatCannotBeUsedIsSaidInOneLineBeforeAnythingIsMeasured(String arguments, String message) {
    assertThat(run(arguments.split(" "))).isEqualTo(2);
    assertThat(err.toString()).startsWith("bench: " + message).hasLineCount(1);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void helpNamesEveryOption() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains(
            List.of(
                "--networks",
                "--subjects",
                "--precision",
                "--rounds",
                "--seconds",
                "--threads",
                "--epoch",
                "--runs",
                "--peak",
                "--csv",
                "--rounds-csv",
                "--svg"));
  }
}
