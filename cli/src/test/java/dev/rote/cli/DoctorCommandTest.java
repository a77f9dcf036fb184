package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DoctorCommandTest {
  @TempDir Path temp;

  private static String doctor(int expected, Path data) {
    StringWriter said = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(said, true));
    line.setErr(new PrintWriter(said, true));
    assertThat(line.execute("doctor", "--data", data.toString()))
        .as(said.toString())
        .isEqualTo(expected);
    return said.toString();
  }

  @Test
  void everyCheckHasALineAndMissingDataHaveARemedy() {
    String said = doctor(0, temp.resolve("nowhere"));
    assertThat(said.lines())
        .allMatch(line -> line.matches("(ok|warn)\\s+.*"))
        .anyMatch(
            line ->
                line.matches(
                    "ok\\s+Java .*" + Pattern.quote(System.getProperty("java.vm.version"))))
        .anyMatch(line -> line.matches("ok\\s+libtorch .*computes with up to .* threads.*"))
        .anyMatch(line -> line.matches("\\w+\\s+memory .*GiB free.*"))
        .anyMatch(line -> line.matches("\\w+\\s+native libraries .*GiB free.*"))
        .anyMatch(line -> line.matches("warn\\s+mnist .*rote data fetch mnist.*"))
        .anyMatch(line -> line.matches("warn\\s+cifar10 .*rote data fetch cifar10.*"));
  }

  @Test
  void anIncompleteDataSetIsNamed() throws IOException {
    Files.writeString(temp.resolve("train-images-idx3-ubyte"), "no images");
    assertThat(doctor(0, temp).lines())
        .anyMatch(line -> line.startsWith("warn  mnist") && line.contains("mnist is incomplete"));
  }
}
